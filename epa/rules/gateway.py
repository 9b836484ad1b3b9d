"""What has to be there before an EPA may start: time, training, English and maths, portfolio, three signatures."""

import datetime as dt
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from epa.states import GatewayState, Party
from foundation.dates import date_long
from foundation.errors import Problem
from foundation.text import fold
from foundation.workingdays import add_months, whole_months
from standards.rules import VersionSettings, reaches, valid_attainment_rules
from standards.states import Route, Subject

FULL_TIME_HOURS = Decimal(30)  # a week of fewer hours is part-time under the funding rules for apprenticeships
GATEWAY = "guidance, Gateway"

# Problems of these codes are the EPA team's to settle: it may accept in spite of them, with a recorded reason (B3).
ACCEPTABLE = frozenset({"short_programme", "short_training"})

# What each party says by signing (B1, B2, B5), in the order shown.
STATEMENTS: Mapping[str, tuple[str, ...]] = {
    Party.EMPLOYER: (
        "I am confident that the apprentice has all the knowledge, skills and behaviours of the standard.",
        "I have seen the portfolio and agree that it meets the requirements.",
        "I agree that the apprentice is ready for the end-point assessment.",
    ),
    Party.PROVIDER: (
        "We have seen the whole portfolio and agree that it meets the requirements.",
        "The time on programme and the off-the-job training shown here are right.",
        "We agree that the apprentice is ready for the end-point assessment.",
    ),
    Party.APPRENTICE: (
        "The portfolio is my own work.",
        "I agree that I am ready for the end-point assessment.",
    ),
}
CLAUSE_OF_PARTY: Mapping[str, str] = {Party.EMPLOYER: "B1", Party.PROVIDER: "B2", Party.APPRENTICE: "B5"}


@dataclass(frozen=True)
class Held:
    """A qualification in English or maths: subject, route, level ("E1"…"3"), day, whether its evidence is on file."""

    subject: str
    route: str
    level: str
    achieved_on: dt.date
    has_evidence: bool = True


@dataclass(frozen=True)
class Signed:
    """A signature that stands: whose, by whom, and the digest of the facts that were shown."""

    party: str
    name: str
    email: str
    facts_sha256: str


@dataclass(frozen=True)
class Piece:
    """A piece of the portfolio as the rules see it."""

    title: str
    evidences: str
    assessed_before: bool = False


@dataclass(frozen=True)
class GatewayFacts:
    """Everything the gateway is judged by. ``facts_sha256`` is the digest of what a signatory would be shown now."""

    registration_active: bool
    programme_start_on: dt.date
    full_time: bool
    weekly_hours: Decimal | None
    off_the_job_percent: Decimal | None
    held: tuple[Held, ...]
    ehc_plan: bool
    bsl_primary: bool
    support_evidence: bool
    signatures: tuple[Signed, ...]
    facts_sha256: str
    pieces: tuple[Piece, ...]
    subject_state: str = ""


def digest(value: Any) -> str:
    """SHA-256 of a JSON value written in one way only."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def problems(facts: GatewayFacts, settings: VersionSettings, *, today: dt.date) -> list[Problem]:
    """All that is missing before the gateway can be accepted (B1–B6, E1); warnings ask, the rest stops."""
    return [
        *registration_problems(facts.registration_active),
        *programme_problems(facts, settings, today=today),
        *training_problems(facts, settings),
        *[
            problem
            for subject in Subject.values
            for problem in attainment_problems(subject, facts, settings, today=today)
        ],
        *support_problems(facts),
        *portfolio_exists_problems(facts.pieces, settings),
        *subject_problems(facts.subject_state, settings),
        *signature_problems(facts.signatures, facts.facts_sha256),
    ]


def registration_problems(active: bool) -> list[Problem]:
    """E1: the apprentice is registered on an EPA package, and still is."""
    if active:
        return []
    message = "The apprentice is no longer registered on an EPA package — guidance, Booking an EPA."
    return [Problem("not_registered", "E1", message, where="registration")]


def programme_problems(facts: GatewayFacts, settings: VersionSettings, *, today: dt.date) -> list[Problem]:
    """B3: whole months from the start of the programme to today; part-time pro rata, which the EPA team settles."""
    months, needed = whole_months(facts.programme_start_on, today), settings.min_programme_months
    if facts.full_time:
        if months >= needed:
            return []
        message = (
            f"{_months(months)} on programme; full-time apprentices spend at least {_months(needed)}, reached on "
            f"{date_long(add_months(facts.programme_start_on, needed))} — {GATEWAY}."
        )
        return [Problem("short_programme", "B3", message, where="learner")]
    longer = part_time_months(needed, facts.weekly_hours)
    if longer is not None and months >= longer:
        return []
    expected = (
        "the weekly hours are not known"
        if longer is None
        else f"pro rata to {facts.weekly_hours} hours a week that is {_months(longer)}"
    )
    message = (
        f"{_months(months)} on programme, part-time: {expected}. The EPA team settles whether it is enough — {GATEWAY}."
    )
    return [Problem("part_time", "B3", message, where="learner", warning=True)]


def part_time_months(full_time_months: int, weekly_hours: Decimal | None) -> int | None:
    """B3: the months of a part-time programme, pro rata to the weekly hours, rounded up; None when they are unknown."""
    if not weekly_hours:
        return None
    return max(full_time_months, math.ceil(full_time_months * FULL_TIME_HOURS / weekly_hours))


def training_problems(facts: GatewayFacts, settings: VersionSettings) -> list[Problem]:
    """B3: the share of off-the-job training is stated and is enough."""
    percent, needed = facts.off_the_job_percent, settings.min_off_the_job_percent
    if percent is None:
        message = f"The share of off-the-job training has not been stated; at least {needed} % is needed — {GATEWAY}."
        return [Problem("training_unknown", "B3", message, where="training", field="percent")]
    if percent < needed:
        message = f"{percent} % off-the-job training; at least {needed} % is needed — {GATEWAY}."
        return [Problem("short_training", "B3", message, where="training", field="percent")]
    return []


def attainment_problems(
    subject: str, facts: GatewayFacts, settings: VersionSettings, *, today: dt.date
) -> list[Problem]:
    """B4: English or maths by any rule in force today whose route is open to this apprentice."""
    name = Subject(subject).label
    rules = [
        rule
        for rule in valid_attainment_rules(settings.attainment_rules, today)
        if rule.subject == subject and _route_open(rule.route, facts)
    ]
    if not rules:
        message = f"The catalogue has no rule for {name} today; the EPA team has to see to it — {GATEWAY}."
        return [Problem(f"no_rule_{subject}", "B4", message)]
    if any(not rule.minimum_level for rule in rules):
        return []
    counting = [
        held
        for held in facts.held
        if held.subject == subject
        and held.achieved_on <= today
        and any(_route_fits(rule.route, held.route) and reaches(held.level, rule.minimum_level) for rule in rules)
    ]
    if not counting:
        standard = next((rule.minimum_level for rule in rules if rule.route == Route.STANDARD), rules[0].minimum_level)
        message = f"{name} at {_level(standard)} (or what takes its place) is not on record — {GATEWAY}."
        return [Problem(f"no_{subject}", "B4", message, where="attainments")]
    if not any(held.has_evidence for held in counting):
        message = f"{name} is on record without its certificate; the EPA team will ask to see it — {GATEWAY}."
        return [Problem(f"no_evidence_{subject}", "B4", message, where="attainments", warning=True)]
    return []


def support_problems(facts: GatewayFacts) -> list[Problem]:
    """B4: what lowers the requirement is a document, which the EPA team looks at before it accepts."""
    if not (facts.ehc_plan or facts.bsl_primary) or facts.support_evidence:
        return []
    message = "What changes the English and maths requirement is stated without its evidence; the EPA team will ask"
    return [Problem("no_evidence_support", "B4", f"{message} to see it — {GATEWAY}.", where="support", warning=True)]


def _route_open(route: str, facts: GatewayFacts) -> bool:
    """Entry level 3 is for those with a plan or statement, British Sign Language for those whose language it is."""
    if route == Route.EHC:
        return facts.ehc_plan
    if route == Route.BSL:
        return facts.bsl_primary
    return True


def _route_fits(rule_route: str, held_route: str) -> bool:
    """A BSL qualification stands only for the BSL rule, an ordinary one never for it."""
    return (rule_route == Route.BSL) == (held_route == Route.BSL)


def portfolio_exists_problems(pieces: Sequence[Piece], settings: VersionSettings) -> list[Problem]:
    """B6: a portfolio was kept. Its number of pieces (C7) only warns here: it counts when it is handed in."""
    if not any(component.wants_pieces for component in settings.components):
        return []
    if not pieces:
        message = f"The portfolio is empty; the apprentice keeps one throughout — {GATEWAY}."
        return [Problem("no_portfolio", "B6", message, where="portfolio")]
    return [
        Problem(problem.code, problem.clause, problem.message, problem.where, problem.field, warning=True)
        for component in settings.components
        if component.wants_pieces
        for problem in portfolio_problems(pieces, component.evidence_min, component.evidence_max)
    ]


def portfolio_problems(pieces: Sequence[Piece], least: int | None, most: int | None) -> list[Problem]:
    """C7, C8: the number of pieces, both ends included, and none that the independent assessor assessed before."""
    found = []
    count = len(pieces)
    if (least is not None and count < least) or (most is not None and count > most):
        pieces_word = "piece" if count == 1 else "pieces"
        message = (
            f"The portfolio has {count} {pieces_word}; it needs {least} to {most} — guidance, Professional discussion."
        )
        found.append(Problem("piece_count", "C7", message, where="portfolio"))
    for piece in pieces:
        if piece.assessed_before:
            message = (
                f"“{piece.title}” has been assessed by the independent assessor before and cannot be used "
                "— guidance, Professional discussion."
            )
            found.append(Problem("assessed_before", "C8", message, where="portfolio"))
    return found


def subject_problems(state: str, settings: VersionSettings) -> list[Problem]:
    """C5: the project's subject is agreed. It does not hold up the gateway, but no report is taken without it."""
    if state == "agreed" or not any(component.subject_agreed for component in settings.components):
        return []
    words = {
        "": "has not been proposed",
        "proposed": "waits for IMI’s decision",
        "refused": "was not agreed; propose another",
    }[state]
    message = f"The project’s subject {words} — guidance, Work-based project."
    return [Problem("subject", "C5", message, where="subject", warning=True)]


def signature_problems(signatures: Sequence[Signed], facts_sha256: str) -> list[Problem]:
    """B1, B2, B5: three signatures, of three different people, over what is true now."""
    found = []
    by_party = {signature.party: signature for signature in signatures}
    for party in Party:
        signature = by_party.get(party)
        clause = CLAUSE_OF_PARTY[party]
        if signature is None:
            message = f"{party.label}: has not signed the agreement that the apprentice is ready — {GATEWAY}."
            found.append(Problem(f"unsigned_{party}", clause, message, where="signatures"))
        elif signature.facts_sha256 != facts_sha256:
            message = (
                f"{party.label}: {signature.name} signed before something on the agreement was changed; "
                f"ask again — {GATEWAY}."
            )
            found.append(Problem(f"stale_{party}", clause, message, where="signatures"))
    for index, first in enumerate(signatures):
        for second in signatures[index + 1 :]:
            if same_person((first.name, first.email), (second.name, second.email)):
                message = (
                    f"{Party(first.party).label} and {Party(second.party).label.lower()}: signed by the same person; "
                    f"three different people sign — {GATEWAY}."
                )
                found.append(Problem("same_person", "B5", message, where="signatures"))
    return found


def same_person(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two (name, e-mail address) are taken for one person: either is the same, whatever the case or accents."""
    return fold(one[0]) == fold(other[0]) or one[1].strip().lower() == other[1].strip().lower()


def other_hand_problems(invited: str, typed: str) -> list[Problem]:
    """B5: who signs by a link is the person it was sent to. Spelling, accents and given names may differ; the family
    name is the same, or somebody else has opened the link."""
    ours, theirs = fold(invited).split(), fold(typed).split()
    if not theirs or (ours and ours[-1] in theirs) or theirs[-1] in ours[1:]:
        return []
    message = (
        f"This link was sent to {invited}. If you are not {invited}, ask the centre to send you your own link "
        f"— {GATEWAY}."
    )
    return [Problem("other_hand", "B5", message, field="name")]


def signatory_problems(
    party: str,
    person: tuple[str, str],
    others: Mapping[str, tuple[str, str]],
    centre_addresses: frozenset[str],
    *,
    by_link: bool = True,
) -> list[Problem]:
    """B1, B5: whether ``person`` (name, address) may be asked to sign, or sign, for ``party``.

    ``others`` are those who signed or are asked for the other parties; ``centre_addresses`` (lower case) belong to the
    training provider's people, who sign for nobody else.
    """
    name, email = person
    found = []
    if not fold(name):
        found.append(Problem("no_name", "B5", "Give the name of the person who signs.", field="name"))
    if by_link and not email.strip():
        found.append(Problem("no_email", "B5", "Give the address the link is sent to.", field="email"))
    if party != Party.PROVIDER and email.strip().lower() in centre_addresses:
        message = (
            f"This address belongs to the training provider; the {Party(party).label.lower()} signs in person, "
            f"by a link of their own — {GATEWAY}."
        )
        found.append(Problem("providers_address", CLAUSE_OF_PARTY[party], message, field="email"))
    for other, their in others.items():
        if other != party and same_person(person, their):
            message = f"{Party(other).label}: the same name or address; three different people sign — {GATEWAY}."
            found.append(Problem("same_person", "B5", message, field="email"))
    return found


def settle_problems(found: Sequence[Problem], reason: str, *, who: str) -> list[Problem]:
    """B3: short time or training passes only with a reason that is recorded; nothing else passes at all."""
    stopping = [problem for problem in found if not problem.warning]
    if reason.strip():
        return [problem for problem in stopping if problem.code not in ACCEPTABLE]
    if stopping and all(problem.code in ACCEPTABLE for problem in stopping):
        message = f"To go on all the same, {who} gives the reason, which is recorded — {GATEWAY}."
        return [*stopping, Problem("reason_needed", "B3", message, field="reason")]
    return stopping


def piece_change_problems(gateway_state: str, *, handed_in: bool) -> list[Problem]:
    """B6, C7: the portfolio rests while the EPA team checks the gateway, and once it has been handed in."""
    if handed_in:
        message = "The portfolio has been handed in for the professional discussion; it can no longer be changed."
        return [Problem("handed_in", "C7", message, where="portfolio")]
    if gateway_state == GatewayState.SUBMITTED:
        message = "The gateway is with the EPA team; the portfolio can be changed when it has been decided."
        return [Problem("submitted", "B6", message, where="gateway")]
    return []


def new_piece_problems(
    title: str, evidences: Sequence[str], *, known: frozenset[str], has_file: bool, link: str
) -> list[Problem]:
    """B6: a piece has a title, is a file or a link, and is mapped to what it evidences (codes of criteria)."""
    found = []
    if not title.strip():
        found.append(Problem("no_title", "B6", "Give the piece a title.", field="title"))
    if has_file and link.strip():
        found.append(Problem("file_and_link", "B6", "Give either a file or a link, not both.", field="uploaded"))
    elif not has_file and not link.strip():
        found.append(Problem("no_file_or_link", "B6", "Give a file, or a link to the piece.", field="uploaded"))
    unknown = sorted(set(evidences) - known)
    if unknown:
        found.append(Problem("unknown_criterion", "B6", f"“{unknown[0]}” is no criterion here.", field="evidences"))
    elif known and not evidences:
        message = f"Say which criteria it is evidence for — {GATEWAY}."
        found.append(Problem("evidences_nothing", "B6", message, field="evidences"))
    return found


def subject_decision_problems(agreed: bool, reason: str, *, employer_commented: bool) -> list[Problem]:
    """C5: IMI decides, with guidance from the employer: a refusal says why, and so does agreeing without a comment."""
    if reason.strip() or (agreed and employer_commented):
        return []
    why = "the subject is not agreed" if not agreed else "it is agreed before the employer has commented"
    message = f"Say why {why} — guidance, Work-based project."
    return [Problem("reason", "C5", message, field="reason")]


def _months(count: int) -> str:
    return f"{count} month" if count == 1 else f"{count} months"


def _level(level: str) -> str:
    return f"entry level {level[1:]}" if level.startswith("E") else f"level {level}"
