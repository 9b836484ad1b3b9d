"""Stages of the journey as the pages meet them, and clients that are signed in."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.test import Client

from accounts.actors import System
from accounts.models import User
from accounts.states import Role
from centres import actions
from centres.models import ActionRequired, Application, Centre, Charge, Contract
from centres.states import ChargeKind
from standards.models import StandardVersion
from tests import builders as people
from tests.centres import builders

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend=BACKEND)
    return client


@dataclass
class Scene:
    """A centre and how far its application has come."""

    centre: Centre
    application: Application | None = None
    action: ActionRequired | None = None
    contract: Contract | None = None
    charge: Charge | None = None

    def cast(self) -> dict[str, User | None]:
        """One person for every way of standing towards this centre."""
        organisation = self.centre.organisation
        return {
            "owner": builders.owner_of(self.centre),
            "reader": people.person(Role.CENTRE_READER, organisation),
            "other": people.person(Role.CENTRE_OWNER, people.provider()),
            "eqa": builders.centre_eqa(),
            "eqa2": people.person(Role.CENTRE_EQA),
            "office": builders.epa_team(),
            "finance": people.person(Role.FINANCE),
            "admin": people.person(Role.ADMINISTRATOR),
            "assessor": people.person(Role.INDEPENDENT_ASSESSOR),
            "nobody": None,
        }


def play(stage: str, version: StandardVersion) -> Scene:
    """The centre at a stage: opened, draft, submitted, in_review, handed_over, actions_required, resubmitted, answered,
    offered, signed, returned, in_force, charged."""
    scene = Scene(builders.centre())
    centre = scene.centre
    match stage:
        case "opened":
            pass
        case "charged":
            scene.charge = actions.charge(
                centre=centre,
                kind=ChargeKind.RESIT,
                description="Resit",
                amount=Decimal("160.00"),
                about=centre,
                by=System("test"),
            )
        case "draft":
            scene.application = builders.draft_application(centre, version)
        case "submitted":
            scene.application = builders.submitted_application(centre, version)
        case "in_review":
            scene.application = builders.application_in_review(centre, version)
        case "handed_over":
            eqa, before = builders.centre_eqa(), people.person(Role.CENTRE_EQA)
            scene.application = builders.handed_over(
                builders.application_in_review(centre, version, reviewer=before), eqa
            )
        case "actions_required" | "resubmitted" | "answered":
            _play_actions(scene, stage, version)
        case _:
            _play_contract(scene, stage, version)
    return scene


def _play_actions(scene: Scene, stage: str, version: StandardVersion) -> None:
    row = builders.actions_required(builders.application_in_review(scene.centre, version))
    scene.application, scene.action = row, row.actions.get()
    if stage != "actions_required":
        owner = builders.owner_of(scene.centre)
        actions.answer_action(action=scene.action, answer="Done", evidence=builders.stored_pdf(), by=owner)
        actions.resubmit(application=row, by=owner)
    if stage == "answered":
        actions.take_up(application=row, by=builders.centre_eqa())


def _play_contract(scene: Scene, stage: str, version: StandardVersion) -> None:
    if stage == "in_force":
        scene.contract = builders.contract_in_force(scene.centre, version)
        return
    scene.contract = builders.offered_contract(scene.centre, version)
    if stage == "signed":
        builders.sign(scene.contract)
    elif stage == "returned":
        builders.return_signed(scene.contract)


def subject_pk(scene: Scene, of: str) -> dict[str, Any]:
    """The key of an address about one of the scene's rows."""
    return {"pk": getattr(scene, of).pk} if of else {}
