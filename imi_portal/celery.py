"""The queue and the whole beat schedule.

A message on the queue is a wake-up: the rows say what is due, and every job here may run twice, late, or be killed in
the middle. Celery runs in UTC; London dates are computed by the rules; nothing is scheduled between 01:00 and 03:00.
"""

import os

from celery import Celery
from celery.schedules import crontab

from certificates.hours import CLAIM_AT

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
    # A broker that does not answer holds a request up for two seconds, not for four times every message.
    broker_transport_options={
        "visibility_timeout": 900,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.1,
        "socket_connect_timeout": 2,
    },
    broker_connection_retry_on_startup=True,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    beat_schedule={
        # Sweeps: what a lost wake-up left lying.
        "deliver messages": {"task": "foundation.deliver_messages", "schedule": crontab(minute="*/2")},
        "render documents": {"task": "foundation.render_documents", "schedule": crontab(minute="*/2")},
        "check uploads": {"task": "apprentices.check_uploads", "schedule": crontab(minute="*/2")},
        "offer contracts": {"task": "centres.offer_contracts", "schedule": crontab(minute="*/5")},
        "expire sign-ups": {"task": "centres.expire_signups", "schedule": crontab(minute=35, hour="4-23")},
        "fetch the register": {"task": "centres.fetch_register", "schedule": crontab(minute="*/10", hour="4-23")},
        "seal contracts": {"task": "centres.seal_contracts", "schedule": crontab(minute="*/5")},
        "send claims": {"task": "certificates.send_claims", "schedule": crontab(minute="*/5")},
        "sweep files": {"task": "foundation.sweep_files", "schedule": crontab(minute=40, hour=4)},
        # Looks: what has fallen due. Hourly, so that a machine that was down at the hour catches up.
        "look at deadlines": {"task": "epa.look_at_deadlines", "schedule": crontab(minute=5, hour="4-23")},
        "look at contracts": {"task": "centres.look_at_contracts", "schedule": crontab(minute=15, hour="4-23")},
        "look at approvals": {"task": "centres.look_at_approvals", "schedule": crontab(minute=20, hour="4-20")},
        "look at actions required": {"task": "centres.look_at_actions", "schedule": crontab(minute=15, hour="4-20")},
        "weekly claim": {"task": "certificates.weekly_claim", "schedule": crontab(minute=CLAIM_AT.minute, hour="4-23")},
        "look for what cannot be": {
            "task": "imi_portal.look_for_what_cannot_be",
            "schedule": crontab(minute=50, hour="5-23"),
        },
        "follow claims": {"task": "certificates.follow_claims", "schedule": crontab(minute=25, hour="4-23")},
    },
)
app.autodiscover_tasks()
