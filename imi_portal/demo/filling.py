"""What a centre of the demonstration writes into its application."""

import datetime as dt
import io
import random

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from centres import actions
from centres.models import Application
from centres.states import PersonRole
from foundation import clock, files
from foundation.models import StoredFile
from imi_portal.demo import names

STAFFING = (
    "We expect forty apprentices a year. A trainer has twelve at most; two of the four trainers can stand in for each "
    "other, and the lead for both assessors."
)
RESOURCES = (
    "Two classrooms for fourteen, a room with eight workstations, and a mock front desk with telephone and recording. "
    "Learning materials are kept up to date in our learning platform."
)
ASSESSMENT = (
    "Each unit is planned with the apprentice and assessed within two weeks. Our IQA samples one assessment in four "
    "each month, more from new assessors, and the team standardises every quarter. Readiness for the gateway is agreed "
    "with the employer in a meeting of its own."
)
# Role, qualification, occupational competence.
POSTS = [
    (
        (PersonRole.TRAINER,),
        "Level 3 Award in Education and Training, 2016",
        "Ten years in customer service, six as a lead",
    ),
    (
        (PersonRole.ASSESSOR,),
        "Level 3 Certificate in Assessing Vocational Achievement, 2018",
        "Branch manager until 2021",
    ),
    ((PersonRole.IQA,), "Level 4 Award in Internal Quality Assurance, 2019", "Fifteen years in the motor trade"),
]


def pdf(title: str) -> SimpleUploadedFile:
    """A one-page PDF like no other."""
    import pikepdf  # imported here: slow to load, and only the demonstration makes files

    document, into = pikepdf.new(), io.BytesIO()
    document.add_blank_page(page_size=(595, 842))
    document.docinfo["/Title"] = title
    document.save(into, static_id=False)
    return SimpleUploadedFile(f"{title}.pdf", into.getvalue(), content_type="application/pdf")


def stored(title: str, by: User) -> StoredFile:
    return files.store(pdf(title), by=by, kinds=files.PDF)


def fill_in(row: Application, owner: User, chance: random.Random) -> None:
    """Every section; what was carried over from an earlier application stays."""
    packages = list(row.version.packages.all())
    actions.choose_elements(application=row, packages=packages, by=owner)
    if not row.people.exists():
        _people(row, owner, chance)
    else:
        _cover(row, owner)
    texts = {package.code: RESOURCES for package in packages}
    sites = list(row.centre.sites.filter(main=True))
    actions.write_resources(application=row, staffing=STAFFING, resources=texts, sites=sites, by=owner)
    actions.write_assessment(application=row, text=ASSESSMENT, by=owner)
    _policies(row, owner)
    actions.upload_checklist(application=row, stored=stored("Approval guidance checklist", owner), by=owner)
    if chance.random() < 0.3:
        actions.save_interest(
            application=row,
            person=owner.name,
            nature="A brother works for one of our employers.",
            managed="Takes no part in decisions about that employer’s apprentices; the IQA watches over it.",
            by=owner,
        )
    else:
        actions.declare_no_conflicts(application=row, none=True, by=owner)
    actions.declare(
        application=row, name=owner.name, role="Head of centre", understood=True, requirements=True, by=owner
    )


def _people(row: Application, owner: User, chance: random.Random) -> None:
    cv = stored("CV", owner)
    for roles, qualification, competence in POSTS:
        given, family = names.person(chance)
        actions.save_person(
            application=row,
            name=f"{given} {family}",
            roles=list(roles),
            elements=list(row.version.packages.all()),
            qualification=qualification,
            competence=competence,
            cpd_on=clock.today() - dt.timedelta(days=chance.randrange(20, 300)),
            cpd="Standardisation meeting; update on the assessment plan",
            cv=cv,
            by=owner,
        )


def _cover(row: Application, owner: User) -> None:
    """Those who were carried over cover the elements of this standard too."""
    for person in row.people.all():
        actions.save_person(
            application=row,
            person=person,
            name=person.name,
            roles=person.roles,
            elements=list(row.version.packages.all()),
            qualification=person.qualification,
            competence=person.competence,
            cpd_on=person.cpd_on,
            cpd=person.cpd,
            by=owner,
        )


def _policies(row: Application, owner: User) -> None:
    """Those that were not carried over; one file stands for all."""
    there = set(row.policies.values_list("policy", flat=True))
    missing = [policy for policy in row.version.policies.all() if policy.pk not in there]
    file = stored("Policies of the centre", owner) if missing else None
    for number, policy in enumerate(missing):
        issued = clock.today() - dt.timedelta(days=90 + 20 * number)
        actions.save_policy(
            application=row,
            policy=policy,
            stored=file,
            issued_on=issued,
            expires_on=issued + dt.timedelta(days=3 * 365),
            by=owner,
        )
