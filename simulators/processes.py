"""The portal's processes, started for real: web server, worker, beat and the stand-in assessment service.

The demonstration and the browser tests start them through here, so what is tested is what is shown. Only the standard
library is imported, because bin/portal_setup.py runs before anything is installed.

    with Processes(environment=dict(os.environ, DATABASE_URL=…, REDIS_URL=…), home=tmp_path) as processes:
        url = processes.start_assessment_service()   # and ASSESSMENT_SERVICE_URL is set for those started after it
        processes.start_web()                        # answers when this returns; processes.base_url is its address
        processes.start_worker()
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

PROJECT = Path(__file__).resolve().parent.parent
LOOPBACK = "127.0.0.1"


class StartError(Exception):
    """A process or service did not come up; the text says which, and the end of its log."""


def venv_python(project: Path = PROJECT) -> Path:
    """The interpreter the portal runs on: the project's own environment where there is one, else the present one."""
    own = project / ".venv" / "bin" / "python"
    return own if own.exists() else Path(sys.executable)


def is_free(port: int) -> bool:
    """Whether nobody listens on the port: asked by binding it, which also sees what does not answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port nobody listens on now; whoever uses it must be ready to try another."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def tail(path: Path, lines: int = 15) -> str:
    """The end of a log, for the message that says why something did not start."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def started_at(pid: int) -> str | None:
    """When a process began, as a mark that tells it from a later one with its number; None if gone or only a zombie.

    Zombies count as gone because a container's first process often never reaps what outlived a killed parent.
    """
    if Path("/proc/self/stat").exists():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else fields[19]
    found = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    state, _, began = found.stdout.strip().partition(" ")
    return began.strip() if began and not state.startswith("Z") else None


def command_of(pid: int) -> str:
    """The command line of a process; empty if gone or not ours to see."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    found = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return found.stdout.strip()


def wait_gone(pid: int, seconds: float) -> bool:
    """Whether the process ended within the time."""
    until = time.monotonic() + seconds
    while started_at(pid) is not None:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def kill_group(group: int) -> None:
    """Kill what is left of a process group; nothing left is well."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


@dataclass
class Running:
    """A process that leads its own group, so that its children can be ended with it."""

    name: str
    popen: "subprocess.Popen[bytes]"
    log: Path


class Processes:
    """The portal's processes against one database; what was started is ended by ``stop``, children included.

    Each is noted in a file under ``home``: when this process is killed outright, the next ``Processes`` of the same
    home ends what it left behind.
    """

    def __init__(self, *, environment: Mapping[str, str], home: Path, project: Path = PROJECT) -> None:
        self.environment = dict(environment)
        self.environment.setdefault("PYTHONUNBUFFERED", "1")
        self.home, self.project = home, project
        self.base_url = ""
        self.running: list[Running] = []
        self._logs = home / "logs"
        self._logs.mkdir(parents=True, exist_ok=True)
        self._note = home / "processes.json"
        self._end_left_over()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, name: str, *arguments: str) -> Running:
        """Start ``python arguments…`` in the project's environment, its output going to ``logs/name.log``."""
        log = self._logs / f"{name}.log"
        with log.open("ab") as output:
            popen = subprocess.Popen(  # noqa: S603 - our own commands, no shell
                [str(venv_python(self.project)), *arguments],
                cwd=self.project,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        running = Running(name, popen, log)
        self.running.append(running)
        self._write_note()
        return running

    def start_web(self, port: int | None = None, *, workers: int = 2, wait: float = 60) -> str:
        """Start the web server and return its address once it answers. ``BASE_URL`` is set to it where unset."""
        port = port or free_port()
        self.base_url = f"http://localhost:{port}"
        self.environment.setdefault("BASE_URL", self.base_url)
        web = self.start(
            "web", "-m", "gunicorn", "imi_portal.wsgi:application", "--bind", f"{LOOPBACK}:{port}", "--worker-class",
            "gthread", "--workers", str(workers), "--threads", "4", "--graceful-timeout", "3", "--timeout", "60",
            "--no-control-socket",
        )  # fmt: skip
        self.wait_until_answering(web, f"http://{LOOPBACK}:{port}/", wait)
        return self.base_url

    def start_worker(self, *, concurrency: int = 2) -> Running:
        """Start a Celery worker on every queue."""
        return self.start(
            "worker", "-m", "celery", "-A", "imi_portal.celery", "worker", "--loglevel", "INFO", "--concurrency",
            str(concurrency), "--without-gossip", "--without-mingle",
        )  # fmt: skip

    def start_beat(self) -> Running:
        """Start Celery's beat; its memory of what ran lies under ``home``."""
        return self.start(
            "beat", "-m", "celery", "-A", "imi_portal.celery", "beat", "--loglevel", "INFO",
            "--schedule", str(self.home / "beat-schedule"), "--pidfile", "",
        )  # fmt: skip

    def start_assessment_service(self, *options: str, port: int | None = None, wait: float = 20) -> str:
        """Start the stand-in assessment service; those started after it are told its address.

        It reads learners and the like from ``assessment-service.json`` under ``home`` where that exists, keeps its
        certificates beside it, and shares the portal's clock. ``options`` are its own, such as ``--faults``.
        """
        port = port or free_port()
        kept = ["--data", str(self.home / "assessment-service.json")]
        kept += ["--state", str(self.home / "assessment-service-state.json")]
        if self.environment.get("CLOCK_FILE"):
            kept += ["--clock-file", self.environment["CLOCK_FILE"]]
        command = ["-m", "simulators.assessment_service", "--port", str(port), *kept, *options]
        url = f"http://{LOOPBACK}:{port}"
        self.wait_until_answering(self.start("assessment-service", *command), f"{url}/", wait)
        self.environment["ASSESSMENT_SERVICE_URL"] = url
        self.environment.setdefault("ASSESSMENT_SERVICE_KEY", "stand-in")
        return url

    def start_register_site(self, *options: str, port: int | None = None, wait: float = 20) -> str:
        """Start the stand-in of the government's download site; it keeps the register in ``register.csv`` under
        ``home``. ``options`` are its own, such as ``--fault``."""
        port = port or free_port()
        kept = ["--file", str(self.home / "register.csv")]
        running = self.start("register-site", "-m", "simulators.register_site", "--port", str(port), *kept, *options)
        self.wait_until_answering(running, f"http://{LOOPBACK}:{port}/", wait)
        self.environment["REGISTER_URL"] = f"http://{LOOPBACK}:{port}/apar/downloadcsv"
        return self.environment["REGISTER_URL"]

    def wait_until_answering(self, running: Running, url: str, seconds: float) -> None:
        """Return once any answer below 500 comes; raise ``StartError`` when the process ends or the time is over."""
        until = time.monotonic() + seconds
        while not _answers(url):
            if running.popen.poll() is not None or time.monotonic() > until:
                raise StartError(f"{running.name} did not start; the end of {running.log}:\n{tail(running.log)}")
            time.sleep(0.05)

    def ended(self) -> list[Running]:
        """Those that ended although nobody stopped them."""
        return [running for running in self.running if running.popen.poll() is not None]

    def kill(self, name: str) -> None:
        """Kill a process and its children outright, as a crash or a lost machine would."""
        for running in [running for running in self.running if running.name == name]:
            kill_group(running.popen.pid)
            running.popen.wait()
            self.running.remove(running)
        self._write_note()

    def stop(self, grace: float = 8) -> None:
        """End all: ask every leader at once, then kill the groups of those that did not end, and stray children."""
        for running in self.running:
            if running.popen.poll() is None:
                running.popen.terminate()
        until = time.monotonic() + grace
        for running in self.running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.popen.wait(timeout=max(0.0, until - time.monotonic()))
            kill_group(running.popen.pid)
            running.popen.wait()
        self.running.clear()
        self._note.unlink(missing_ok=True)

    def _write_note(self) -> None:
        noted = [{"pid": running.popen.pid, "began": started_at(running.popen.pid)} for running in self.running]
        self._note.write_text(json.dumps(noted))

    def _end_left_over(self) -> None:
        """End the groups that a killed predecessor left running, told from later processes by when they began."""
        try:
            noted = json.loads(self._note.read_text())
        except (OSError, ValueError):
            return
        for process in noted:
            if started_at(process["pid"]) in {None, process["began"]}:
                kill_group(process["pid"])
                wait_gone(process["pid"], 5)
        self._note.unlink(missing_ok=True)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10):  # noqa: S310 - our own loopback address
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except (OSError, ValueError):
        return False
