"""What the pages of the preparing half say and offer: headings that are true, and links that can be followed."""

import pytest
from django.urls import reverse

from epa.models import EPA, PortfolioPiece
from foundation.models import Message
from tests.centres.builders import epa_team
from tests.epa import builders_preparing as builders
from tests.epa.test_views_gateway import as_, epa, reader, url  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
WHY = "Why can’t the gateway be accepted yet?"


@pytest.mark.clause("B6")
def test_each_fault_of_a_piece_has_its_own_words(epa: EPA, as_) -> None:  # noqa: F811
    client, address = as_(builders.centre_user(epa)), url("piece_add", epa.gateway.pk)
    assert "Evidence for (optional)" not in client.get(address).content.decode()
    page = client.post(address, {"title": "Log", "link": "https://x.example/"})
    assert page.context["form"].errors == {"evidences": ["Say which criteria it is evidence for."]}
    piece = {"title": "Log", "evidences": ["DIS-P1"]}
    neither = client.post(address, piece).context["form"].errors
    both = client.post(address, {**piece, "link": "https://x.example/", "uploaded": builders.pdf()}).context["form"]
    assert neither == {"uploaded": ["Give a file, or a link to the piece. (clause B6)"]}
    assert both.errors == {"uploaded": ["Give either a file or a link, not both. (clause B6)"]}
    assert not PortfolioPiece.objects.exists()


def test_the_gateways_heading_says_what_follows_it(epa: EPA, as_) -> None:  # noqa: F811
    client, address = as_(builders.centre_user(epa)), url("gateway", epa.gateway.pk)
    page = client.get(address).content.decode()
    assert WHY in page
    assert "Next: complete what is missing" in page
    assert "Submit the gateway" not in page
    builders.ready_gateway(epa)  # the project's subject is left to consider
    page = client.get(address).content.decode()
    assert WHY not in page
    assert ">To consider</h2>" in page
    assert "Next: submit the gateway</h2>" in page
    assert url("gateway_submit", epa.gateway.pk) in page


def test_what_is_to_be_mended_is_a_link_only_for_who_may_mend_it(epa: EPA, as_) -> None:  # noqa: F811
    address = url("gateway", epa.gateway.pk)
    learner = {"learner", "attainments", "support"}
    places = {
        name: set(as_(user).get(address).context["places"])
        for name, user in {
            "owner": builders.centre_user(epa),
            "reader": reader(epa),
            "team": epa_team(),
        }.items()
    }
    assert places["reader"] == set()
    assert places["team"] == learner
    assert places["owner"] > {*learner, "training"}
    assert "Fix this" not in as_(reader(epa)).get(address).content.decode()
    builders.submitted(epa)
    assert "training" not in as_(builders.centre_user(epa)).get(address).context["places"]


@pytest.mark.clause("E1")
def test_no_booking_is_offered_beside_an_open_one(epa: EPA, as_) -> None:  # noqa: F811
    client, address = as_(builders.centre_user(epa)), url("gateway", epa.gateway.pk)
    assert url("booking_request", epa.pk) in client.get(address).content.decode()
    builders.requested_booking(epa)
    assert url("booking_request", epa.pk) not in client.get(address).content.decode()


def test_the_planner_never_says_the_opposite_of_its_heading(epa: EPA, as_, st0071) -> None:  # noqa: F811
    client = as_(builders.centre_user(epa))
    said = {}
    for name, day in {"fine": "14/12/2026", "sunday": "13/12/2026", "soon": "15/10/2026"}.items():
        page = client.get(reverse("epa:planner"), {"version": st0071.pk, "desired_on": day}).content.decode()
        words = ("These dates are possible.", "To consider</h2>", "What speaks against it")
        said[name] = [word in page for word in words]
    assert said == {"fine": [True, False, False], "sunday": [True, True, False], "soon": [False, False, True]}


@pytest.mark.clause("B5")
def test_the_apprentice_is_asked_in_the_second_person_and_statements_by_their_words(epa: EPA, as_) -> None:  # noqa: F811
    _, token = builders.asked(epa.gateway, "apprentice", "me@home.example", "Jordan Lee")
    assert "the agreement that you are ready for" in Message.objects.get(to_email="me@home.example").text
    builders.asked(epa.gateway, "employer", "boss@firm.example", "Bo Boss")
    assert "the agreement that Jordan Lee is ready for" in Message.objects.get(to_email="boss@firm.example").text
    page = as_(epa_team()).post(reverse("epa:sign", kwargs={"token": token}), {"name": "Jordan Lee"})
    assert page.context["form"].errors["statement_1"] == ["Tick “The portfolio is my own work” if it is true."]
