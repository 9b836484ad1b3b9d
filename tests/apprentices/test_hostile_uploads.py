"""Files that mean harm or are merely messy, through the verb and the worker: refused or read, never a fault of ours."""

import json

import pytest

from apprentices import actions
from apprentices.models import Upload, UploadRow
from foundation.errors import Refused
from tests.apprentices.builders import uploaded_file
from tests.centres.builders import owner_of

pytestmark = [pytest.mark.django_db, pytest.mark.shared]


def outcome(centre, package, content, name):
    """What becomes of the file: "refused" at the door, else the state the worker leaves it in."""
    try:
        upload = actions.start_upload(
            centre=centre, package=package, uploaded_file=uploaded_file(content, name), by=owner_of(centre)
        )
    except Refused:
        return "refused"
    actions.check_due()
    upload.refresh_from_db()
    assert upload.last_error == ""
    assert upload.row_count == upload.good_count + upload.known_count + upload.bad_count
    assert UploadRow.objects.filter(upload=upload).count() == upload.row_count
    return upload.state


@pytest.mark.clause("D1")
def test_every_hostile_file_has_a_verdict(centre, epa_package, shared_data):
    folder = shared_data / "hostile-uploads"
    manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    for name, entry in manifest.items():
        content = (folder / name).read_bytes()
        found = outcome(centre, epa_package, content, name)
        if entry["expect"] == "reject":
            assert found in {"refused", "unreadable"}, name
        else:
            assert found in {"refused", "unreadable", "checked"}, name
    assert not Upload.objects.filter(state="checking").exists()


@pytest.mark.clause("D1")
def test_real_messy_sheets_are_no_lists_of_learners(centre, epa_package, shared_data):
    """Sheets of other people about other things: none is taken for learners, none stops the worker."""
    files = [
        path for path in sorted((shared_data / "spreadsheets").rglob("*")) if path.suffix in {".csv", ".xlsx", ".xls"}
    ]
    assert files
    for path in files[:40]:
        assert outcome(centre, epa_package, path.read_bytes(), path.name) in {"refused", "unreadable"}, path.name
