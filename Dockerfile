# The portal's processes; docker-compose.yml says which container runs which.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /portal
COPY requirements.lock .
RUN pip install --no-cache-dir --no-deps --require-hashes --requirement requirements.lock
COPY . .

# Collecting static files asks for settings, not for services; nothing of these lines stays in the environment.
RUN PORTAL_MODE=production SECRET_KEY=only-for-this-step ALLOWED_HOSTS=localhost BASE_URL=https://localhost \
    DATABASE_URL=postgres://nowhere/none REDIS_URL=redis://nowhere EMAIL_URL=consolemail:// \
    python manage.py collectstatic --no-input

RUN useradd --system --uid 10001 portal && install --directory --owner=portal --mode=0700 /var/lib/portal
USER portal
ENV PORTAL_VAR=/var/lib/portal PYTHONUNBUFFERED=1
