"""The gateway's rules on both sides of every boundary (B1–B6, C5, C7, C8)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from epa.rules import gateway as rules
from epa.rules.gateway import GatewayFacts, Held, Piece, Signed
from epa.states import Party
from foundation.errors import Problem
from standards.rules import AttainmentRuleSettings
from tests.epa import values

TODAY = dt.date(2026, 9, 14)
SHOWN = "a" * 64


def signed(party: str, name: str = "", email: str = "", shown: str = SHOWN) -> Signed:
    return Signed(party, name or f"{party} person", email or f"{party}@example.org", shown)


ALL_SIGNED = tuple(signed(party) for party in Party)
TEN = tuple(Piece(f"Piece {number}", "DIS-P1") for number in range(10))
READY = GatewayFacts(
    registration_active=True,
    programme_start_on=dt.date(2025, 6, 14),
    full_time=True,
    weekly_hours=None,
    off_the_job_percent=Decimal("20.0"),
    held=(
        Held("english", "standard", "2", dt.date(2025, 1, 1)),
        Held("maths", "standard", "2", dt.date(2025, 1, 1)),
    ),
    ehc_plan=False,
    bsl_primary=False,
    support_evidence=False,
    signatures=ALL_SIGNED,
    facts_sha256=SHOWN,
    pieces=TEN,
    subject_state="agreed",
)


def codes(problems: list[Problem]) -> list[tuple[str, str, bool]]:
    return [(problem.code, problem.clause, problem.warning) for problem in problems]


@pytest.mark.clause("B1", "B2", "B3", "B4", "B5", "B6")
def test_nothing_is_missing_when_everything_is_there() -> None:
    assert rules.problems(READY, values.settings(), today=TODAY) == []


@pytest.mark.clause("B1", "B2", "B3", "B4", "B5", "B6", "E1")
def test_everything_missing_is_said_at_once_each_with_its_clause() -> None:
    bare = GatewayFacts(False, dt.date(2026, 9, 1), True, None, None, (), False, False, False, (), SHOWN, ())
    assert codes(rules.problems(bare, values.settings(), today=TODAY)) == [
        ("not_registered", "E1", False),
        ("short_programme", "B3", False),
        ("training_unknown", "B3", False),
        ("no_english", "B4", False),
        ("no_maths", "B4", False),
        ("no_portfolio", "B6", False),
        ("subject", "C5", True),
        ("unsigned_employer", "B1", False),
        ("unsigned_provider", "B2", False),
        ("unsigned_apprentice", "B5", False),
    ]


@pytest.mark.clause("B3")
@pytest.mark.parametrize(
    ("start", "today", "expected"),
    [
        (dt.date(2025, 6, 14), dt.date(2026, 9, 13), [("short_programme", "B3", False)]),
        (dt.date(2025, 6, 14), dt.date(2026, 9, 14), []),
        (dt.date(2025, 6, 14), dt.date(2026, 9, 15), []),
        (dt.date(2024, 11, 30), dt.date(2026, 2, 27), [("short_programme", "B3", False)]),
        (dt.date(2024, 11, 30), dt.date(2026, 2, 28), []),
        (dt.date(2024, 8, 31), dt.date(2025, 11, 29), [("short_programme", "B3", False)]),
        (dt.date(2024, 8, 31), dt.date(2025, 11, 30), []),
    ],
)
def test_full_time_programme_of_fifteen_whole_months(start: dt.date, today: dt.date, expected: list) -> None:
    facts = replace(READY, programme_start_on=start)
    assert codes(rules.programme_problems(facts, values.settings(), today=today)) == expected


@pytest.mark.clause("B3")
def test_short_programme_says_how_long_how_much_is_needed_and_when() -> None:
    facts = replace(READY, programme_start_on=dt.date(2025, 6, 15))
    (problem,) = rules.programme_problems(facts, values.settings(), today=TODAY)
    assert problem.message == (
        "14 months on programme; full-time apprentices spend at least 15 months, reached on Tue 15 Sep 2026 "
        "— guidance, Gateway."
    )


@pytest.mark.clause("B3")
@pytest.mark.parametrize(
    ("hours", "months"),
    [
        (None, None),
        (Decimal(0), None),
        (Decimal(30), 15),
        (Decimal("29.9"), 16),
        (Decimal(20), 23),
        (Decimal(15), 30),
        (Decimal(37), 15),
    ],
)
def test_part_time_is_pro_rata_rounded_up(hours: Decimal | None, months: int | None) -> None:
    assert rules.part_time_months(15, hours) == months


@pytest.mark.clause("B3")
@pytest.mark.parametrize(
    ("hours", "start", "expected"),
    [
        (Decimal(20), dt.date(2024, 10, 15), [("part_time", "B3", True)]),
        (Decimal(20), dt.date(2024, 10, 14), []),
        (None, dt.date(2020, 1, 1), [("part_time", "B3", True)]),
    ],
)
def test_part_time_only_warns(hours: Decimal | None, start: dt.date, expected: list) -> None:
    facts = replace(READY, full_time=False, weekly_hours=hours, programme_start_on=start)
    assert codes(rules.programme_problems(facts, values.settings(), today=TODAY)) == expected


@pytest.mark.clause("B3")
@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (None, [("training_unknown", "B3", False)]),
        (Decimal("19.9"), [("short_training", "B3", False)]),
        (Decimal("20.0"), []),
        (Decimal("20.1"), []),
    ],
)
def test_off_the_job_training(percent: Decimal | None, expected: list) -> None:
    facts = replace(READY, off_the_job_percent=percent)
    assert codes(rules.training_problems(facts, values.settings())) == expected


@pytest.mark.clause("B3")
def test_the_figures_come_from_the_version() -> None:
    other = values.settings(min_programme_months=16, min_off_the_job_percent=21)
    assert codes(rules.problems(READY, other, today=TODAY)) == [
        ("short_programme", "B3", False),
        ("short_training", "B3", False),
    ]


@pytest.mark.clause("B4")
@pytest.mark.parametrize(
    ("route", "level", "ehc", "bsl", "expected"),
    [
        ("standard", "1", False, False, [("no_english", "B4", False)]),
        ("standard", "2", False, False, []),
        ("standard", "3", False, False, []),
        ("standard", "E3", False, False, [("no_english", "B4", False)]),
        ("standard", "E3", True, False, []),
        ("ehc", "E3", True, False, []),
        ("standard", "E2", True, False, [("no_english", "B4", False)]),
        ("ehc", "E3", False, False, [("no_english", "B4", False)]),
        ("bsl", "2", False, True, []),
        ("bsl", "1", False, True, [("no_english", "B4", False)]),
        ("bsl", "2", False, False, [("no_english", "B4", False)]),
        ("bsl", "2", True, False, [("no_english", "B4", False)]),
        ("bsl", "E3", True, True, [("no_english", "B4", False)]),
        ("standard", "2", False, True, []),
    ],
)
def test_english_by_level_and_route(route: str, level: str, ehc: bool, bsl: bool, expected: list) -> None:
    facts = replace(READY, held=(Held("english", route, level, dt.date(2025, 1, 1)),), ehc_plan=ehc, bsl_primary=bsl)
    assert codes(rules.attainment_problems("english", facts, values.settings(), today=TODAY)) == expected


@pytest.mark.clause("B4")
def test_sign_language_does_not_stand_for_maths() -> None:
    facts = replace(READY, held=(Held("maths", "bsl", "2", dt.date(2025, 1, 1)),), bsl_primary=True)
    assert codes(rules.attainment_problems("maths", facts, values.settings(), today=TODAY)) == [
        ("no_maths", "B4", False)
    ]


@pytest.mark.clause("B4")
@pytest.mark.parametrize(
    ("achieved_on", "expected"),
    [(TODAY, []), (TODAY + dt.timedelta(days=1), [("no_maths", "B4", False)])],
)
def test_a_qualification_counts_from_its_day(achieved_on: dt.date, expected: list) -> None:
    facts = replace(READY, held=(Held("maths", "standard", "2", achieved_on),))
    assert codes(rules.attainment_problems("maths", facts, values.settings(), today=TODAY)) == expected


@pytest.mark.clause("B4")
def test_without_its_certificate_it_warns() -> None:
    facts = replace(READY, held=(Held("maths", "standard", "2", TODAY, has_evidence=False),))
    assert codes(rules.attainment_problems("maths", facts, values.settings(), today=TODAY)) == [
        ("no_evidence_maths", "B4", True)
    ]


@pytest.mark.clause("B4")
@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (dt.date(2026, 9, 13), [("no_maths", "B4", False)]),
        (dt.date(2026, 9, 14), []),
        (dt.date(2026, 9, 20), []),
        (dt.date(2026, 9, 21), [("no_rule_maths", "B4", False)]),
    ],
)
def test_a_later_rule_is_another_row(today: dt.date, expected: list) -> None:
    settings = values.settings(
        attainment_rules=(
            AttainmentRuleSettings("maths", "standard", "2", values.SINCE, dt.date(2026, 9, 13)),
            AttainmentRuleSettings("maths", "standard", "", dt.date(2026, 9, 14), dt.date(2026, 9, 20)),
        )
    )
    assert codes(rules.attainment_problems("maths", replace(READY, held=()), settings, today=today)) == expected


@pytest.mark.clause("C7", "C8")
@pytest.mark.parametrize(
    ("count", "used", "expected"),
    [
        (9, 0, [("piece_count", "C7", False)]),
        (10, 0, []),
        (15, 0, []),
        (16, 0, [("piece_count", "C7", False)]),
        (10, 1, [("assessed_before", "C8", False)]),
        (9, 2, [("piece_count", "C7", False), ("assessed_before", "C8", False), ("assessed_before", "C8", False)]),
    ],
)
def test_the_portfolio_handed_in(count: int, used: int, expected: list) -> None:
    pieces = [Piece(f"Piece {number}", "DIS-P1", number < used) for number in range(count)]
    assert codes(rules.portfolio_problems(pieces, 10, 15)) == expected


@pytest.mark.clause("B6")
@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, [("no_portfolio", "B6", False)]), (1, [("piece_count", "C7", True)]), (10, [])],
)
def test_the_gateway_asks_for_a_portfolio_and_warns_about_its_size(count: int, expected: list) -> None:
    assert codes(rules.portfolio_exists_problems(TEN[:count], values.settings())) == expected


@pytest.mark.clause("B6")
def test_a_version_without_a_portfolio_asks_for_none() -> None:
    assert rules.portfolio_exists_problems((), values.settings(components=(values.OBS, values.PRJ))) == []


@pytest.mark.clause("B5")
@pytest.mark.parametrize(
    ("signatures", "expected"),
    [
        (ALL_SIGNED, []),
        (ALL_SIGNED[1:], [("unsigned_employer", "B1", False)]),
        (ALL_SIGNED[:1] + ALL_SIGNED[2:], [("unsigned_provider", "B2", False)]),
        (ALL_SIGNED[:2], [("unsigned_apprentice", "B5", False)]),
        ((signed("employer", shown="b" * 64), *ALL_SIGNED[1:]), [("stale_employer", "B1", False)]),
        (
            (signed("employer", name="Àpprentice  PERSON"), *ALL_SIGNED[1:]),
            [("same_person", "B5", False)],
        ),
        (
            (signed("employer", email="Provider@example.org"), *ALL_SIGNED[1:]),
            [("same_person", "B5", False)],
        ),
    ],
)
def test_three_signatures_of_three_people_over_what_is_true_now(signatures: tuple, expected: list) -> None:
    assert codes(rules.signature_problems(signatures, SHOWN)) == expected


@pytest.mark.clause("B1", "B5")
@pytest.mark.parametrize(
    ("party", "person", "by_link", "expected"),
    [
        ("employer", ("Eve Boss", "eve@boss.example"), True, []),
        ("employer", ("", "eve@boss.example"), True, [("no_name", "B5", False)]),
        ("employer", ("Eve Boss", " "), True, [("no_email", "B5", False)]),
        ("employer", ("Eve Boss", "TUTOR@centre.example"), True, [("providers_address", "B1", False)]),
        ("apprentice", ("Ann Learner", "tutor@centre.example"), True, [("providers_address", "B5", False)]),
        ("provider", ("Tom Tutor", "tutor@centre.example"), True, []),
        ("provider", ("Tom Tutor", "tutor@centre.example"), False, []),
        ("provider", ("Ann Other", "tutor@centre.example"), False, [("same_person", "B5", False)]),
    ],
)
def test_who_may_be_asked_to_sign(party: str, person: tuple, by_link: bool, expected: list) -> None:
    others = {"apprentice": ("Ann Other", "ann@example.org")} if party == "provider" else {}
    found = rules.signatory_problems(party, person, others, frozenset({"tutor@centre.example"}), by_link=by_link)
    assert codes(found) == expected


@pytest.mark.clause("B5")
def test_a_party_is_not_compared_with_its_own_earlier_signature() -> None:
    own = {"employer": ("Eve Boss", "eve@boss.example")}
    assert rules.signatory_problems("employer", own["employer"], own, frozenset()) == []


SHORT = Problem("short_programme", "B3", "Short.")
SHORT_TOO = Problem("short_training", "B3", "Short.")
UNSIGNED = Problem("unsigned_employer", "B1", "Unsigned.")
WARNING = Problem("part_time", "B3", "Pro rata.", warning=True)


@pytest.mark.clause("B3")
@pytest.mark.parametrize(
    ("found", "reason", "expected"),
    [
        ([], "", []),
        ([WARNING], "", []),
        ([SHORT], "", ["short_programme", "reason_needed"]),
        ([SHORT], "  ", ["short_programme", "reason_needed"]),
        ([SHORT, SHORT_TOO], "Redundancy", []),
        ([SHORT, UNSIGNED], "Redundancy", ["unsigned_employer"]),
        ([SHORT, UNSIGNED], "", ["short_programme", "unsigned_employer"]),
        ([UNSIGNED], "Please", ["unsigned_employer"]),
        ([Problem("training_unknown", "B3", "Not stated.")], "Please", ["training_unknown"]),
    ],
)
def test_only_short_time_passes_with_a_reason(found: list, reason: str, expected: list) -> None:
    assert [problem.code for problem in rules.settle_problems(found, reason, who="the EPA team")] == expected


@pytest.mark.clause("B6", "C7")
@pytest.mark.parametrize(
    ("state", "handed_in", "expected"),
    [
        ("collecting", False, []),
        ("returned", False, []),
        ("accepted", False, []),
        ("submitted", False, [("submitted", "B6", False)]),
        ("accepted", True, [("handed_in", "C7", False)]),
    ],
)
def test_when_the_portfolio_rests(state: str, handed_in: bool, expected: list) -> None:
    assert codes(rules.piece_change_problems(state, handed_in=handed_in)) == expected


@pytest.mark.clause("B6")
@pytest.mark.parametrize(
    ("title", "evidences", "has_file", "link", "expected"),
    [
        ("Log", ["DIS-P1"], True, "", []),
        ("Log", ["DIS-P1", "DIS-P2"], False, "https://x.example/", []),
        (" ", ["DIS-P1"], True, "", ["no_title"]),
        ("Log", ["DIS-P1"], False, " ", ["no_file_or_link"]),
        ("Log", ["DIS-P1"], True, "https://x.example/", ["file_and_link"]),
        ("Log", [], True, "", ["evidences_nothing"]),
        ("Log", ["NO-1"], True, "", ["unknown_criterion"]),
    ],
)
def test_a_new_piece(title: str, evidences: list, has_file: bool, link: str, expected: list) -> None:
    known = frozenset({"DIS-P1", "DIS-P2"})
    found = rules.new_piece_problems(title, evidences, known=known, has_file=has_file, link=link)
    assert [(problem.code, problem.clause) for problem in found] == [(code, "B6") for code in expected]


@pytest.mark.clause("B6")
def test_where_a_version_has_no_criteria_nothing_is_mapped() -> None:
    assert rules.new_piece_problems("Log", [], known=frozenset(), has_file=True, link="") == []


@pytest.mark.clause("C5")
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("", [("subject", "C5", True)]),
        ("proposed", [("subject", "C5", True)]),
        ("refused", [("subject", "C5", True)]),
        ("agreed", []),
    ],
)
def test_the_subject_warns_until_it_is_agreed(state: str, expected: list) -> None:
    assert codes(rules.subject_problems(state, values.settings())) == expected


@pytest.mark.clause("C5")
def test_a_version_whose_subjects_are_free_asks_for_none() -> None:
    assert rules.subject_problems("", values.settings(components=(values.OBS, values.DIS))) == []


@pytest.mark.clause("C5")
@pytest.mark.parametrize(
    ("agreed", "reason", "commented", "expected"),
    [
        (True, "", True, []),
        (True, "", False, [("reason", "C5", False)]),
        (True, "The employer was asked by telephone.", False, []),
        (False, "", True, [("reason", "C5", False)]),
        (False, " ", False, [("reason", "C5", False)]),
        (False, "Too wide.", False, []),
    ],
)
def test_what_a_decision_on_the_subject_needs(agreed: bool, reason: str, commented: bool, expected: list) -> None:
    assert codes(rules.subject_decision_problems(agreed, reason, employer_commented=commented)) == expected


def test_a_digest_does_not_depend_on_the_order_of_names() -> None:
    assert rules.digest({"a": 1, "b": "ŵ"}) == rules.digest({"b": "ŵ", "a": 1})
    assert rules.digest({"a": 1}) != rules.digest({"a": 2})


@pytest.mark.clause("B4")
@pytest.mark.parametrize(
    ("ehc", "bsl", "evidence", "codes"),
    [
        (False, False, False, []),
        (True, False, False, ["no_evidence_support"]),
        (False, True, False, ["no_evidence_support"]),
        (True, False, True, []),
        (True, True, True, []),
    ],
)
def test_what_lowers_the_requirement_is_asked_for(ehc: bool, bsl: bool, evidence: bool, codes: list[str]) -> None:
    facts = replace(READY, ehc_plan=ehc, bsl_primary=bsl, support_evidence=evidence)
    found = [problem for problem in rules.problems(facts, values.settings(), today=TODAY) if problem.where == "support"]
    assert [problem.code for problem in found] == codes
    assert all(problem.warning for problem in found)


@pytest.mark.clause("B5")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Greta Boss", []),
        (" gréta  BOSS", []),
        ("G. Boss", []),
        ("Boss, Greta", []),
        ("Greta Boss-Smith", []),
        ("Somebody Else", ["other_hand"]),
        ("Greta", ["other_hand"]),
        ("Greta Bossington", ["other_hand"]),
        ("", []),  # that no name was typed is said by another rule
    ],
)
def test_who_signs_by_a_link_is_whom_it_was_sent_to(typed: str, found: list[str]) -> None:
    problems = rules.other_hand_problems("Greta Boss", typed)
    assert [problem.code for problem in problems] == found
    assert all(problem.field == "name" for problem in problems)
