"""A8: what a signature in the portal consists of."""

import pytest

from centres.rules import signature_problems

SIGNED = {"name": "Robin", "role": "Director", "consent": True, "shown_sha256": "a", "document_sha256": "a"}


@pytest.mark.clause("A8")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"name": " "}, ["no_name"]),
        ({"role": ""}, ["no_role"]),
        ({"consent": False}, ["no_consent"]),
        ({"shown_sha256": "b"}, ["other_document"]),
        ({"shown_sha256": ""}, ["other_document"]),
        ({"name": "", "role": "", "consent": False, "shown_sha256": "b"},
         ["no_name", "no_role", "no_consent", "other_document"]),
    ],
)  # fmt: skip
def test_a_signature_is_whole(changes, found):
    assert [problem.code for problem in signature_problems(**{**SIGNED, **changes})] == found
