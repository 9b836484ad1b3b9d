"""What the tests of the stand-in and of its client share: valid requests to change one thing of, and raw calls."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

from simulators.assessment_service.process import StandIn

ULN = 1061484016
NAME = "O'Neill-Ŵyn"
OTHER = "stand-in-other"
CONTACT = (
    "contactName",
    "department",
    "organisation",
    "addressLine1",
    "addressLine2",
    "addressLine3",
    "city",
    "postCode",
)
VALID: dict[str, Any] = {
    "requestId": "claim-1",
    "uln": ULN,
    "familyName": NAME,
    "standardReference": "ST0071",
    "overallGrade": "Pass",
    "achievementDate": "2026-09-01T00:00:00",
    "contactName": "Ada Byron",
    "organisation": "Byron Ltd",
    "addressLine1": "1 Mill Lane",
    "city": "Leeds",
    "postCode": "LS1 4AP",
    "epas": [{"epaDate": "2026-08-28", "epaOutcome": "Pass"}],
}


@contextlib.contextmanager
def reset(stand_in: StandIn) -> Iterator[StandIn]:
    """A running stand-in as fresh as a new one, with one learner, on a clock that stands in September 2026."""
    stand_in.reset(learners=True)
    stand_in.set_clock("2026-09-14T09:00:00Z")
    stand_in.add_learners(learner())
    yield stand_in
    stand_in.order_faults()


def learner(**changes: Any) -> dict[str, Any]:
    """A learner of the data file's form, not yet confirmed in version or option."""
    known = {
        "uln": ULN,
        "givenNames": "Branwen",
        "familyName": NAME,
        "standardCode": 278,
        "learningStartDate": "2024-09-02",
        "plannedEndDate": "2026-03-02",
        "providerName": "Mill Lane College",
        "providerUkPrn": 10001234,
        "completionStatus": 1,
    }
    return known | changes


def certificate_item(**changes: Any) -> dict[str, Any]:
    """A valid item of POST certificate, with changes by flat name; ``reference`` makes it one of PUT."""
    return _item(VALID | changes, "certificateReference") | {
        "learningDetails": _some(VALID | changes, "version", "courseOption", "overallGrade", "achievementDate"),
        "postalContact": _some(VALID | changes, *CONTACT),
    }


def submit_item(**changes: Any) -> dict[str, Any]:
    """A valid item of POST certificate/submit, if ``reference`` is right."""
    asked = VALID | changes
    flat = _some(asked, "requestId", "uln", "familyName", "standardCode", "standardReference")
    return flat | {"certificateReference": asked.get("reference")}


def epa_item(**changes: Any) -> dict[str, Any]:
    """A valid item of POST epa; ``reference`` makes it one of PUT."""
    asked = VALID | changes
    return _item(asked, "epaReference") | {
        "learningDetails": _some(asked, "version", "courseOption"),
        "epaDetails": _some(asked, "epas"),
    }


def _item(asked: Mapping[str, Any], reference: str) -> dict[str, Any]:
    item = {
        "standard": _some(asked, "standardCode", "standardReference"),
        "learner": _some(asked, "uln", "familyName"),
    }
    if "reference" in asked:
        item[reference] = asked["reference"]
    return _some(asked, "requestId") | item


def _some(asked: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: asked[name] for name in names if name in asked}


@dataclass
class Desk:
    """Raw calls at a running stand-in, under one key, each on a connection of its own."""

    stand_in: StandIn
    key: str = "stand-in"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """One call below ``/api/v1/``."""
        return requests.request(
            method,
            f"{self.stand_in.url}/api/v1/{path}",
            json=body,
            headers={"Ocp-Apim-Subscription-Key": self.key} | headers,
            timeout=10,
        )

    def get(self, what: str, **changes: Any) -> requests.Response:
        """GET learner or certificate."""
        return self.call("GET", f"{what}/{path(**changes)}")

    def create(self, **changes: Any) -> dict[str, Any]:
        """POST one certificate; its answer."""
        return self.one("POST", "certificate", certificate_item(**changes))

    def update(self, **changes: Any) -> dict[str, Any]:
        """PUT one certificate; its answer."""
        return self.one("PUT", "certificate", certificate_item(**changes))

    def submit(self, **changes: Any) -> dict[str, Any]:
        """Submit one certificate; its answer."""
        return self.one("POST", "certificate/submit", submit_item(**changes))

    def epa(self, *outcomes: str, method: str = "POST", **changes: Any) -> dict[str, Any]:
        """Report an EPA history, one attempt a month; its answer."""
        epas = [{"epaDate": f"2026-0{5 + n}-20", "epaOutcome": outcome} for n, outcome in enumerate(outcomes)]
        return self.one(method, "epa", epa_item(**(({"epas": epas} if epas else {}) | changes)))

    def one(self, method: str, route: str, item: dict[str, Any]) -> dict[str, Any]:
        """A batch of one; its answer."""
        response = self.call(method, route, [item])
        assert response.status_code == 200, response.text
        [answer] = response.json()
        return dict(answer)

    def reference(self) -> str:
        """The reference of the newest record stored; one nobody has where there is none."""
        stored = self.stand_in.certificates()
        return str(stored[-1]["reference"]) if stored else "99999999"


def path(**changes: Any) -> str:
    """ULN, family name and standard as encoded path parts, and the reference where given."""
    asked = VALID | changes
    parts = [asked["uln"], asked["familyName"], asked["standardReference"] or asked.get("standardCode")]
    parts += [asked["reference"]] if "reference" in asked else []
    return "/".join(quote(str(part), safe="") for part in parts)
