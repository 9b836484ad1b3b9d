"""Processes end with their children, and a killed predecessor's are ended by the next."""

import os
import time
from pathlib import Path

import pytest

from simulators.processes import Processes, StartError, started_at, wait_gone

# A child that does not end on being asked, below a leader that does.
STUBBORN = """
import os, signal, time
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    open(os.environ["CHILD"], "w").write(str(os.getpid()))
time.sleep(60)
"""


@pytest.fixture
def environment(tmp_path):
    return {**os.environ, "CHILD": str(tmp_path / "child")}


def _child(path: Path) -> int:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if path.exists() and (text := path.read_text()):
            return int(text)
        time.sleep(0.02)
    raise AssertionError("the child did not start")


def test_stopping_ends_the_children_too(tmp_path, environment):
    with Processes(environment=environment, home=tmp_path) as processes:
        leader = processes.start("stubborn", "-c", STUBBORN).popen.pid
        child = _child(tmp_path / "child")
    assert wait_gone(leader, 5)
    assert wait_gone(child, 5)


def test_the_next_ends_what_a_killed_one_left(tmp_path, environment):
    left = Processes(environment=environment, home=tmp_path)
    running = left.start("stubborn", "-c", STUBBORN)
    child = _child(tmp_path / "child")
    Processes(environment=environment, home=tmp_path)
    running.popen.wait(5)
    assert wait_gone(child, 5)


def test_a_number_that_now_is_another_process_is_let_alone(tmp_path, environment):
    with Processes(environment=environment, home=tmp_path / "a") as other:
        bystander = other.start("bystander", "-c", "import time; time.sleep(60)")
        (tmp_path / "b").mkdir()
        note = tmp_path / "b" / "processes.json"
        note.write_text(f'[{{"pid": {bystander.popen.pid}, "began": "long ago"}}]')
        Processes(environment=environment, home=tmp_path / "b")
        assert started_at(bystander.popen.pid)
        assert not note.exists()


def test_what_ends_by_itself_is_seen_and_its_log_is_told(tmp_path, environment):
    with Processes(environment=environment, home=tmp_path) as processes:
        running = processes.start("broken", "-c", "raise SystemExit('no key')")
        with pytest.raises(StartError, match="no key"):
            processes.wait_until_answering(running, "http://127.0.0.1:9/", 10)
        assert processes.ended() == [running]
