"""The cage: one job on one stranger's file in a child process with limits on memory, processor and wall time.

The child gets no environment, no database and no open file of ours; what it says comes back as lines of JSON, which can
hold nothing but data. A child that dies, hangs or talks too much is a refusal of the file, never a fault of the portal.
"""

import json
import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from foundation.caged.main import DAMAGED, TOO_LARGE
from foundation.errors import Problem, Refused

log = logging.getLogger(__name__)

ROOT = str(Path(__file__).resolve().parent.parent)
BOOT = """
import json, sys
order = json.loads(sys.argv[1])
sys.path[:] = order["path"]
from foundation.caged.main import main
main(order)
"""
LONGEST_LINE = 64 * 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bytes of address space, seconds of processor, seconds on the clock, bytes of answer."""

    memory: int = 1024 * 1024 * 1024
    cpu: int = 30
    wall: float = 45.0
    answer: int = 512 * 1024 * 1024


DEFAULT = Limits()


def run(job: str, path: str | Path, limits: Limits = DEFAULT, **options: Any) -> Iterator[tuple[str, Any]]:
    """The lines the child writes, up to its "done"; raises ``Refused`` when it refuses, dies or breaks a limit."""
    order = {
        "job": job,
        "file": str(Path(path).resolve()),
        "options": options,
        "limits": asdict(limits),
        "path": [ROOT, *(entry for entry in sys.path if entry and entry != ROOT)],
    }
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module; the file's name is data inside JSON
        [sys.executable, "-I", "-S", "-c", BOOT, json.dumps(order)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        start_new_session=True,
        pipesize=1024 * 1024,  # so that neither side waits for the other at every chunk
    )
    late = threading.Event()
    timer = threading.Timer(limits.wall, _stop, (child, late))
    timer.daemon = True
    timer.start()
    try:
        for tag, payload in _lines(child, limits):
            if tag == "refused":
                raise refuse(str(payload[0])[:40], str(payload[1])[:500])
            if tag == "broke":
                log.warning("a caged %s met %s", job, payload)
                raise refuse(*DAMAGED)
            yield tag, payload
            if tag == "done":
                return
        raise _death(child, late, job)
    finally:
        timer.cancel()
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def refuse(code: str, message: str) -> Refused:
    """The refusal of an uploaded file, to raise."""
    return Refused([Problem(code, "", message, where="upload")])


def result(job: str, path: str | Path, limits: Limits = DEFAULT, **options: Any) -> Any:
    """What a job says that answers with its "done" line alone."""
    return dict(run(job, path, limits, **options))["done"]


def _stop(child: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    child.kill()


def _lines(child: "subprocess.Popen[bytes]", limits: Limits) -> Iterator[tuple[str, Any]]:
    """Lines as they come; ends early when the answer is cut short, is too long or is no JSON."""
    assert child.stdout is not None  # noqa: S101 - for the type checker: stdout is a pipe
    total = 0
    while line := child.stdout.readline(LONGEST_LINE):
        total += len(line)
        if total > limits.answer or not line.endswith(b"\n"):
            return
        try:
            tag, payload = json.loads(line)
        except (ValueError, TypeError):
            return
        yield str(tag), payload


def _death(child: "subprocess.Popen[bytes]", late: threading.Event, job: str) -> Refused:
    """The refusal for a child that ended without a verdict."""
    try:
        code = child.wait(timeout=1)
    except subprocess.TimeoutExpired:
        code = -signal.SIGKILL  # it still talks: more than we listen to
    log.warning("a caged %s ended without a verdict: status %s%s", job, code, ", out of time" if late.is_set() else "")
    if late.is_set() or code == -signal.SIGXCPU:
        return refuse(
            "too_slow", "The file takes longer to read than we allow. Make it smaller or simpler and send it again."
        )
    if code < 0:
        return refuse(*TOO_LARGE)
    return refuse(*DAMAGED)
