"""Letters: who gets them, which text, and once for what they are about."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal

from accounts import letters
from accounts.models import Organisation
from accounts.states import Role
from foundation import addresses
from foundation.models import Message
from tests import builders

pytestmark = pytest.mark.django_db
SUBJECT = "{{ what }} for {% if person %}{{ person.name }}{% else %}all{% endif %}\n{{ what }} at {{ link }}"


@pytest.fixture(autouse=True)
def _text(settings: Any, tmp_path: Path) -> None:
    """A letter of the test's own: ``tried.out``."""
    folder = tmp_path / "messages" / "tried"
    folder.mkdir(parents=True)
    (folder / "out.txt").write_text(SUBJECT)
    settings.TEMPLATES = [{**portal.TEMPLATES[0], "DIRS": [tmp_path, *portal.TEMPLATES[0]["DIRS"]]}]


@pytest.fixture
def place() -> Organisation:
    return builders.provider("Alder College")


CONTEXT = {"what": "Something", "link": "https://portal.example/1"}


def test_each_of_the_people_gets_a_letter_that_knows_them(place: Organisation) -> None:
    people = [builders.person(Role.CENTRE_OWNER, place) for _ in range(2)]
    letters.to_people("tried.out", people, CONTEXT, place)
    rows = list(Message.objects.order_by("pk"))
    assert [(row.to_user, row.to_email) for row in rows] == [(person, person.email) for person in people]
    assert [row.subject for row in rows] == [f"Something for {person.name}" for person in people]
    assert {(row.kind, row.about_type, row.about_id, row.once_key) for row in rows} == {
        ("tried.out", "accounts.organisation", place.pk, None)
    }


def test_the_team_reads_in_its_mailbox(place: Organisation, settings: Any) -> None:
    settings.EPA_TEAM_MAILBOX = "mailbox@imi.example"
    letters.to_epa_team("tried.out", CONTEXT, place)
    row = Message.objects.get()
    assert (row.to_email, row.to_user, row.subject) == ("mailbox@imi.example", None, "Something for all")


def test_an_address_needs_no_account(place: Organisation) -> None:
    letters.to_address("tried.out", "new@example.org", CONTEXT, place)
    row = Message.objects.get()
    assert (row.to_email, row.to_user, row.text) == ("new@example.org", None, "Something at https://portal.example/1")


def test_what_is_posted_once_goes_out_once_to_each(place: Organisation) -> None:
    one, two = (builders.person(Role.CENTRE_OWNER, place) for _ in range(2))
    for people in ([one], [one, two]):
        letters.to_people("tried.out", people, CONTEXT, place, "7")
        letters.to_epa_team("tried.out", CONTEXT, place, "7")
        letters.to_person("tried.out", one, CONTEXT, place, "a key of its own")
    letters.to_epa_team("tried.out", CONTEXT, place, "8")
    assert sorted(Message.objects.values_list("once_key", flat=True)) == sorted(
        [
            "a key of its own",
            f"tried.out:7:{one.pk}",
            f"tried.out:7:{two.pk}",
            "tried.out:7:epa-team",
            "tried.out:8:epa-team",
        ]
    )


def test_without_a_key_every_posting_is_a_letter(place: Organisation) -> None:
    for _ in range(2):
        letters.to_epa_team("tried.out", CONTEXT, place)
    assert Message.objects.count() == 2


def test_an_address_is_whole(settings: Any) -> None:
    settings.BASE_URL = "https://portal.example"
    assert addresses.full("accounts:people", pk=7) == "https://portal.example/people/organisations/7/"
