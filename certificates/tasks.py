"""Thin tasks of the certificates storey."""

import contextlib

from celery import shared_task

from certificates.actions import claims, following, sending


@shared_task(name="certificates.weekly_claim")
def weekly_claim() -> None:
    claims.run_week()


@shared_task(name="certificates.send_claims")
def send_claims() -> None:
    with contextlib.closing(sending.client()) as service:
        while sending.send_due(service):
            pass


@shared_task(name="certificates.follow_claims")
def follow_claims() -> None:
    with contextlib.closing(sending.client()) as service:
        while following.follow_due(service):
            pass
