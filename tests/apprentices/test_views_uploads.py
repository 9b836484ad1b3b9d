"""Pages of an upload, from the template to the result."""

import pytest
from django.urls import reverse

from accounts.states import Role
from apprentices import actions
from apprentices.models import Registration, Upload
from foundation.sheets import read
from tests.apprentices.builders import cells_of, checked_upload, learner_data, sheet, uploaded_file
from tests.builders import person
from tests.centres import builders as centres

pytestmark = pytest.mark.django_db


def at(name, upload):
    return reverse(f"apprentices:{name}", args=[upload.pk])


@pytest.fixture
def owner(client, centre):
    user = centres.owner_of(centre)
    client.force_login(user)
    return user


@pytest.fixture
def mixed(centre, epa_package):
    """Two good rows, one with a wrong ULN, one with a wrong address."""
    rows = [
        learner_data(),
        cells_of(learner_data(family_name="Wrong")) | {"uln": "1234567890"},
        learner_data(),
        cells_of(learner_data(family_name="Post")) | {"email": "x"},
    ]
    return checked_upload(centre, epa_package, rows)


@pytest.mark.clause("D1")
def test_templates(client, owner, tmp_path):
    response = client.get(reverse("apprentices:template_xlsx"))
    path = tmp_path / "template.xlsx"
    path.write_bytes(response.content)
    assert read(path).rows[0].cells[0] == "ULN"
    assert response["Content-Disposition"] == 'attachment; filename="learners-template.xlsx"'
    assert client.get(reverse("apprentices:template_csv")).content.decode("utf-8-sig").startswith("ULN,")


@pytest.mark.clause("D1", "D3", "D4")
def test_the_journey(client, owner, centre, epa_package):
    new = reverse("apprentices:upload_new")
    assert client.get(new).status_code == 200
    content = sheet([learner_data(), learner_data()])
    response = client.post(new, {"package": epa_package.pk, "file": uploaded_file(content)})
    upload = Upload.objects.get()
    assert response["Location"] == at("upload", upload)
    waiting = client.get(at("upload", upload)).content.decode()
    assert "waits to be checked" in waiting
    assert f'data-live="{at("upload_progress", upload)}"' in waiting
    assert "data-live=" in client.get(at("upload_progress", upload)).content.decode()
    actions.check_due()
    assert "data-live=" not in client.get(at("upload_progress", upload)).content.decode()
    assert at("upload_confirm", upload) in client.get(at("upload", upload)).content.decode()
    confirm = client.get(at("upload_confirm", upload)).content.decode()
    assert "£1,280.00" in confirm
    assert "2 × £640.00" in confirm
    refused = client.post(at("upload_confirm", upload), {"declared_by": "Robin Owner"})
    assert (refused.status_code, Registration.objects.count()) == (422, 0)
    done = client.post(at("upload_confirm", upload), {"declared_by": "Robin Owner", "declaration": "on"})
    assert done["Location"] == at("upload", upload)
    assert "2 learners registered" in client.get(at("upload", upload)).content.decode()
    again = client.post(at("upload_confirm", upload), {"declared_by": "Robin Owner", "declaration": "on"})
    assert (again.status_code, Registration.objects.count()) == (409, 2)
    listed = client.get(reverse("apprentices:uploads"))
    assert [row["number"] for row in listed.context["page_obj"]] == [upload.number]


@pytest.mark.clause("D1")
def test_problems_by_row_and_column(client, owner, mixed):
    def rows(**query):
        return [row["number"] for row in client.get(at("upload", mixed), query).context["page_obj"]]

    assert rows() == [3, 5]
    assert rows(rows="good") == [2, 4]
    assert rows(rows="known") == []
    assert rows(column="uln") == [3]
    assert rows(column="email") == [5]
    assert rows(column="nonsense", rows="nonsense") == [3, 5]
    page = client.get(at("upload", mixed)).content.decode()
    assert "<strong>E-mail:</strong>" in page
    assert "is not an e-mail address" in page


@pytest.mark.clause("D1")
def test_the_own_sheet_with_its_problems(client, owner, mixed, tmp_path):
    response = client.get(at("upload_problems", mixed))
    path = tmp_path / "problems.xlsx"
    path.write_bytes(response.content)
    table = read(path)
    assert table.rows[0].cells[0] == "What is wrong"
    assert [row.cells[0] is None for row in table.rows[1:]] == [True, False, True, False]
    assert "no ULN" in table.rows[2].cells[0]


@pytest.mark.clause("D1")
@pytest.mark.parametrize("content", [b"MZ\x90\x00" + b"\x00" * 200, b""])
def test_a_renamed_program_is_refused_in_the_form(client, owner, epa_package, content):
    data = {"package": epa_package.pk, "file": uploaded_file(content)}
    response = client.post(reverse("apprentices:upload_new"), data)
    assert response.status_code == 422
    assert response.context["form"].errors
    assert Upload.objects.count() == 0


@pytest.mark.clause("D1")
def test_a_refused_kind_names_only_what_this_page_takes(client, owner, epa_package):
    program = uploaded_file(b"MZ\x90\x00" + b"\x00" * 200, "learners.exe")
    response = client.post(reverse("apprentices:upload_new"), {"package": epa_package.pk, "file": program})
    (message,) = response.context["form"].non_field_errors() + response.context["form"].errors.get("file", [])
    assert ".xlsx" in message
    assert ".xls)" not in message
    assert ".ods" not in message


@pytest.mark.clause("D1")
def test_unreadable(client, owner, centre, epa_package):
    upload = checked_upload(centre, epa_package, b"Colour,Shape\r\nred,round\r\n", name="x.csv")
    page = client.get(at("upload", upload)).content.decode()
    assert "No row of the sheet has the names of the columns" in page
    assert client.get(at("upload_confirm", upload)).status_code == 409
    assert client.post(at("upload_discard", upload)).status_code == 302
    upload.refresh_from_db()
    assert upload.state == "discarded"


def test_discard_asks_first(client, owner, mixed):
    assert client.get(at("upload_discard", mixed)).status_code == 200
    mixed.refresh_from_db()
    assert mixed.state == "checked"
    client.post(at("upload_discard", mixed))
    mixed.refresh_from_db()
    assert (mixed.state, Registration.objects.count()) == ("discarded", 0)


def test_who_sees_what(client, mixed, centre, st0071):
    outsider = centres.owner_of(centres.approved_centre(st0071, name="Other College"))
    looking = ["upload", "upload_progress", "upload_problems"]
    doing = ["upload_confirm", "upload_discard"]
    for who, look, do in (
        (outsider, 404, 404),
        (person(Role.FINANCE), 404, 404),
        (person(Role.CENTRE_READER, centre.organisation), 200, 403),
        (centres.epa_team(), 200, 403),
        (centres.owner_of(centre), 200, 200),
    ):
        client.force_login(who)
        assert [client.get(at(name, mixed)).status_code for name in looking] == [look] * 3
        assert [client.get(at(name, mixed)).status_code for name in doing] == [do] * 2
        if do != 200:
            assert [
                client.post(at(name, mixed), {"declared_by": "x", "declaration": "on"}).status_code for name in doing
            ] == [do] * 2
    mixed.refresh_from_db()
    assert mixed.state == "checked"
    client.force_login(outsider)
    assert list(client.get(reverse("apprentices:uploads")).context["page_obj"]) == []


def test_nothing_changes_on_get(client, owner, mixed):
    for name in ("upload", "upload_progress", "upload_problems", "upload_confirm", "upload_discard"):
        client.get(at(name, mixed))
    mixed.refresh_from_db()
    assert (mixed.state, Registration.objects.count()) == ("checked", 0)


def test_an_administrator_gives_back_what_was_set_aside(client, centre, epa_package):
    upload = actions.start_upload(
        centre=centre,
        package=epa_package,
        uploaded_file=uploaded_file(sheet([learner_data()])),
        by=centres.owner_of(centre),
    )
    Upload.objects.filter(pk=upload.pk).update(set_aside_at=upload.uploaded_at, attempts=8)
    assert actions.check_due() == 0
    client.force_login(centres.owner_of(centre))
    assert "an administrator has to look at it" in client.get(at("upload", upload)).content.decode()
    client.force_login(person(Role.ADMINISTRATOR))
    url = reverse("admin:apprentices_upload_changelist")
    client.post(url, {"action": "check_again", "_selected_action": [upload.pk]})
    assert actions.check_due() == 1
    upload.refresh_from_db()
    assert upload.state == "checked"
