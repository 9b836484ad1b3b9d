"""The clause table shows nothing as covered that no test could prove wrong."""

import ast
from pathlib import Path

import pytest

from imi_portal import clauses

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("assert rule(1) == 2", True),
        ("with pytest.raises(Refused):\n        verb()", True),
        ("with refused('E2'):\n        verb()", True),
        ("assert True", False),
        ("rule(1)", False),
        ("pass", False),
        ("with open('x') as f:\n        f.read()", False),
    ],
)
def test_a_test_counts_only_when_it_can_fail(body: str, expected: bool) -> None:
    function = ast.parse(f"def test_it():\n    {body}\n").body[0]
    assert isinstance(function, ast.FunctionDef)
    assert clauses.can_fail(function) is expected


def tree(root: Path, rule: str, test: str) -> None:
    (root / "docs").mkdir()
    (root / "docs" / "clauses.md").write_text(
        "| id | section | what it asks |\n|---|---|---|\n| E2 | Booking | Ninety days |\n"
    )
    (root / "epa").mkdir()
    (root / "epa" / "rules.py").write_text(rule)
    (root / "tests").mkdir()
    (root / "tests" / "test_rules.py").write_text(test)


RULE = 'def notice():\n    """At least ninety days (E2)."""\n'
TEST = 'import pytest\n@pytest.mark.clause("E2")\ndef test_notice():\n    assert notice() == 90\n'


@pytest.mark.parametrize(
    ("rule", "test", "status"),
    [
        (RULE, TEST, "covered"),
        (RULE, TEST.replace("assert notice() == 90", "notice()"), "no test"),
        (RULE, TEST.replace('@pytest.mark.clause("E2")\n', ""), "no test"),
        (RULE.replace("E2", "E3"), TEST, "no rule"),
        ("", "", "not yet"),
    ],
)
def test_status_of_a_clause(tmp_path: Path, rule: str, test: str, status: str) -> None:
    tree(tmp_path, rule, test)
    assert [clause.status for clause in clauses.survey(tmp_path)] == [status]


def test_what_is_lacking_keeps_a_clause_from_being_covered(tmp_path: Path) -> None:
    tree(tmp_path, RULE, TEST)
    page = tmp_path / "docs" / "clauses.md"
    page.write_text(page.read_text() + "\n- E2: the half of it.\n")
    assert [(clause.status, clause.lacks) for clause in clauses.survey(tmp_path)] == [("in part", "the half of it.")]


def test_a_class_hands_its_mark_to_its_tests(tmp_path: Path) -> None:
    body = "class TestNotice:\n    def test_it(self):\n        assert notice() == 90\n"
    test = f'import pytest\n@pytest.mark.clause("E2")\n{body}'
    tree(tmp_path, RULE, test)
    assert [clause.status for clause in clauses.survey(tmp_path)] == ["covered"]


def test_a_range_names_each_clause(tmp_path: Path) -> None:
    tree(tmp_path, 'def notice():\n    """Three clauses at once (E1–E3)."""\n', TEST)
    assert [clause.status for clause in clauses.survey(tmp_path)] == ["covered"]


def test_every_clause_of_the_guidance_is_listed_once() -> None:
    listed = [clause.id for clause in clauses.survey(ROOT)]
    expected = [
        f"{letter}{n}" for letter, last in zip("ABCDEF", (10, 6, 14, 5, 6, 6), strict=True) for n in range(1, last + 1)
    ]
    assert listed == expected
