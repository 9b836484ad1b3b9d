"""Several people at one section; what changed between two times of handing in (A3, A9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres.rules import AnswerChange, content_changes, differing, is_stale, merged

LINES = st.lists(st.sampled_from(["a", "b", "c", "", "d e"]), max_size=8)


@pytest.mark.clause("A3")
@pytest.mark.parametrize(("known", "now", "stale"), [(3, 3, False), (2, 3, True), (0, 1, True), (None, 3, False)])
def test_whoever_has_not_seen_the_newest_does_not_overwrite_it(known, now, stale):
    assert is_stale(known, now) == stale


@pytest.mark.clause("A3")
def test_both_texts_as_one():
    assert merged("Rooms\nEight places", "Rooms\nTen places") == "Rooms\nEight places\nTen places"
    assert merged("", "mine") == "mine"
    assert merged("theirs", "") == "theirs"
    assert merged("same\nsame", "same\nsame") == "same\nsame"


@given(LINES, LINES)
def test_putting_together_loses_no_line(theirs, mine):
    both = merged("\n".join(theirs), "\n".join(mine)).splitlines()
    for lines in (theirs, mine):
        rest = iter(both)
        assert all(line in rest for line in lines if line)  # each, in its order


def test_line_ends_and_spaces_around_are_no_difference():
    assert differing({"text": "a\nb"}, {"text": " a\r\nb\n"}) == []
    assert differing({"text": "a", "more": "x"}, {"text": "b", "more": "x"}) == ["text"]
    assert differing({}, {"text": "b"}) == ["text"]


def section(key="assessment", *, lines=(), rows=(), files=()):
    """As a submission keeps it; a table's rows are (name, value, file's fingerprint)."""
    return {
        "key": key,
        "title": key.title(),
        "lines": [{"label": label, "values": list(values)} for label, values in lines],
        "tables": [
            {
                "caption": "People",
                "heads": ["Name", "Role"],
                "rows": [[name, role] for name, role, _ in rows],
                "files": [[{"label": "CV", "name": "cv.pdf", "sha256": sha256}] for _, _, sha256 in rows],
            }
        ],
        "files": [{"label": "Checklist", "name": name, "sha256": sha256} for name, sha256 in files],
    }


def changes(before, after):
    return [change for one in content_changes([before], [after]) for change in one.changes]


@pytest.mark.clause("A9")
def test_what_is_alike_is_no_change():
    same = section(lines=[("How", ["a"])], rows=[("Tess", "Trainer", "f" * 64)], files=[("c.pdf", "e" * 64)])
    assert content_changes([same], [same]) == []


@pytest.mark.clause("A9")
def test_text_that_changed_stands_before_and_after():
    assert changes(section(lines=[("How", ["a"])]), section(lines=[("How", ["b", "c"])])) == [
        AnswerChange("How", "a", "b\nc")
    ]


@pytest.mark.clause("A9")
def test_somebody_comes_goes_and_changes():
    before = section(rows=[("Tess", "Trainer", "f" * 64), ("Asa", "Assessor", "f" * 64)])
    after = section(rows=[("Tess", "IQA", "f" * 64), ("Ira", "IQA", "f" * 64)])
    found = {change.label: (change.before[:14], change.after[:9]) for change in changes(before, after)}
    assert found == {
        "Name: Tess": ("Role: Trainer\n", "Role: IQA"),
        "Name: Ira": ("", "Role: IQA"),
        "Name: Asa": ("Role: Assessor", ""),
    }


@pytest.mark.clause("A9")
def test_another_file_of_the_same_name_is_a_change():
    found = changes(section(files=[("c.pdf", "a" * 64)]), section(files=[("c.pdf", "b" * 64)]))
    assert [change.label for change in found] == ["Checklist"]
    found = changes(section(rows=[("Tess", "x", "a" * 64)]), section(rows=[("Tess", "x", "b" * 64)]))
    assert [change.label for change in found] == ["Name: Tess"]


@pytest.mark.clause("A9")
def test_two_of_the_same_name_are_two_and_a_section_that_came_is_told():
    before = section(rows=[("Tess", "x", "a" * 64)])
    after = section(rows=[("Tess", "x", "a" * 64), ("Tess", "y", "a" * 64)])
    assert [change.label for change in changes(before, after)] == ["Name: Tess (2)"]
    assert [one.key for one in content_changes([], [section("people", lines=[("a", ["b"])])])] == ["people"]
