"""The learners arrive: by spreadsheet, month by month, as a centre would send them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile

from apprentices import actions
from apprentices.models import Registration, Upload
from apprentices.rules.columns import FIELDS
from apprentices.states import UploadState
from foundation import clock
from foundation.sheets import writing
from imi_portal.demo import names
from imi_portal.demo.cast import Cast
from imi_portal.demo.plans import Plan
from imi_portal.demo.theatre import Theatre
from standards.models import Package, StandardVersion
from standards.states import PackageKind

SPAN = 14  # days of registrations that go into one file


def cells(plan: Plan) -> dict[str, object]:
    """A row of the template for one learner."""
    return {
        "uln": plan.uln,
        "given_names": plan.given,
        "family_name": plan.family,
        "date_of_birth": plan.born,
        "email": plan.email,
        "employer_name": plan.employer,
        "employer_contact": plan.contact,
        "employer_email": plan.contact_email,
        "employer_address": plan.street,
        "employer_town": plan.town[0],
        "employer_postcode": plan.town[1],
        "programme_start_on": plan.started,
        "full_time": "No" if plan.number % 12 == 0 else "Yes",
        "weekly_hours": "24" if plan.number % 12 == 0 else "",
    }


def sheet(rows: Iterable[dict[str, object]], name: str) -> SimpleUploadedFile:
    """An xlsx as a centre makes it of the template."""
    lines = [[row.get(column.key, "") for column in FIELDS] for row in rows]
    data = writing.xlsx(lines, [column.label for column in FIELDS], writing.Layout(texts=frozenset({0})))
    return SimpleUploadedFile(name, data)


class Registering:
    """Puts the uploads on the stage; ``then`` is called with every learner's EPA registration."""

    def __init__(self, theatre: Theatre, cast: Cast, versions: list[StandardVersion]) -> None:
        self.theatre, self.cast = theatre, cast
        self.packages = {
            (number, package.kind): package
            for number, version in enumerate(versions)
            for package in version.packages.all()
        }

    def put_on(self, plans: list[Plan], then: Callable[[Plan, Registration], None]) -> None:
        batches: dict[tuple[int, int, int], list[Plan]] = defaultdict(list)
        for plan in plans:
            batches[plan.centre, plan.standard, plan.registered // SPAN].append(plan)
        for (centre, standard, span), members in sorted(batches.items()):
            day = max(self.theatre.working(span * SPAN), self.theatre.working(-368))
            self.theatre.at(day, partial(self._upload, centre, standard, members, then), 11)
        self._odd_uploads(plans)

    def _upload(
        self, centre: int, standard: int, members: list[Plan], then: Callable[[Plan, Registration], None]
    ) -> None:
        by_uln = {plan.uln: plan for plan in members}
        self._register(centre, self.packages[standard, PackageKind.EPA], members)
        support = [plan for plan in members if plan.support_too]
        if support:
            self._register(centre, self.packages[standard, PackageKind.SUPPORT], support)
        rows = Registration.objects.filter(uln__in=by_uln, package__kind=PackageKind.EPA)
        for registration in rows.select_related("apprentice__employer", "package__version"):
            then(by_uln[registration.uln], registration)

    def _register(self, number: int, package: Package, members: list[Plan]) -> None:
        centre = self.cast.centres[number]
        owner = self.cast.owners[centre.pk]
        upload = actions.start_upload(
            centre=centre,
            package=package,
            uploaded_file=sheet((cells(plan) for plan in members), f"learners-{clock.today():%Y-%m-%d}.xlsx"),
            by=owner,
        )
        while actions.check_due():
            pass
        upload = Upload.objects.get(pk=upload.pk)
        if upload.state != UploadState.CHECKED or upload.bad_count:
            problems = [row.problems for row in upload.rows.all() if row.problems]
            raise RuntimeError(f"the demonstration's own sheet has problems: {upload.problems} {problems[:3]}")
        actions.confirm_upload(upload=upload, declared_by=owner.name, by=owner)

    def _odd_uploads(self, plans: list[Plan]) -> None:
        """Files as they really come: one with mistakes, one that is no sheet, one given up, one not looked at yet."""
        owner_of = self.cast.owners
        package = self.packages[0, PackageKind.EPA]
        good = [cells(plan) for plan in plans[:3]]
        wrong = [
            {**good[0], "uln": "1234567890"},
            {**good[1], "uln": "1.23E+09"},
            {**good[2], "date_of_birth": "32/12/2003"},
        ]
        new = [{**cells(plan), "uln": next(self.spare)} for plan in plans[:5]] if plans else []

        def send(file: SimpleUploadedFile) -> Upload:
            centre = self.cast.centres[0]
            return actions.start_upload(centre=centre, package=package, uploaded_file=file, by=owner_of[centre.pk])

        def give_up() -> None:
            upload = send(sheet(new[:1], "wrong-file.xlsx"))
            actions.check_due()
            centre = self.cast.centres[0]
            actions.discard_upload(upload=Upload.objects.get(pk=upload.pk), by=owner_of[centre.pk])

        stage = self.theatre
        stage.at(stage.working(-9), give_up, 10)
        stage.at(stage.working(-8), lambda: send(sheet([*new, *wrong], "new-starters.xlsx")), 10)
        stage.at(stage.working(-7), lambda: send(SimpleUploadedFile("list.csv", b"Name;Town\r\nAnn;Leeds\r\n")), 10)

    spare = names.ulns(195_000_000)
