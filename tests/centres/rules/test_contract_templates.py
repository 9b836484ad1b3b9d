"""A7: the text of a contract is paragraphs, simple lists and fields from a closed list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres.rules import (
    FIELDS,
    ClauseText,
    beginning_draft_problems,
    blocks_of,
    clause_problems,
    filled,
    published_problems,
    template_problems,
)

VALUES = {name: f"<{name}>" for name in FIELDS} | {"elements": ["A One", "B Two"], "price_list": ["EPA: £10.00"]}


def found(heading: str, text: str) -> list[tuple[str, str]]:
    problems = clause_problems("Clause 3", ClauseText(heading, text))
    assert {problem.clause for problem in problems} <= {"A7"}
    assert all(problem.message.startswith("Clause 3") for problem in problems)
    return [(problem.code, problem.field) for problem in problems]


@pytest.mark.clause("A7")
@pytest.mark.parametrize("name", FIELDS)
def test_every_field_of_the_list_is_known_in_heading_and_text(name):
    assert found(f"About {{{name}}}", f"For {{{name}}} and {{{name}}}.") == []


@pytest.mark.clause("A7")
@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("No field at all.", []),
        ("{ukprn}", []),
        ("{UKPRN}", ["unknown_field"]),
        ("{ ukprn }", ["unknown_field"]),
        ("{ukprn.real}", ["unknown_field"]),
        ("{ukprn!r}", ["unknown_field"]),
        ("{}", ["unknown_field"]),
        ("{0}", ["unknown_field"]),
        ("{ukp\nrn}", ["unknown_field"]),
        ("{% include 'x' %}", ["unknown_field"]),
        ("{one} {two} {one}", ["unknown_field", "unknown_field"]),
        ("{ukprn", ["unbalanced_brace"]),
        ("ukprn}", ["unbalanced_brace"]),
        ("}ukprn{", ["unbalanced_brace"]),
        ("{{ukprn}}", ["unbalanced_brace"]),
        ("{ukprn{start}", ["unbalanced_brace"]),
        ("{other} and {", ["unknown_field", "unbalanced_brace"]),
        (" \n ", ["empty_clause"]),
    ],
)
def test_what_stands_in_braces_is_a_field_or_refused(text, codes):
    assert found("Fees", text) == [(code, "text") for code in codes]


@pytest.mark.clause("A7")
def test_a_refusal_names_the_field_and_the_clause():
    good = ClauseText("Parties", "{centre_name}")
    (problem,) = template_problems([good, ClauseText("Fees", "{price}")])
    assert problem.message == "Clause 2, “Fees”: {price} is not one of the fields."
    (problem,) = template_problems([ClauseText("Fees {start", "x"), good])
    assert problem.message.startswith("Clause 1, “Fees {start”: a brace “{” has no partner")
    assert (template_problems([good]), found("", "x")) == ([], [("empty_clause", "heading")])
    assert [problem.code for problem in template_problems([])] == ["no_clauses"]


@pytest.mark.clause("A7")
def test_a_contract_needs_a_published_template_and_a_version_has_one_draft():
    assert published_problems("ST0071/AP01", published=True) == []
    (problem,) = published_problems("ST0071/AP01", published=False)
    assert (problem.code, problem.clause, problem.where) == ("no_contract_template", "A7", "contract_template")
    assert "ST0071/AP01" in problem.message
    assert beginning_draft_problems("x", draft=False) == []
    assert [problem.code for problem in beginning_draft_problems("x", draft=True)] == ["draft_exists"]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("One.", [("One.",)]),
        ("One\ngoes on.\r\n\r\nTwo.", [("One goes on.",), ("Two.",)]),
        ("Both:\n- one\n-  two \nAfter.", [("Both:",), ["one", "two"], ("After.",)]),
        ("- one\n\n- another list", [["one"], ["another list"]]),
        ("-no item", [("-no item",)]),
    ],
)
def test_paragraphs_and_simple_lists(text, blocks):
    assert [list(block.lines) if block.is_list else block.lines for block in blocks_of(text)] == blocks


@pytest.mark.clause("A7")
@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("From {start} to {review_date}.", [{"text": "From <start> to <review_date>."}]),
        ("{elements}", [{"list": ["A One", "B Two"]}]),
        ("Elements: {elements}.", [{"text": "Elements: A One; B Two."}]),
        ("- {elements}\n- {ukprn}", [{"list": ["A One", "B Two", "<ukprn>"]}]),
        ("{centre_name}", [{"text": "<centre_name>"}]),
    ],
)
def test_fields_are_filled_in(text, blocks):
    assert filled([ClauseText("For {version}", text)], VALUES) == [{"heading": "For <version>", "blocks": blocks}]


@pytest.mark.clause("A7")
@pytest.mark.parametrize("name", ["{ukprn}", "- one\n- two", "a\n\nb", "{", "{% x %}"])
def test_a_value_is_never_read_as_a_field_or_a_list(name):
    (term,) = filled([ClauseText("x", "To {centre_name}")], {**VALUES, "centre_name": name})
    assert term["blocks"] == [{"text": f"To {name}"}]


@given(st.text(alphabet="{}ukprn -\n", max_size=30))
def test_what_is_not_refused_can_be_filled_in_without_a_brace_left(text):
    clause = ClauseText("x", text)
    if not clause_problems("x", clause):
        (term,) = filled([clause], VALUES)
        said = [line for block in term["blocks"] for line in block.get("list", [block.get("text", "")])]
        assert not {"{", "}"} & set("".join(said))
