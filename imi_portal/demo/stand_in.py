"""The stand-in assessment service is told who the learners are and when its printer works, by its own handles."""

import datetime as dt
import json
from pathlib import Path
from urllib.parse import urljoin

import requests
from django.conf import settings

from certificates.models import Claim
from certificates.states import ClaimState
from foundation import clock
from imi_portal.demo.plans import Plan

HOME_FILE = "assessment-service.json"
STANDARD = 278
PRINTED_AFTER = dt.timedelta(days=8)


def learners(plans: list[Plan], mended: set[str] | None = None) -> list[dict[str, object]]:
    """The learners as the service would have them from the ILR. Some it does not know, as happens, until mended."""
    return [
        {
            "uln": int(plan.uln),
            "givenNames": plan.given,
            "familyName": plan.family,
            "standardCode": STANDARD,
            "standardReference": "ST0071",
            "version": "1.0",
            "learningStartDate": plan.started.isoformat(),
            "completionStatus": 3 if plan.number % 40 == 1 else 1,
        }
        for plan in plans
        if plan.standard == 0 and (not plan.unknown_to_service or plan.uln in (mended or ()))
    ]


def introduce(plans: list[Plan]) -> None:
    """Tell the running stand-in, and leave the file it reads when it starts again."""
    _leave(learners(plans))
    _tell("learners", learners(plans))
    _tell("limit", {"calls": 0})


def mend(plans: list[Plan], ulns: set[str]) -> None:
    """The ILR has been put right for some whom the service did not know."""
    _leave(learners(plans, ulns))
    _tell("learners", [row for row in learners(plans, ulns) if str(row["uln"]) in ulns])


def _leave(rows: list[dict[str, object]]) -> None:
    home = Path(settings.VAR_DIR)
    home.mkdir(parents=True, exist_ok=True)
    (home / HOME_FILE).write_text(json.dumps({"learners": rows}), encoding="utf-8")


def restore_limit() -> None:
    """The year has been played in minutes; from now on the service counts calls as the real one does."""
    _tell("limit", {"calls": 120, "seconds": 60})


def tell_time() -> None:
    """The service lives at the same time as the play; without one its clock runs by itself."""
    _tell("clock", {"now": clock.now().isoformat()})


def let_time_run() -> None:
    _tell("clock", {})


def work_the_printer() -> None:
    """Every certificate submitted more than a week ago goes a step on: to the printer, printed, delivered."""
    due = Claim.objects.filter(submitted_at__lte=clock.now() - PRINTED_AFTER).exclude(state=ClaimState.DELIVERED)
    _tell("print", {"references": list(due.values_list("reference", flat=True))})


def order_fault(script: str) -> None:
    """What goes wrong next, in the stand-in's own words; nothing with an empty text."""
    _tell("faults", {"script": script})


def publish_register(data: bytes) -> None:
    """The government's stand-in has this register from now on."""
    _tell_site("register", data)


def register_site(fault: str = "") -> None:
    """How the government's site behaves from now on, in the stand-in's own words; in order with an empty text."""
    _tell_site("fault", fault.encode())


def _tell_site(handle: str, body: bytes) -> None:
    if settings.REGISTER_URL:
        address = urljoin(settings.REGISTER_URL, f"/_control/{handle}")
        requests.post(address, data=body, timeout=30).raise_for_status()


def _tell(handle: str, body: object) -> None:
    if settings.ASSESSMENT_SERVICE_URL:
        address = f"{settings.ASSESSMENT_SERVICE_URL.rstrip('/')}/_control/{handle}"
        requests.post(address, json=body, timeout=30).raise_for_status()
