"""When the service refuses an EPA record; the counterpart of ``rules`` for the epa endpoints."""

from collections.abc import Iterator

from simulators.assessment_service import messages as say
from simulators.assessment_service import rules
from simulators.assessment_service.intake import EpaAsk
from simulators.assessment_service.records import DRAFT, FAIL
from simulators.assessment_service.rules import Case, blank, same


def create_epa(case: Case) -> list[str]:
    """POST epa."""
    found = [*_epa(case)]
    record = case.live
    if not blank(case.ask.reference):
        found.append(say.EPA_REFERENCE_GIVEN)
    elif record and record.status != DRAFT and record.grade != FAIL:
        found.append(say.EPA_CERTIFICATE_EXISTS)
    elif record and (record.status != DRAFT or record.epas):
        found.append(say.EPA_EXISTS)
    return found


def update_epa(case: Case) -> list[str]:
    """PUT epa."""
    found = [*_epa(case)]
    record = case.live
    if blank(case.ask.reference):
        found.append(say.NO_EPA_REFERENCE)
    elif record is None or not same(record.reference, case.ask.reference) or not record.epas:
        found.append(say.EPA_NOT_FOUND)
    elif not case.is_owner:
        found.append(say.NOT_THIS_EPA_CREATOR)
    elif (record.status == DRAFT and record.grade) or (record.status != DRAFT and record.grade != FAIL):
        found.append(say.EPA_CANNOT_UPDATE)
    return found


def delete_epa(case: Case) -> list[str]:
    """DELETE epa."""
    found = [*rules.names_problems(case), *rules.match_problems(case, say.NOT_FOUND)]
    record = case.record
    if blank(case.ask.reference):
        found.append(say.NO_EPA_REFERENCE_DELETE)
    elif record is None or not same(record.reference, case.ask.reference):
        found.append(say.EPA_NOT_FOUND)
    elif not case.is_owner:
        found.append(say.NOT_THIS_EPA_CREATOR)
    elif not record.is_deleted and record.status != DRAFT and record.grade != FAIL:
        found.append(say.EPA_CANNOT_DELETE)
    return found


def _epa(case: Case) -> Iterator[str]:
    ask = case.ask
    assert isinstance(ask, EpaAsk)  # noqa: S101 - the api only brings EPA requests here
    yield from rules.names_problems(case)
    yield from _option(case, ask)
    yield from rules.version_problems(case)
    yield from rules.match_problems(case, say.NOT_FOUND_STOP)
    if case.learner and case.learner.completion in {rules.WITHDRAWN, rules.ON_BREAK}:
        yield say.WITHDRAWN
    if not ask.attempts:
        yield say.NO_EPAS
    for attempt in ask.attempts:
        if attempt.date < rules.EARLIEST:
            yield say.EPA_TOO_EARLY
        elif attempt.date > case.now:
            yield say.EPA_IN_FUTURE
        if not any(same(attempt.outcome, outcome) for outcome in say.OUTCOMES):
            yield say.OUTCOME_UNKNOWN


def _option(case: Case, ask: EpaAsk) -> Iterator[str]:
    """Laxer than for a certificate: a part of an option's name is enough, and so is none."""
    version = rules.version_of(case)
    if case.standard is None or case.standards_differ or version is None:
        return
    option = (ask.option or "").lower()
    if option and not version.options:
        yield say.NO_OPTIONS
    elif version.options and not any(option in known.lower() for known in version.options):
        yield say.epa_option_unknown(version.options, case.standard.reference, version.number)
