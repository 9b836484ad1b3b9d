"""Every message with which the service refuses, the endpoints that say it, and a scene that makes them say it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.assessment_service.process import StandIn
from tests.simulators.desk import OTHER, VALID, Desk, learner, path

CREATE, UPDATE, SUBMIT = "certificate.create", "certificate.update", "certificate.submit"
DELETE, GET = "certificate.delete", "certificate.get"
EPA_CREATE, EPA_UPDATE, EPA_DELETE = "epa.create", "epa.update", "epa.delete"
LEARNER = "learner.get"
CERTIFICATE = (CREATE, UPDATE)
EPA = (EPA_CREATE, EPA_UPDATE)
ALL = (CREATE, UPDATE, SUBMIT, DELETE, GET, EPA_CREATE, EPA_UPDATE, EPA_DELETE, LEARNER)
WITHOUT_LEARNER = ALL[:-1]

# What has to be there before an endpoint can be asked at all.
USUAL = {
    UPDATE: ("draft",),
    SUBMIT: ("draft",),
    DELETE: ("draft",),
    EPA_UPDATE: ("epa Pass",),
    EPA_DELETE: ("epa Pass",),
}

UNREACHABLE = {
    "Provide Certificate Data": "the outer API always builds the data of an item, if need be an empty one",
    "Provide the achievement date": "an absent date arrives as 0001-01-01 and is too early instead",
}


@dataclass(frozen=True)
class Scene:
    """``message`` is said by ``endpoints`` after ``before`` was done, when asked with the changes ``ask``."""

    endpoints: tuple[str, ...]
    message: str
    ask: Mapping[str, Any] = field(default_factory=dict)
    before: tuple[str, ...] | None = None
    learner: Mapping[str, Any] = field(default_factory=dict)
    learner_later: Mapping[str, Any] | None = None
    key: str = "stand-in"


ON_9001: dict[str, Any] = {"standardReference": "ST9001", "courseOption": "Oak", "version": "1.0"}
LEARNS_9001: dict[str, Any] = {"standardCode": 9001}
GRADES = "Pass, Credit, Merit, Distinction, Pass with excellence, Outstanding, No grade awarded"
OPTION = "Invalid course option for this Standard and version. Must be one of the following: "
FROM = "depends on the standard code, and can be obtained with GET /api/v1/standard/options/"

SCENES = [
    Scene(ALL, "The UKPRN should contain exactly 8 numbers", key="stand-in-short-ukprn"),
    Scene(ALL, "Specified UKPRN not found", key="stand-in-unknown-ukprn"),
    Scene(ALL, "Provide apprentice family name", {"familyName": " "}),
    Scene(WITHOUT_LEARNER, "Provide a valid Standard", {"standardReference": "ST0404"}),
    Scene((LEARNER,), "Provide a Standard", {"standardReference": " "}),
    Scene((LEARNER,), "Standard not found", {"standardReference": "ST0404"}),
    Scene(
        (CREATE, UPDATE, SUBMIT, EPA_CREATE, EPA_UPDATE),
        "StandardReference and StandardCode must be for the same Standard",
        {"standardCode": 278, "standardReference": "ST9001"},
    ),
    Scene(ALL, "ULN should contain exactly 10 numbers", {"uln": 999_999_999}),
    Scene((*CERTIFICATE, *EPA), "ULN, FamilyName and Standard not found.", {"familyName": "ONeill"}),
    Scene((*CERTIFICATE, *EPA), "ULN, FamilyName and Standard not found.", {"uln": 1061487856}),
    Scene((SUBMIT, DELETE, EPA_DELETE, LEARNER), "ULN, FamilyName and Standard not found", {"familyName": "ONeill"}),
    Scene((GET,), "Cannot find apprentice with the specified Uln, FamilyName & Standard", {"familyName": "ONeill"}),
    Scene(
        (GET,),
        "Cannot find apprentice with the specified Uln, FamilyName & Standard",
        {"familyName": "ONeill"},
        before=("draft",),
    ),
    Scene(
        (GET,),
        "Cannot find certificate with the specified Uln, FamilyName & Standard",
        before=("epa Fail by other",),
    ),
    Scene(
        ALL,
        "Your organisation is not approved to assess this Standard",
        {"standardReference": "ST9002"},
        learner={"standardCode": 9002},
    ),
    Scene(
        (*CERTIFICATE, *EPA),
        "Your organisation is not approved to assess this Standard Version: 1.1",
        ON_9001 | {"version": "1.1"},
        learner=LEARNS_9001,
    ),
    Scene((*CERTIFICATE, *EPA), "Invalid version for Standard", {"version": "7.3"}),
    Scene(
        (*CERTIFICATE, *EPA),
        "No course option available for this Standard and version. Must be empty",
        {"courseOption": "Oak"},
    ),
    Scene(
        CERTIFICATE,
        f"{OPTION}Oak, Elm where Oak, Elm {FROM}9001/1.0",
        ON_9001 | {"courseOption": "Ash"},
        learner=LEARNS_9001,
    ),
    Scene(
        CERTIFICATE,
        f"{OPTION}Oak, Elm where Oak, Elm {FROM}9001/1.0",
        ON_9001 | {"courseOption": None},
        learner=LEARNS_9001,
    ),
    Scene(
        EPA, f"{OPTION}'Oak,Elm' where 'Oak,Elm' {FROM}ST9001/1.0", ON_9001 | {"courseOption": "Ash"}, None, LEARNS_9001
    ),
    Scene(CERTIFICATE, "Provide a contact name", {"contactName": ""}),
    Scene(CERTIFICATE, "Provide an address", {"addressLine1": None}),
    Scene(CERTIFICATE, "Provide a city or town", {"city": "  "}),
    Scene(CERTIFICATE, "Provide a postcode", {"postCode": ""}),
    Scene(CERTIFICATE, "Provide a valid UK postcode", {"postCode": "LS1-4AP"}),
    Scene(CERTIFICATE, "Select the grade achieved", {"overallGrade": None}),
    Scene(CERTIFICATE, "Cannot record a Fail grade via API", {"overallGrade": "fail"}),
    Scene(
        CERTIFICATE,
        f"You must enter a valid grade. Must be one of the following: {GRADES}, "
        f"where {GRADES} can be obtained with /api/v1/certificate/grades",
        {"overallGrade": "Passed"},
    ),
    Scene(CERTIFICATE, "Achievement date cannot be before 01 01 2017", {"achievementDate": "2016-12-31T23:59:59"}),
    Scene(CERTIFICATE, "Achievement date cannot be before 01 01 2017", {"achievementDate": None}),
    Scene(CERTIFICATE, "Achievement date cannot be in the future", {"achievementDate": "2026-09-14T09:00:01Z"}),
    Scene((CREATE,), "Certificate reference must be empty", {"reference": "00013001"}),
    Scene((CREATE,), "Your organisation is not the creator of the EPA", before=("draft by other",)),
    Scene((CREATE,), "Certificate already exists: {reference}", before=("draft",)),
    Scene((CREATE,), "Certificate already exists: {reference}", before=("submitted",)),
    Scene((CREATE,), "Certificate already exists: {reference}", before=("submitted", "print Delivered")),
    Scene((CREATE, *EPA), "Cannot find the apprentice details", learner_later={"completionStatus": 3}),
    Scene((CREATE, *EPA), "Cannot find the apprentice details", learner_later={"completionStatus": 6}),
    Scene((CREATE,), "Learner details for ULN: 1061487856 not found", {"uln": 1061487856}),
    Scene(CERTIFICATE, "Incorrect version for learner", {"version": "1.0"}, learner_later={"version": "1.1"}),
    Scene(
        CERTIFICATE,
        "Incorrect course option for learner",
        ON_9001,
        learner=LEARNS_9001,
        learner_later=LEARNS_9001 | {"courseOption": "Elm"},
    ),
    Scene((UPDATE, SUBMIT), "Provide the certificate reference", {"reference": ""}),
    Scene((DELETE,), "Provide the certificate reference", {"reference": " "}),
    Scene((UPDATE, SUBMIT, DELETE), "Certificate not found", before=()),
    Scene((UPDATE, SUBMIT, DELETE), "Certificate not found", {"reference": "00000001"}),
    Scene((UPDATE, SUBMIT), "Certificate not found", before=("draft", "deleted")),
    Scene((UPDATE,), "Certificate not found", before=("epa Pass",)),
    Scene((UPDATE,), "Certificate not found", before=("epa Fail",)),
    Scene((DELETE,), "Certificate not found.", before=("epa Pass",)),
    Scene(
        (UPDATE, SUBMIT, DELETE), "Your organisation is not the creator of this Certificate", before=("draft by other",)
    ),
    Scene((UPDATE,), "Certificate does not exist in Draft status", before=("submitted",)),
    Scene((SUBMIT,), "Certificate has already been submitted", before=("submitted",)),
    Scene((SUBMIT,), "Certificate has already been submitted", before=("submitted", "print Printed")),
    Scene((SUBMIT,), "Certificate is not in Ready status", before=("draft", "status Cancelled")),
    Scene((SUBMIT,), "Certificate is missing mandatory data", before=("draft without organisation",)),
    Scene((SUBMIT,), "Certificate is missing mandatory data", before=("epa Pass",)),
    Scene(
        (SUBMIT,),
        "Certificate update is required as version has changed on Learner record",
        learner_later={"version": "1.0"},
    ),
    Scene(
        (SUBMIT,),
        "Certificate update is required as course option has changed on Learner record",
        ON_9001,
        learner=LEARNS_9001,
        learner_later=LEARNS_9001 | {"courseOption": "Elm"},
    ),
    Scene((DELETE,), "Cannot delete a submitted Certificate", before=("submitted",)),
    Scene((DELETE,), "Cannot delete a submitted Certificate", before=("epa Fail",)),
    Scene(EPA, "Provide EPA Details", {"epas": []}),
    Scene(EPA, "EPA Date cannot be before 01 01 2017", {"epas": [{"epaDate": "2016-12-31", "epaOutcome": "Pass"}]}),
    Scene(EPA, "EPA Date cannot be in the future", {"epas": [{"epaDate": "2026-09-15", "epaOutcome": "Pass"}]}),
    Scene(
        EPA,
        "Invalid outcome: must be Pass, Fail or Withdrawn",
        {"epas": [{"epaDate": "2026-08-28", "epaOutcome": "Merit"}]},
    ),
    Scene((EPA_CREATE,), "EPA reference must be empty", {"reference": "00013001"}),
    Scene((EPA_CREATE,), "Certificate already exists, cannot create EPA record", before=("submitted",)),
    Scene((EPA_CREATE,), "EPA already provided for the learner", before=("epa Fail",)),
    Scene((EPA_CREATE,), "EPA already provided for the learner", before=("epa Withdrawn",)),
    Scene((EPA_UPDATE,), "Provide EPA reference", {"reference": ""}),
    Scene((EPA_DELETE,), "Provide the EPA reference", {"reference": " "}),
    Scene((EPA_UPDATE, EPA_DELETE), "EPA not found", {"reference": "00000001"}),
    Scene((EPA_UPDATE, EPA_DELETE), "EPA not found", before=()),
    Scene((EPA_UPDATE,), "EPA not found", before=("draft", "deleted")),
    Scene((EPA_UPDATE, EPA_DELETE), "Your organisation is not the creator of this EPA", before=("epa Pass by other",)),
    Scene((EPA_UPDATE,), "Certificate already exists, cannot update EPA record", before=("draft",)),
    Scene((EPA_UPDATE,), "Certificate already exists, cannot update EPA record", before=("submitted",)),
    Scene((EPA_DELETE,), "Certificate already exists, cannot delete EPA record", before=("submitted",)),
]

PAIRS = [(scene, endpoint) for scene in SCENES for endpoint in scene.endpoints]


def said(stand_in: StandIn, scene: Scene, endpoint: str) -> list[str]:
    """Play a scene at one endpoint; the messages that come back."""
    stand_in.add_learners(learner(**scene.learner))
    prepared = {name: scene.ask[name] for name in ON_9001 if name in scene.ask} if scene.learner else {}
    for step in scene.before if scene.before is not None else USUAL.get(endpoint, ()):
        _prepare(stand_in, step, prepared)
    if scene.learner_later is not None:
        stand_in.add_learners(learner(**scene.learner_later))
    desk = Desk(stand_in, scene.key)
    referring = {} if endpoint in {CREATE, EPA_CREATE, GET, LEARNER} else {"reference": desk.reference()}
    return _ask(desk, endpoint, {**referring, **scene.ask})


def _prepare(stand_in: StandIn, step: str, asked: Mapping[str, Any]) -> None:
    """One step of a scene's past, such as ``draft by other`` or ``print Delivered``."""
    desk = Desk(stand_in, OTHER if step.endswith(" by other") else "stand-in")
    verb, *words = step.split()
    if verb in {"draft", "submitted"}:
        desk.create(**asked, **({"organisation": None} if "without" in words else {}))
    if verb == "submitted":
        desk.submit(reference=desk.reference())
    elif verb == "epa":
        desk.epa(words[0], **asked)
    elif verb == "print":
        stand_in.print_on(words[0])
    elif verb == "status":
        stand_in.set_status(desk.reference(), words[0])
    elif verb == "deleted":
        desk.call("DELETE", f"certificate/{path(reference=desk.reference())}")


def _ask(desk: Desk, endpoint: str, ask: dict[str, Any]) -> list[str]:
    batches: dict[str, Callable[..., dict[str, Any]]] = {
        CREATE: desk.create,
        UPDATE: desk.update,
        SUBMIT: desk.submit,
        EPA_CREATE: desk.epa,
        EPA_UPDATE: lambda **changes: desk.epa(method="PUT", **changes),
    }
    if endpoint in batches:
        answer = batches[endpoint](**ask)
        assert answer["requestId"] == VALID["requestId"]
        assert bool(answer["validationErrors"]) != ("certificate" in answer or "epaReference" in answer)
        return list(answer["validationErrors"])
    noun, verb = endpoint.split(".")
    response = desk.call("GET" if verb == "get" else "DELETE", f"{noun}/{path(**ask)}")
    assert response.status_code == 403, response.text
    assert response.json()["statusCode"] == 403
    return str(response.json()["message"]).split("; ")
