"""The child's first lines: put the limits on, do one job, write its answer as lines of JSON.

Here and beside, few modules are imported and late: what the child imports, every upload waits for.
"""

import gc
import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any


class Refusal(Exception):
    """The file is refused: a code for programs and a sentence for the person who sent it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


JOBS = {"look": "foundation.caged.kinds", "sheet": "foundation.caged.table", "pages": "foundation.caged.pdf"}
Lines = Iterator[tuple[str, Any]]


def main(order: dict[str, Any]) -> None:
    """Run ``order["job"]`` on ``order["file"]``; the last line is "done" or "refused"."""
    _limit(order["limits"])
    gc.disable()  # the process lives for one file
    write = _writer()
    try:
        job: Callable[..., Lines] = importlib.import_module(JOBS[order["job"]]).run
        for tag, payload in job(order["file"], **order["options"]):
            write(tag, payload)
    except Refusal as refusal:
        write("refused", [refusal.code, refusal.message])
    except MemoryError:
        os.abort()  # there is no room left to say it in: the parent knows this end
    except BaseException as error:  # noqa: BLE001 - a panic in a library is no Exception; the parent hears of all of them
        write("broke", type(error).__name__)
    sys.stdout.flush()
    os._exit(0)  # no clean-up: a library that was cut short may hang in it


DAMAGED = ("damaged", "The file is damaged and cannot be read. Save it again and send it again.")
TOO_LARGE = ("too_large", "The file takes more room to read than we allow. Make it smaller and send it again.")


def _writer() -> Callable[[str, Any], None]:
    out = sys.stdout.buffer

    def write(tag: str, payload: Any) -> None:
        out.write(
            json.dumps([tag, payload], ensure_ascii=False, check_circular=False, separators=(",", ":")).encode(
                "utf-8", "replace"
            )
        )
        out.write(b"\n")

    return write


def _limit(limits: dict[str, int]) -> None:
    try:
        import resource  # only Unix has it
    except ImportError:  # not a Unix: the parent's wall clock is the only limit
        return
    wanted = {
        "RLIMIT_AS": limits["memory"],
        "RLIMIT_CPU": limits["cpu"],
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 64,
    }
    for name, value in wanted.items():
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (ValueError, OSError, AttributeError):  # macOS has no working RLIMIT_AS: the other limits have to do
            continue
