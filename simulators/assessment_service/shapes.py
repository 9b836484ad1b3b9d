"""The service's answers. Members at their type's default (null, 0) are left out, as its JSON writer does."""

from typing import Any

from simulators.assessment_service.catalogue import Catalogue, Learner, Standard, Version
from simulators.assessment_service.records import (
    DELIVERED,
    NOT_DELIVERED,
    PRINT_STATUSES,
    PRINTED,
    SUBMITTED,
    Record,
)

BY_API = "API"


def pruned(value: Any) -> Any:
    """The same without members that are null or zero. Lists and texts stay, also when empty.

    A false stays too: the only truth values answered (resit, retake) may be null, so false is not their default.
    """
    if isinstance(value, dict):
        kept = {name: pruned(member) for name, member in value.items()}
        return {
            name: member for name, member in kept.items() if member is False or (member is not None and member != 0)
        }
    return [pruned(item) for item in value] if isinstance(value, list) else value


def failure(status: int, message: str) -> dict[str, Any]:
    """The body of every refusal that is not an item of a batch."""
    return {"statusCode": status, "message": message}


def certificate(record: Record, catalogue: Catalogue, *, redacted: bool = False, as_learner_part: bool = False) -> Any:
    """A certificate. ``redacted`` is what another organisation sees; a learner's part hides how far printing got."""
    standard = catalogue.by_code(record.standard_code)
    status = SUBMITTED if as_learner_part and record.status in PRINT_STATUSES else record.shown_status
    data = {
        "certificateReference": None if redacted else record.reference,
        "standard": _standard(standard),
        "learner": {"uln": record.uln, "givenNames": record.given_names, "familyName": record.family_name},
        "learningDetails": {
            "version": record.version,
            "courseOption": record.option,
            "overallGrade": None if redacted else record.grade,
            "achievementDate": None if redacted else record.achieved,
            "learningStartDate": record.start,
            "providerName": record.provider_name,
            "providerUkPrn": record.provider_ukprn,
        },
        "postalContact": None if redacted else record.contact,
    }
    return pruned(
        {
            "certificateData": data,
            "status": {"currentStatus": status},
            "created": {"createdAt": record.created_at, "createdBy": BY_API},
            "submitted": _when(record.submitted_at, submittedAt=record.submitted_at, submittedBy=BY_API),
            "printed": None if as_learner_part else _printed(record),
            "delivered": None if as_learner_part else _delivered(record),
        }
    )


def batch_item(request_id: str | None, record: Record | None, errors: list[str], catalogue: Catalogue) -> Any:
    """One answer to POST or PUT certificate and to submit; a failed one holds no certificate."""
    shown = certificate(record, catalogue) if record else None
    return pruned({"requestId": request_id, "certificate": shown, "validationErrors": errors})


def epa_item(request_id: str | None, record: Record | None, errors: list[str]) -> Any:
    """One answer to POST or PUT epa."""
    reference = record.reference if record else None
    return pruned({"requestId": request_id, "epaReference": reference, "validationErrors": errors})


def learner(known: Learner, record: Record | None, catalogue: Catalogue, *, is_owner: bool) -> Any:
    """A learner. What another organisation recorded shows as a redacted certificate, without its EPA history."""
    shown = None
    if record and not record.is_epa_only and not record.is_recorded_fail:
        shown = certificate(record, catalogue, redacted=not is_owner, as_learner_part=True)
    return pruned(
        {
            "learnerData": {
                "standard": _standard(catalogue.by_code(known.standard_code)),
                "learner": {"uln": known.uln, "givenNames": known.given_names, "familyName": known.family_name},
                "learningDetails": {
                    "learnerReferenceNumber": known.reference_number,
                    "learningStartDate": f"{known.start}T00:00:00",
                    "plannedEndDate": f"{known.planned_end}T00:00:00" if known.planned_end else None,
                    "providerName": known.provider_name,
                    "providerUkPrn": known.provider_ukprn,
                    "version": known.version,
                    "courseOption": known.option,
                },
            },
            "status": {"completionStatus": known.completion},
            "epaDetails": _epa_details(record) if record and record.epas and is_owner else None,
            "certificate": shown,
        }
    )


def options(standard: Standard, version: Version) -> Any:
    """The options of one version; the member is singular in the service, its value a list."""
    return {
        "standardCode": standard.code,
        "standardReference": standard.reference,
        "version": version.number,
        "courseOption": list(version.options),
    }


def _standard(standard: Standard | None) -> Any:
    if standard is None:
        return None
    return {
        "standardCode": standard.code,
        "standardReference": standard.reference,
        "standardName": standard.name,
        "level": standard.level,
    }


def _when(condition: object, **members: Any) -> Any:
    return members if condition else None


def _printed(record: Record) -> Any:
    return _when(record.printed_at, printedAt=record.printed_at, printedBatch=record.printed_batch)


def _delivered(record: Record) -> Any:
    shown = {PRINTED: "WaitingForDelivery", DELIVERED: "Delivered", NOT_DELIVERED: "NotDelivered"}.get(record.status)
    return _when(shown, status=shown, deliveryDate=record.delivered_at)


def _epa_details(record: Record) -> Any:
    latest = record.latest_epa or {}
    return {
        "epaReference": record.reference,
        "latestEpaDate": f"{latest['epaDate']}Z",
        "latestEpaOutcome": latest["epaOutcome"],
        "epas": [{**epa, "epaDate": f"{epa['epaDate']}Z"} for epa in record.epas],
    }
