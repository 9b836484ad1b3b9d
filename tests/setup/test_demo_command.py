"""bin/demo as a person runs it: it comes up, stops on Ctrl-C leaving nothing, and comes up again on its data."""

import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.processes import free_port, started_at

pytestmark = pytest.mark.slow
PROJECT = Path(__file__).resolve().parent.parent.parent
SECONDS_FOR_THE_FIRST = 600
SECONDS_FOR_THE_SECOND = 120  # under 10 on a quiet machine; here other tests run beside it


class Demo:
    """One run of the command, with everything it makes under a folder of the test's own."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder, self.output = folder, folder / "output"
        mine = {"DATABASE_URL", "REDIS_URL", "PORTAL_MODE", "CLOCK_FILE", "BASE_URL", "DJANGO_SETTINGS_MODULE"}
        environment = {name: value for name, value in os.environ.items() if name not in mine}
        with self.output.open("w") as output:
            self.popen = subprocess.Popen(
                [str(PROJECT / "bin" / "demo"), "--port", str(free_port()), *arguments],
                env={**environment, "PORTAL_VAR": str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for_address(self, seconds: float) -> str:
        until = time.monotonic() + seconds
        while self.popen.poll() is None and time.monotonic() < until:
            if found := re.search(r"The portal: (\S+)", self.output.read_text()):
                return found[1]
            time.sleep(0.05)
        raise AssertionError(self.output.read_text())

    def end(self, how: signal.Signals) -> None:
        self.popen.send_signal(how)
        self.popen.wait(30)

    def processes(self) -> list[int]:
        """What carries the folder in its environment, whoever its parent now is."""
        mark = f"PORTAL_VAR={self.folder}".encode()
        return [pid for pid, environ in _environments() if mark in environ and started_at(pid)]


def _environments() -> Iterator[tuple[int, bytes]]:
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            yield int(path.parent.name), path.read_bytes()
        except OSError:
            continue


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="finds processes by /proc")
def test_it_comes_up_stops_without_a_trace_and_comes_up_again(tmp_path):
    first = Demo(tmp_path, "--learners", "3")
    address = first.wait_for_address(SECONDS_FOR_THE_FIRST)
    with urllib.request.urlopen(address, timeout=20) as answer:
        assert answer.status == 200
    assert len(first.processes()) >= 8  # itself, web and its two, worker and its two, beat, stand-in, services
    first.end(signal.SIGINT)
    assert first.processes() == []

    second = Demo(tmp_path)
    second.wait_for_address(SECONDS_FOR_THE_SECOND)
    second.end(signal.SIGKILL)
    assert second.processes() != []  # killed outright, it could not clean up: the next one has to

    third = Demo(tmp_path)
    third.wait_for_address(SECONDS_FOR_THE_SECOND)
    third.end(signal.SIGTERM)
    assert third.processes() == []
