"""What an application says, section by section (A2–A6)."""

import pytest

from centres import queries, rules
from tests.centres import builders

pytestmark = pytest.mark.django_db


@pytest.mark.clause("A3", "A5", "A6")
def test_an_empty_application_has_every_section_and_says_nothing(st0071):
    content = queries.application_content(builders.draft_application(builders.centre(), st0071, filled_in=False))
    assert [section.key for section in content] == list(rules.SECTIONS)
    assert {section.state for section in content} == {rules.SectionState.NOT_STARTED}
    assert all(section.is_empty and section.problems for section in content)


@pytest.mark.clause("A2", "A3", "A5", "A6")
def test_a_filled_in_application_says_everything(st0071):
    row = builders.draft_application(builders.centre(), st0071)
    content = {section.key: section for section in queries.application_content(row)}
    assert {section.state for section in content.values()} == {rules.SectionState.DONE}
    assert not any(section.is_empty for section in content.values())
    assert content["elements"].lines[0].values == tuple(str(each) for each in st0071.packages.all())
    assert [(file.name, file.sha256) for file in content["checklist"].files] == [
        (row.checklist.original_name, row.checklist.sha256)
    ]
