"""The stand-in in a process of its own, for tests and the demonstration, with its handles as methods.

with running() as stand_in:
    stand_in.add_learners({"uln": …, "familyName": "O'Neill", …})
    stand_in.order_faults("POST certificate:commit-then-500")
    AssessmentService(stand_in.url, stand_in.key, timeout=2)
"""

import contextlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent.parent
KEY = "stand-in"


@dataclass(frozen=True)
class StandIn:
    """A running stand-in: its address, the key of the first organisation, and its handles (see ``control``)."""

    url: str
    key: str = KEY

    def add_learners(self, *learners: Mapping[str, Any]) -> None:
        """Add or replace learners."""
        self.control("POST", "learners", list(learners))

    def set_clock(self, now: str | None = None) -> None:
        """Stop the clock at an ISO instant, or let it run again."""
        self.control("POST", "clock", {"now": now})

    def order_faults(self, script: str = "", seed: int = 0) -> None:
        """Order faults in the language of ``faults``; nothing clears them."""
        self.control("POST", "faults", {"script": script, "seed": seed})

    def set_limit(self, calls: int, seconds: float = 60) -> None:
        """Change the rate limit; 0 calls switch it off."""
        self.control("POST", "limit", {"calls": calls, "seconds": seconds})

    def print_on(self, to: str | None = None, references: list[str] | None = None) -> list[str]:
        """Move submitted certificates one step on, or to a print status; the references moved."""
        moved: list[str] = self.control("POST", "print", {"to": to, "references": references})["moved"]
        return moved

    def set_status(self, reference: str, status: str) -> None:
        """Set a stored status outright."""
        self.control("POST", "status", {"reference": reference, "status": status})

    def certificates(self) -> list[dict[str, Any]]:
        """Every record as stored."""
        stored: list[dict[str, Any]] = self.control("GET", "certificates")
        return stored

    def requests(self) -> list[dict[str, Any]]:
        """Every request since the start or the last reset."""
        logged: list[dict[str, Any]] = self.control("GET", "requests")
        return logged

    def summary(self) -> dict[str, Any]:
        """Counts of certificates, duplicates, requests and faults."""
        counts: dict[str, Any] = self.control("GET", "summary")
        return counts

    def reset(self, *, learners: bool = False) -> None:
        """Forget everything but the rate limit; learners that were added only if asked."""
        self.control("POST", "reset", {"learners": learners})

    def control(self, method: str, name: str, body: object = None) -> Any:
        """Use one handle. Raises ``urllib.error.HTTPError`` where it refuses."""
        data = json.dumps({} if body is None else body).encode() if method == "POST" else None
        request = urllib.request.Request(f"{self.url}/_control/{name}", data, method=method)  # noqa: S310 - our own
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
            return json.load(answer)


@contextlib.contextmanager
def running(*arguments: str, port: int = 0, rate_limit: bool = False) -> Iterator[StandIn]:
    """A stand-in on ``port`` (0: any free one) with further command line ``arguments``, stopped at the end.

    Without the rate limit unless asked for, because a test calls faster than anyone may outside. Raises
    ``RuntimeError`` where it does not start; the reason is on stderr.
    """
    command = [sys.executable, "-m", "simulators.assessment_service", "--port", str(port), *arguments]
    if not rate_limit:
        command.append("--no-rate-limit")
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    assert process.stdout is not None  # noqa: S101 - PIPE was asked for
    try:
        address = process.stdout.readline().strip()
        if not address:
            raise RuntimeError("The stand-in assessment service did not start.")
        yield StandIn(address)
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
