"""Records of achievement: IMI's own numbered document, checkable by anyone who holds it (F3)."""

import secrets

import segno
from django.db import transaction

from accounts.access import require
from accounts.models import User
from accounts.states import CENTRE_WRITERS
from certificates import notices, rules
from certificates.models import RecordOfAchievement
from epa.models import EPA, Result
from epa.states import EPAState
from foundation import audit, clock, documents, references
from foundation.addresses import full
from foundation.dates import date_long
from foundation.errors import Problem, refuse_if
from standards.states import Grade

CODE_LENGTH = 10


def problems(epa: EPA) -> list[Problem]:
    """What keeps the record of achievement from being claimed (F3)."""
    result = released_result(epa)
    return rules.record_problems(
        overall=result.overall if result else "",
        grades=result.grades if result else {},
        released=result is not None,
        passed=epa.state == EPAState.PASSED,
        claimed=RecordOfAchievement.objects.filter(epa=epa).exists(),
    )


def released_result(epa: EPA) -> Result | None:
    """The latest released result."""
    return Result.objects.filter(epa=epa, released_at__isnull=False).order_by("-sequence").first()


@transaction.atomic
def claim_record(*, epa: EPA, by: User) -> RecordOfAchievement:
    """Claim the record of achievement (F3): a row, a numbered document with its check code, an audit row.

    Raises NotAllowed, or Refused when the EPA has not been passed in all elements or it has been claimed already.
    """
    require(by, CENTRE_WRITERS, epa, "claim this record of achievement")
    epa = EPA.objects.select_for_update().get(pk=epa.pk)
    refuse_if(problems(epa))
    result = released_result(epa)
    if result is None:
        raise RuntimeError("without a released result there are problems")
    facts, code = _facts(epa, result), _code()
    series = f"ROA-{clock.today():%y}"
    document = documents.order(
        kind="record_of_achievement",
        series=series,
        title="Record of achievement",
        template="documents/record_of_achievement.html",
        context={**facts, "check_code": code, "check_home": full("certificates:check")},
        about=epa,
    )
    address = check_address(document.number, code)
    document.context |= {
        "check_url": address,
        "check_qr": segno.make(address, error="m").svg_data_uri(scale=4, border=1),
    }
    document.save(update_fields=["context"])
    record = RecordOfAchievement.objects.create(
        epa=epa,
        number=document.number,
        check_code=code,
        document=document,
        facts=facts,
        claimed_at=clock.now(),
        claimed_by=by,
    )
    audit.record(epa, "claim_record", by=by, facts={"number": record.number})
    notices.record_ready(record)
    return record


def check_address(number: str, code: str) -> str:
    """Where anyone can check a record of achievement."""
    return full("certificates:check_one", number=number, code=code)


def check(number: str, code: str) -> RecordOfAchievement | None:
    """The record that a number and its code name together; None for anything else (F3)."""
    row = RecordOfAchievement.objects.filter(number=number.strip().upper()).first()
    if row is None or not secrets.compare_digest(row.check_code.encode(), code.strip().upper().encode()):
        return None
    return row


def _code() -> str:
    return "".join(secrets.choice(references.ALPHABET) for _ in range(CODE_LENGTH))


def _facts(epa: EPA, result: Result) -> dict:
    """As issued: later corrections of the apprentice or the catalogue change nothing here."""
    registration = epa.registration
    version = registration.package.version
    names = dict(version.components.values_list("code", "name"))
    return {
        "apprentice": registration.apprentice.full_name,
        "standard": version.standard.name,
        "level": version.standard.level,
        "reference": version.short,
        "centre": str(registration.apprentice.centre),
        "employer": str(registration.apprentice.employer),
        "overall": Grade(result.overall).label,
        "components": [[names.get(code, code), Grade(grade).label] for code, grade in sorted(result.grades.items())],
        "completed_on": date_long(result.last_day),
        "released_on": date_long(clock.london_date(result.released_at)),  # type: ignore[arg-type]
    }
