"""Pages of learners and employers: who sees what, what is posted, what is exported."""

import csv
import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.states import Role
from apprentices import actions
from apprentices.models import Apprentice, Attainment, Employer, Registration, Support
from centres import actions as centre_actions
from centres.models import Charge
from foundation import clock
from foundation.models import AuditEvent
from foundation.sheets import read
from standards.models import Package, Price
from standards.queries import price_list
from tests.apprentices.builders import cells_of, learner_data, registered
from tests.builders import person
from tests.centres import builders as centres

pytestmark = pytest.mark.django_db
LIST = reverse("apprentices:list")


@pytest.fixture
def owner(client, centre):
    user = centres.owner_of(centre)
    client.force_login(user)
    return user


@pytest.fixture
def other_centre(st0071):
    return centres.approved_centre(st0071, name="Other College")


def names(response):
    return [row["name"] for row in response.context["page_obj"]]


def test_a_centre_sees_its_own_learners(client, owner, centre, epa_package, other_centre):
    mine = registered(centre, epa_package, family_name="Mine")
    registered(other_centre, epa_package, family_name="Theirs")
    page = client.get(LIST)
    assert names(page) == ["Mine, Jordan"]
    assert reverse("learner", args=[mine.apprentice_id]) in page.content.decode()
    assert "Theirs" not in page.content.decode()
    client.force_login(centres.epa_team())
    assert names(client.get(LIST)) == ["Mine, Jordan", "Theirs, Jordan"]
    client.force_login(person(Role.FINANCE))
    assert names(client.get(LIST)) == []


def test_filter_and_search(client, owner, centre, epa_package):
    support = Package.objects.get(code="AS-CSS-ASP")
    both = registered(centre, epa_package, family_name="Both")
    registered(centre, support, uln=both.uln, family_name="Both")
    gone = registered(centre, epa_package, family_name="Gone", employer_name="Ware Motors")
    actions.withdraw(registration=gone, reason="x", by=owner)
    registered(centre, support, family_name="Support")

    def found(**query):
        return [name.partition(",")[0] for name in names(client.get(LIST, query))]

    assert found() == ["Both", "Gone", "Support"]
    assert found(package=epa_package.pk) == ["Both", "Gone"]
    assert found(package=epa_package.pk, state="active") == ["Both"]
    assert found(package=support.pk, state="withdrawn") == []
    assert found(state="withdrawn") == ["Gone"]
    assert found(employer="ware") == ["Gone"]
    assert found(q="both") == ["Both"]
    assert found(q=both.number) == ["Both"]
    assert found(q="nobody") == []
    assert found(sort="-name") == ["Support", "Gone", "Both"]
    assert found(sort="employer") == ["Both", "Support", "Gone"]
    assert found(sort="password") == ["Both", "Gone", "Support"]
    assert found(package="x") == ["Both", "Gone", "Support"]


def test_the_list_takes_the_same_statements_at_one_and_at_many(
    client, owner, centre, epa_package, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    registered(centre, epa_package)
    client.get(LIST)  # once before: the count of tasks in the bar is kept
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(LIST)
    for number in range(12):
        registered(centre, epa_package, employer_name=f"Employer {number}")
    with django_assert_num_queries(len(one)):
        client.get(LIST)


def test_exports_are_what_is_shown_and_harmless(client, owner, centre, epa_package, tmp_path):
    registered(centre, epa_package, family_name="=1+1", given_names="A")
    registered(centre, epa_package, family_name="Brown", given_names="B")
    text = client.get(LIST, {"export": "csv", "q": "b"}).content.decode("utf-8-sig")
    assert [row["Learner"] for row in csv.DictReader(io.StringIO(text))] == ["Brown, B"]
    text = client.get(LIST, {"export": "csv"}).content.decode("utf-8-sig")
    assert [row["Learner"] for row in csv.DictReader(io.StringIO(text))] == ["'=1+1, A", "Brown, B"]
    response = client.get(LIST, {"export": "xlsx"})
    assert response["Content-Disposition"] == 'attachment; filename="learners.xlsx"'
    path = tmp_path / "export.xlsx"
    path.write_bytes(response.content)
    table = read(path)
    assert [row.cells[0] for row in table.rows] == ["Learner", "=1+1, A", "Brown, B"]
    assert table.formulas == frozenset()


def posted(learner, package, **changes):
    cells = {key: value for key, value in cells_of(learner).items() if value is not None}
    for key in ("date_of_birth", "programme_start_on", "planned_end_on"):
        cells[key] = f"{getattr(learner, key):%d/%m/%Y}"
    return {**cells, "package": package.pk, "declared_by": "Robin Owner", "declaration": "on", **changes}


@pytest.mark.clause("D1", "D3")
def test_register_one(client, owner, centre, epa_package):
    url = reverse("apprentices:register")
    page = client.get(url).content.decode()
    assert "£640.00" in page
    learner = learner_data(family_name="Ŵyn-O’Brien")
    response = client.post(url, posted(learner, epa_package))
    made = Registration.objects.get()
    assert response.status_code == 302
    assert response["Location"] == reverse("learner", args=[made.apprentice_id])
    assert (made.apprentice.family_name, made.declared_by) == ("Ŵyn-O’Brien", "Robin Owner")
    again = client.post(url, posted(learner, epa_package))
    assert again.status_code == 422
    assert "already registered" in again.content.decode()
    assert Registration.objects.count() == 1


@pytest.mark.clause("D1", "D3")
def test_register_shows_every_problem_and_loses_nothing(client, owner, centre, epa_package):
    data = posted(learner_data(), epa_package, uln="1234567890", date_of_birth="32/12/2001", email="x", family_name="")
    del data["declaration"]
    response = client.post(reverse("apprentices:register"), data)
    form = response.context["form"]
    assert (response.status_code, set(form.errors)) == (
        422,
        {"uln", "date_of_birth", "email", "family_name", "declaration"},
    )
    assert len(form.errors["date_of_birth"]) == 1
    page = response.content.decode()
    assert "1234567890" in page
    assert "32/12/2001" in page
    assert Apprentice.objects.count() == 0


@pytest.mark.clause("D1")
def test_a_day_that_does_not_exist_is_named_with_its_field_in_the_order_of_the_page(client, owner, epa_package):
    wrong = {"date_of_birth": "32/12/2003", "programme_start_on": "31 Feb 2025", "employer_name": ""}
    data = posted(learner_data(), epa_package, planned_end_on="soon", declared_by="", **wrong) | {"package": ""}
    response = client.post(reverse("apprentices:register"), data)
    errors = response.context["form"].errors
    assert errors["date_of_birth"] == ["Date of birth: “32/12/2003”: there is no such day."]
    assert errors["programme_start_on"] == ["Programme start: “31 Feb 2025”: there is no such day."]
    assert errors["planned_end_on"] == ["Planned end: Enter a date, such as 31/12/2026 or 31 Dec 2026."]
    order = ["package", "date_of_birth", "programme_start_on", "planned_end_on", "employer_name", "declared_by"]
    assert [field.name for field in response.context["form"] if field.errors] == order
    summary = response.content.decode().partition("error-summary__list")[2].partition("</ul>")[0]
    links = re.findall(r'href="#id_(\w+?)(?:_0)?"', summary)
    assert links == order


def test_what_is_said_of_a_cell_does_not_stand_under_a_choice(client, owner, centre):
    assert "Yes where nothing is said" not in client.get(reverse("apprentices:register")).content.decode()


def test_further_fields_change_nothing(client, owner, centre, epa_package, other_centre):
    data = posted(learner_data(), epa_package, centre=other_centre.pk, centre_id=other_centre.pk, amount="0", state="x")
    client.post(reverse("apprentices:register"), data)
    assert Registration.objects.get().apprentice.centre == centre
    assert Charge.objects.get().amount == 640


def test_only_packages_of_the_contract_are_offered(client, owner, centre, made_up):
    foreign = made_up.packages.first()
    response = client.post(reverse("apprentices:register"), posted(learner_data(), foreign))
    assert "package" in response.context["form"].errors
    assert Registration.objects.count() == 0


@pytest.mark.clause("D3")
def test_no_package_is_chosen_beforehand_unless_there_is_one_alone(client, owner, st0071, epa_package):
    for name in ("apprentices:register", "apprentices:upload_new"):
        assert client.get(reverse(name)).context["form"].initial["package"] is None
    alone = centres.approved_centre(st0071, [epa_package])
    client.force_login(centres.owner_of(alone))
    for name in ("apprentices:register", "apprentices:upload_new"):
        assert client.get(reverse(name)).context["form"].initial["package"] == epa_package


@pytest.mark.clause("A8")
@pytest.mark.parametrize("name", ["apprentices:register", "apprentices:upload_new"])
def test_why_not_yet(client, st0071, name):
    made = centres.centre()
    client.force_login(centres.owner_of(made))

    def shown():
        page = client.get(reverse(name))
        assert 'type="submit"' not in page.content.decode().partition("<main")[2]  # no form to fill in for nothing
        ((title, (problem,), places),) = page.context["gates"]
        assert (title in page.content.decode(), problem.clause) == (True, "A8")
        address = places.get(problem.where)
        assert (f'href="{address}"' in page.content.decode()) == (address is not None)
        return problem.message, address

    message, address = shown()
    assert "Next: apply for approval." in message
    assert address == reverse("centres:apply", args=[made.pk])
    epa = [st0071.packages.get(code="AS-CSS-EPA")]
    application = centres.submitted_application(made, st0071, epa)
    assert shown() == (shown()[0], None)
    assert "waiting for IMI" in shown()[0]
    assert application.number not in shown()[0]


@pytest.mark.clause("A1")
def test_a_centre_that_is_suspended_is_told_so_instead_of_a_form(client, owner, centre):
    told = {"kind": "suspended", "starts_on": clock.today(), "reason": "No trainer"}
    centre_actions.record_standing(centre=centre, by=centres.epa_team(), **told)
    for name in ("apprentices:register", "apprentices:upload_new"):
        page = client.get(reverse(name))
        assert [problem.code for _, found, _ in page.context["gates"] for problem in found] == ["imi_suspended"]
        assert 'name="package"' not in page.content.decode()


@pytest.mark.clause("A8")
def test_an_empty_list_asks_for_a_sheet_only_where_one_can_be_registered(client, owner, centre):
    upload = "Register your first by uploading a sheet"
    assert upload in client.get(LIST).content.decode()
    assert "Change or clear the filter" in client.get(LIST, {"q": "nobody"}).content.decode()
    unset = client.get(LIST, {"q": "", "state": "", "sort": "name"}).content.decode()
    assert "Change or clear the filter" not in unset
    client.force_login(centres.owner_of(centres.centre()))
    page = client.get(LIST).content.decode()
    assert upload not in page
    assert "once the centre’s EPA contract is in force" in page


@pytest.mark.clause("D5")
def test_english_and_maths_show_their_prices_where_learners_are_registered(client, owner, st0071):
    lines = {line.kind: line for line in price_list(st0071, clock.today()) if line.kind in ("english", "maths")}
    assert len(lines) == 2
    page = client.get(reverse("apprentices:register"))
    assert page.context["english_and_maths"] == [lines["english"], lines["maths"]]
    for line in lines.values():
        assert f"{line.get_kind_display()}: £{line.amount}" in page.content.decode()
    Price.objects.filter(kind__in=lines).update(valid_to=clock.today() - dt.timedelta(days=1))
    assert "the price list has no price for them today" in client.get(reverse("apprentices:register")).content.decode()


ONLY_WRITERS = ["apprentices:register", "apprentices:upload_new", "apprentices:employer_add"]


@pytest.mark.parametrize("name", ONLY_WRITERS)
def test_who_registers(client, centre, name):
    for who in (person(Role.CENTRE_READER, centre.organisation), centres.epa_team(), person(Role.ADMINISTRATOR)):
        client.force_login(who)
        assert client.get(reverse(name)).status_code == 403
    client.force_login(centres.owner_of(centre))
    assert client.get(reverse(name)).status_code == 200


def test_records_out_of_sight_are_not_found(client, centre, epa_package, other_centre):
    registration = registered(centre, epa_package)
    apprentice = registration.apprentice
    evidence = centres.stored_pdf()
    attainment = actions.record_attainment(
        apprentice=apprentice,
        subject="maths",
        level="2",
        qualification="GCSE",
        achieved_on=apprentice.programme_start_on,
        evidence=evidence,
        by=centres.owner_of(centre),
    )
    urls = [
        reverse("apprentices:edit", args=[apprentice.pk]),
        reverse("apprentices:attainment_add", args=[apprentice.pk]),
        reverse("apprentices:attainment_edit", args=[attainment.pk]),
        reverse("apprentices:support", args=[apprentice.pk]),
        reverse("apprentices:withdraw", args=[registration.pk]),
        reverse("apprentices:employer_edit", args=[apprentice.employer_id]),
    ]
    file_url = reverse("apprentices:attainment_evidence", args=[attainment.pk])
    expected = [
        (centres.owner_of(other_centre), 404, 404),
        (person(Role.FINANCE), 404, 404),
        (person(Role.CENTRE_READER, centre.organisation), 403, 200),
        (centres.owner_of(centre), 200, 200),
        (centres.epa_team(), 200, 200),
    ]
    for who, status, file_status in expected:
        client.force_login(who)
        assert [client.get(url).status_code for url in urls] == [status] * len(urls), who
        assert client.get(file_url).status_code == file_status


def test_edit(client, owner, centre, epa_package):
    learner = learner_data()
    apprentice = registered(centre, epa_package, uln=learner.uln).apprentice
    url = reverse("apprentices:edit", args=[apprentice.pk])
    data = posted(learner, epa_package, family_name="Leigh", uln="9276308686", employer=apprentice.employer_id)
    assert client.post(url, data).status_code == 302
    apprentice.refresh_from_db()
    assert (apprentice.family_name, apprentice.uln) == ("Leigh", learner.uln)  # a disabled field is not read
    assert client.post(url, {**data, "family_name": ""}).status_code == 422
    client.force_login(centres.epa_team())
    assert client.post(url, data).status_code == 302
    apprentice.refresh_from_db()
    assert apprentice.uln == "9276308686"


def test_a_foreign_employer_is_not_among_the_choices(client, owner, centre, epa_package, other_centre):
    apprentice = registered(centre, epa_package).apprentice
    foreign = registered(other_centre, epa_package, employer_name="Foreign").apprentice.employer
    url = reverse("apprentices:edit", args=[apprentice.pk])
    response = client.post(url, posted(learner_data(), epa_package, employer=foreign.pk))
    assert "employer" in response.context["form"].errors
    assert "Foreign" not in response.content.decode()


@pytest.mark.clause("B4")
def test_attainment_with_evidence(client, owner, centre, epa_package):
    apprentice = registered(centre, epa_package).apprentice
    url = reverse("apprentices:attainment_add", args=[apprentice.pk])
    data = {
        "subject": "english",
        "route": "bsl",
        "level": "2",
        "qualification": "BSL level 2",
        "achieved_on": "20/08/2020",
        "evidence": SimpleUploadedFile("bsl.pdf", centres.TINY_PDF),
    }
    assert client.post(url, data).status_code == 302
    row = Attainment.objects.get()
    assert (row.route, row.evidence.original_name) == ("bsl", "bsl.pdf")
    bad = client.post(url, {**data, "subject": "maths", "evidence": SimpleUploadedFile("x.pdf", b"MZ nothing")})
    assert bad.status_code == 422
    assert Attainment.objects.count() == 1


@pytest.mark.clause("B4")
def test_an_attainment_gets_its_certificate_from_the_learners_page(client, owner, centre, epa_package):
    apprentice = registered(centre, epa_package).apprentice
    data = {"subject": "maths", "route": "standard", "level": "2", "qualification": "GCSE", "achieved_on": "20/08/2020"}
    client.post(reverse("apprentices:attainment_add", args=[apprentice.pk]), data)
    row = Attainment.objects.get()
    url, learner = reverse("apprentices:attainment_edit", args=[row.pk]), reverse("learner", args=[apprentice.pk])
    page = client.get(learner).content.decode()
    assert url in page
    assert "Add the certificate" in page
    assert 'value="20/08/2020"' in client.get(url).content.decode()
    certificate = SimpleUploadedFile("gcse.pdf", centres.TINY_PDF)
    assert client.post(url, {**data, "evidence": certificate})["Location"] == learner
    row.refresh_from_db()
    assert row.evidence.original_name == "gcse.pdf"
    assert "On record: gcse.pdf" in client.get(url).content.decode()
    refused = client.post(url, {**data, "level": "1"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    assert client.post(url, {**data, "level": "1", "reason": "Mistyped"}).status_code == 302
    row.refresh_from_db()
    assert (row.level, row.evidence.original_name) == ("1", "gcse.pdf")
    client.force_login(person(Role.CENTRE_READER, centre.organisation))
    assert url not in client.get(learner).content.decode()


@pytest.mark.clause("B4")
def test_support(client, owner, centre, epa_package):
    apprentice = registered(centre, epa_package).apprentice
    url = reverse("apprentices:support", args=[apprentice.pk])
    assert client.post(url, {"ehc_plan": "on"}).status_code == 302
    assert Support.objects.get().ehc_plan
    assert "There is no evidence yet" in client.get(url).content.decode()
    assert client.post(url, {"bsl_primary": "on"}).status_code == 302
    row = Support.objects.get()
    assert (row.ehc_plan, row.bsl_primary) == (False, True)


@pytest.mark.clause("B4")
def test_the_evidence_of_support_is_read_and_that_is_recorded(client, owner, centre, epa_package):
    apprentice = registered(centre, epa_package).apprentice
    url, evidence = (reverse(f"apprentices:{name}", args=[apprentice.pk]) for name in ("support", "support_evidence"))
    assert client.post(evidence).status_code == 404
    plan = SimpleUploadedFile("plan.pdf", centres.TINY_PDF)
    assert client.post(url, {"ehc_plan": "on", "evidence": plan}).status_code == 302
    assert "Open the evidence" in client.get(url).content.decode()
    assert not AuditEvent.objects.filter(verb="read_support_evidence").exists()
    assert b"".join(client.post(evidence)) == centres.TINY_PDF
    assert AuditEvent.objects.get(verb="read_support_evidence").subject_id == apprentice.pk


@pytest.mark.clause("D1")
def test_the_employers_address_is_asked_for(client, owner, centre, epa_package):
    url = reverse("apprentices:register")
    assert "Employer address (optional)" in client.get(url).content.decode()
    learner = learner_data(employer_address="12 Mill Road")
    assert client.post(url, posted(learner, epa_package)).status_code == 302
    assert Employer.objects.get().address == "12 Mill Road"
    wrong = client.post(url, posted(learner_data(), epa_package, employer_address="x" * 201))
    assert list(wrong.context["form"].errors) == ["employer_address"]


def test_a_known_employer_needs_its_name_alone(client, owner, centre, epa_package):
    first = registered(centre, epa_package, employer_address="12 Mill Road").apprentice.employer
    empty = dict.fromkeys(("contact", "email", "address", "town", "postcode"), "")
    blank = {f"employer_{name}": value for name, value in empty.items()}
    data = posted(learner_data(), epa_package, employer_name=" HERTFORD  motor group", **blank)
    url = reverse("apprentices:register")
    assert "its contact, e-mail and address on record are used" in client.get(url).content.decode()
    assert client.post(url, data).status_code == 302
    employer = Registration.objects.latest("pk").apprentice.employer
    assert (Employer.objects.count(), employer) == (1, first)
    assert (employer.contact_email, employer.address) == ("sam@example.org", "12 Mill Road")


def test_withdraw(client, owner, centre, epa_package):
    registration = registered(centre, epa_package)
    url = reverse("apprentices:withdraw", args=[registration.pk])
    assert "£640.00" in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Left"}).status_code == 302
    registration.refresh_from_db()
    assert registration.state == "withdrawn"
    assert client.get(url).status_code == 409


def test_employers(client, owner, centre, epa_package, other_centre):
    registered(centre, epa_package)
    registered(other_centre, epa_package, employer_name="Foreign")
    page = client.get(reverse("apprentices:employers"))
    assert [(row["name"], row["learners"]) for row in page.context["page_obj"]] == [("Hertford Motor Group", 1)]
    data = {
        "name": "Ware Motors",
        "contact_name": "",
        "contact_email": "",
        "address": "",
        "town": "Ware",
        "postcode": "",
    }
    assert client.post(reverse("apprentices:employer_add"), data).status_code == 302
    employer = Employer.objects.get(name="Ware Motors")
    url = reverse("apprentices:employer_edit", args=[employer.pk])
    assert client.post(url, {**data, "town": "Hertford"}).status_code == 302
    assert client.post(url, {**data, "name": "hertford motor group"}).status_code == 422
    employer.refresh_from_db()
    assert (employer.name, employer.town, employer.centre) == ("Ware Motors", "Hertford", centre)


def test_admin_reads_and_never_writes(client, centre, epa_package):
    registration = registered(centre, epa_package)
    client.force_login(person(Role.ADMINISTRATOR))
    for name, pk in (
        ("apprentice", registration.apprentice_id),
        ("registration", registration.pk),
        ("employer", registration.apprentice.employer_id),
    ):
        assert client.get(reverse(f"admin:apprentices_{name}_changelist") + "?q=lee").status_code == 200
        assert client.get(reverse(f"admin:apprentices_{name}_change", args=[pk])).status_code == 200
        assert client.post(reverse(f"admin:apprentices_{name}_change", args=[pk]), {}).status_code == 403
        assert client.get(reverse(f"admin:apprentices_{name}_delete", args=[pk])).status_code == 403
        assert client.get(reverse(f"admin:apprentices_{name}_add")).status_code == 403
