"""The queue and the whole beat schedule.

A message on the queue is a wake-up: the rows say what is due, and every job here may run twice, late, or be killed in
the middle. Celery runs in UTC; London dates are computed by the rules; nothing is scheduled between 01:00 and 03:00.
"""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imi_portal.settings")

app = Celery("imi_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    enable_utc=True,
    timezone="UTC",
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_time_limit=300,
    task_soft_time_limit=270,
    broker_transport_options={"visibility_timeout": 900},
    broker_connection_retry_on_startup=True,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    beat_schedule={
        "deliver messages": {"task": "foundation.deliver_messages", "schedule": crontab(minute="*/2")},
        "render documents": {"task": "foundation.render_documents", "schedule": crontab(minute="*/2")},
    },
)
app.autodiscover_tasks()
