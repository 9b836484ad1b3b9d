"""Home is what each role has to do; search and the learner's page show only what the person may see."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.states import Role
from apprentices.models import Upload
from centres import actions as centres
from foundation import clock, outbox
from imi_portal import queues
from imi_portal.queues.items import Item
from tests.apprentices.builders import checked_upload, learner_data, registered
from tests.builders import person
from tests.centres.builders import (
    approved_centre,
    centre,
    draft_application,
    epa_team,
    offered_contract,
    owner_of,
    sign,
    submitted_application,
)
from tests.epa.builders_assessing import assessed, in_period, released, resit

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def todo(user: User) -> list[str]:
    return [item.title for item in queues.board(user).todo]


def test_a_centre_finishes_its_application_signs_its_contract_and_waits(st0071, private_files) -> None:
    one = centre()
    owner = owner_of(one)
    application = draft_application(one, st0071, filled_in=False)
    assert todo(owner) == [f"Finish application {application.number}"]

    two = centre()
    contract = offered_contract(two, st0071)
    assert todo(owner_of(two)) == [f"Sign contract {contract.number}"]
    sign(contract)
    board = queues.board(owner_of(two))
    assert ([item.title for item in board.todo], [item.title for item in board.waiting]) == (
        [],
        [f"Contract {contract.number}"],
    )
    assert f"Check and countersign contract {contract.number}" in todo(epa_team())


def test_an_eqa_sees_what_is_to_be_taken_with_its_target_day(st0071, private_files) -> None:
    application = submitted_application(centre(), st0071)
    eqa = person(Role.CENTRE_EQA)
    (item,) = queues.board(eqa).todo
    assert (item.title, item.due_on, item.clause) == (
        f"Take application {application.number}",
        application.review_due_on,
        "A6",
    )
    centres.take(application=application, no_interest=True, by=eqa)
    assert todo(eqa) == [f"Decide application {application.number}"]
    assert todo(person(Role.CENTRE_EQA)) == []


def epa_package(version):
    return version.packages.get(kind="epa")


def test_the_team_sees_results_by_days_left_and_the_centre_nothing_of_them(st0071, private_files) -> None:
    made = approved_centre(st0071)
    epa = in_period(registered(made, epa_package(st0071)))
    result = assessed(epa)
    name = str(epa.registration.apprentice)
    board = queues.board(epa_team())
    item = next(item for item in board.todo if item.title.startswith("Release"))
    assert (item.title, item.due_on, item.clause) == (f"Release the result of {name}", result.due_on, "F1")
    assert not any("result" in title.lower() for title in todo(owner_of(made)))


def test_after_a_pass_the_centre_enters_it_claims_and_asks_for_consent(st0071, private_files) -> None:
    made = approved_centre(st0071)
    epa = in_period(registered(made, epa_package(st0071)))
    released(epa)
    name = str(epa.registration.apprentice)
    assert {title for title in todo(owner_of(made)) if name in title} == {
        f"Enter the result of {name} in the ILR",
        f"Claim the record of achievement of {name}",
        f"Ask {name} for consent to claim the certificate",
    }


@pytest.mark.clause("F1")
def test_after_a_resit_only_the_latest_result_is_to_be_entered(st0071, private_files, at) -> None:
    made = approved_centre(st0071)
    epa = in_period(registered(made, epa_package(st0071)))
    name = str(epa.registration.apprentice)
    entering = f"Enter the result of {name} in the ILR"
    at(released(epa, {"PRJ": "fail"}).released_at)
    assert todo(owner_of(made)).count(entering) == 1
    resit(epa, "PRJ")
    result = released(epa)
    at(result.released_at)
    assert todo(owner_of(made)).count(entering) == 1
    owner = signed_in(owner_of(made))
    owner.post(reverse("epa:result_entered", kwargs={"pk": result.pk}))
    assert entering not in todo(owner_of(made))
    following = owner.get(reverse("learner", kwargs={"pk": epa.registration.apprentice_id})).context["stories"][0].next
    assert following.title == "Claim the record of achievement"


@pytest.mark.parametrize(
    "role", [Role.EPA_TEAM, Role.CENTRE_EQA, Role.INDEPENDENT_ASSESSOR, Role.FINANCE, Role.IQA, Role.ADMINISTRATOR]
)
def test_every_role_of_imi_has_a_home_with_at_most_seven_entries(role: Role) -> None:
    page = signed_in(person(role)).get("/")
    assert page.status_code == 200
    shell = page.context["shell"]
    assert 1 <= len(shell["navigation"]) <= 7
    assert [entry["label"] for entry in shell["navigation"] if entry["current"]] == ["Home"]


@pytest.mark.parametrize("role", [Role.CENTRE_OWNER, Role.CENTRE_STAFF, Role.CENTRE_READER])
def test_every_role_of_a_centre_has_a_home(role: Role, private_files) -> None:
    made = centre()
    page = signed_in(person(role, made.organisation)).get("/")
    assert page.status_code == 200
    assert len(page.context["shell"]["navigation"]) == 7


def test_every_address_of_every_navigation_answers_its_role(private_files) -> None:
    made = centre()
    people = [
        person(role)
        for role in (Role.EPA_TEAM, Role.CENTRE_EQA, Role.INDEPENDENT_ASSESSOR, Role.FINANCE, Role.ADMINISTRATOR)
    ]
    for user in [*people, owner_of(made)]:
        client = signed_in(user)
        for entry in client.get("/").context["shell"]["navigation"]:
            assert client.get(entry["url"], follow=True).status_code == 200, (user, entry)


def test_the_planner_is_in_the_navigation_of_those_who_book_and_marks_itself(st0071, private_files) -> None:
    made = centre()
    for user in (owner_of(made), person(Role.CENTRE_STAFF, made.organisation)):
        page = signed_in(user).get(reverse("epa:planner"))
        assert [entry["label"] for entry in page.context["shell"]["navigation"] if entry["current"]] == ["Planner"]
    team = signed_in(epa_team())
    for name in ("epa:bookings", "epa:calendar"):
        assert reverse("epa:planner") in team.get(reverse(name)).content.decode(), name


def test_a_centres_applications_lie_under_our_centre(st0071, private_files) -> None:
    made = centre()
    application = draft_application(made, st0071, filled_in=False)
    client = signed_in(owner_of(made))
    assert application.get_absolute_url() in client.get(reverse("centres:own"), follow=True).content.decode()
    for address in (made.get_absolute_url(), application.get_absolute_url()):
        entries = client.get(address).context["shell"]["navigation"]
        assert [entry["label"] for entry in entries if entry["current"]] == ["Our centre"], address


def test_search_finds_by_name_number_and_uln_within_sight(st0071, private_files) -> None:
    mine, other = approved_centre(st0071), approved_centre(st0071)
    row = registered(mine, epa_package(st0071), given_names="Siân", family_name="O'Brien-Ŵyn")
    registered(other, epa_package(st0071), given_names="Siân", family_name="Elsewhere")
    client = signed_in(owner_of(mine))

    def found(query: str) -> list[str]:
        return [hit.url for hit in client.get(reverse("search"), {"q": query}).context["found"]]

    address = reverse("learner", args=[row.apprentice_id])
    for query in ("sian", "obrien", "O'BRIEN sian", "wyn", row.uln, row.number, row.number.lower()):
        assert found(query) == [address], query
    for query in ("elsewhere", "rien", "", "   ", "%", "zzz"):
        assert found(query) == [], query


def test_the_learners_page_tells_the_story_and_is_nobody_elses(st0071, private_files) -> None:
    mine, other = approved_centre(st0071), approved_centre(st0071)
    row = registered(mine, epa_package(st0071))
    address = reverse("learner", args=[row.apprentice_id])
    page = signed_in(owner_of(mine)).get(address)
    assert row.number in page.content.decode()
    assert [moment.title for moment in page.context["stories"][0].moments] == ["Registered"]
    assert page.context["stories"][0].next.title == "Begin to prepare the EPA"
    assert signed_in(owner_of(other)).get(address).status_code == 404
    assert signed_in(person(Role.CENTRE_EQA)).get(address).status_code == 404
    assert signed_in(person(Role.INDEPENDENT_ASSESSOR)).get(address).status_code == 404
    assert signed_in(epa_team()).get(address).status_code == 200


def test_before_release_the_learners_page_shows_the_centre_no_grade(st0071, private_files) -> None:
    """Two worlds that differ only in the grade: the centre's page is the same to the letter."""
    made = approved_centre(st0071)
    epa = in_period(registered(made, epa_package(st0071)))
    assessed(epa)
    client = signed_in(owner_of(made))
    address = reverse("learner", args=[epa.registration.apprentice_id])

    def page() -> str:
        return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", client.get(address).content.decode())

    before = page()
    epa.attempts.update(grade="distinction", raw_grade="distinction")
    assert page() == before
    assert "istinction" not in before


def test_an_administrator_sees_what_workers_gave_up(st0071, private_files) -> None:
    admin = person(Role.ADMINISTRATOR)
    checked_upload(approved_centre(st0071), st0071.packages.first(), [learner_data()])

    def stuck() -> dict[str, tuple[int, bool]]:
        figures = [figure for figure in queues.board(admin).figures if figure.label.endswith(" stuck")]
        assert all(signed_in(admin).get(figure.url).status_code == 200 for figure in figures)
        return {figure.label: (figure.value, figure.alarm) for figure in figures}

    nothing = dict.fromkeys(
        ["messages stuck", "documents stuck", "uploads stuck", "fetches of the register stuck"], (0, False)
    )
    assert stuck() == nothing
    Upload.objects.update(set_aside_at=clock.now())
    assert stuck() == {**nothing, "uploads stuck": (1, True)}


def test_health_says_so_when_messages_wait_too_long(client, settings) -> None:
    assert client.get(reverse("health")).status_code == 200
    outbox.post_text("test", to="a@example.org", subject="s", text="t")
    assert client.get(reverse("health")).status_code == 200
    with clock.travel(clock.now() + clock.dt.timedelta(minutes=16)):
        assert client.get(reverse("health")).status_code == 503


def test_who_only_reads_has_no_tasks_of_their_own(st0071, private_files) -> None:
    one = approved_centre(st0071)
    checked_upload(one, st0071.packages.get(kind="epa"), [learner_data()])
    writes, reads = owner_of(one), person(Role.CENTRE_READER, one.organisation)
    assert (queues.board(writes).heading, queues.count(writes)) == ("What you have to do", 1)
    assert (queues.board(reads).heading, queues.count(reads)) == ("What your centre has to do", 0)
    assert len(queues.board(reads).todo) == 1


def test_soon_comes_before_undated_and_undated_before_what_has_long() -> None:
    days = {"late": -3, "soon": 30, "undated": None, "long": 31, "longer": 200}
    items = [
        Item(name, "/", due_on=None if number is None else clock.today() + dt.timedelta(days=number))
        for name, number in reversed(days.items())
    ]
    assert [item.title for item in queues.Board(todo=items).sorted().todo] == list(days)


def test_a_record_is_claimed_where_the_task_leads(st0071, private_files) -> None:
    made = approved_centre(st0071)
    released(in_period(registered(made, epa_package(st0071))))
    owner = owner_of(made)
    address = next(item.url for item in queues.board(owner).todo if item.title.startswith("Claim the record"))
    assert "Claim the record of achievement" in signed_in(owner).get(address).content.decode()


def test_the_administration_is_refused_in_words(client) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))
    answer = signed_in(person(Role.EPA_TEAM)).get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "Only an administrator of IMI" in answer.content.decode()
    assert signed_in(person(Role.ADMINISTRATOR)).get("/admin/").status_code == 200
