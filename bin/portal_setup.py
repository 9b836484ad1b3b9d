"""The set-up under bin/demo, bin/test and bin/with-services: packages, services, database, processes.

Runs on the standard library alone, because it makes the environment in which the rest is installed.
"""

import argparse
import contextlib
import ctypes
import fcntl
import hashlib
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from simulators.processes import StartError, Processes, is_free  # noqa: E402 - needs the path above
from simulators.services import Services  # noqa: E402 - the same

VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = PROJECT / "requirements-dev.lock"
VAR = Path(os.environ.get("PORTAL_VAR") or PROJECT / "var").resolve()
IS_MAC = platform.system() == "Darwin"
# What WeasyPrint loads at run time: any one of the names proves the library is there.
LIBRARIES = {
    "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
}
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class SetupError(Exception):
    """What a person must do before it can go on; printed as one line."""


def say(text: str) -> None:
    print(text, flush=True)


# --- packages ---------------------------------------------------------------------------------------------------------


def prepare(*, browser: bool = False) -> None:
    """The project's environment and the system's libraries, both at once because both mostly wait for the network."""
    with ThreadPoolExecutor() as pool:
        system = pool.submit(install_system_packages, browser=browser)
        install_environment()
        system.result()


def install_environment() -> None:
    """Make .venv from the lock, hash by hash; nothing is done while the lock is the one it was made from."""
    stamp = VENV / ".made-from"
    with locked(VAR / "environment.lock", "Another set-up of this project is installing; waiting for it."):
        wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
        if stamp.exists() and stamp.read_text() == wanted and _runs([str(PYTHON), "-c", "import django"]):
            return
        if not _runs([str(PYTHON), "-m", "pip", "--version"]):
            say("Making the environment in .venv …")
            make_environment()
        say("Installing the locked packages (a minute or two, once) …")
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        subprocess.run([*pip, "--require-hashes", "--requirement", str(LOCK)], check=True, stdin=subprocess.DEVNULL)
        stamp.write_text(wanted)


def make_environment() -> None:
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if _runs(command):
        return
    if not IS_MAC:
        apt_install(["python3-venv"])
    if not _runs(command):
        raise SetupError("This Python cannot make an environment: install python3-venv (or a Python with ensurepip).")


def install_system_packages(*, browser: bool) -> None:
    """What is no Python package: the text libraries for PDFs, and Chromium for the browser tests."""
    missing = [package for package, names in LIBRARIES.items() if not any(map(_loads, names))]
    if browser and not find_chromium():
        missing.append("chromium")
    if not missing:
        return
    say(f"Installing {', '.join(missing)} …")
    if IS_MAC:
        packages = sorted({"chromium" if package == "chromium" else "pango" for package in missing})
        done = bool(shutil.which("brew")) and _runs(["brew", "install", *packages])
        advice = f"brew install {' '.join(packages)}"
    else:
        done = apt_install(missing)
        advice = f"apt-get install {' '.join(missing)}"
    if not done:
        say(f"Could not install {', '.join(missing)}: as an administrator run: {advice}")
        if "libpango-1.0-0" in missing or "libpangoft2-1.0-0" in missing:
            raise SetupError(f"Without Pango no document can be made; as an administrator run: {advice}")


def apt_install(packages: list[str]) -> bool:
    """Install Debian packages where we may: as root, or by sudo that asks for no password."""
    if not shutil.which("apt-get"):
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if prefix and not (shutil.which("sudo") and _runs([*prefix, "true"])):
        return False
    install = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq"]
    arguments = ["install", "--yes", "--no-install-recommends", *packages]
    # The lists that are already there often do; fetching them takes longer than installing.
    return _runs([*install, *arguments]) or (_runs([*install, "update"]) and _runs([*install, *arguments]))


def find_chromium() -> str:
    """The browser for the browser tests: CHROMIUM where it is named, else one on the path."""
    mac = "/Applications/Chromium.app/Contents/MacOS/Chromium"
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, (*CHROMIUMS, mac))), None) or ""


def _runs(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def _loads(library: str) -> bool:
    folders = ("", "/opt/homebrew/lib/", "/usr/local/lib/") if IS_MAC else ("",)
    for folder in folders:
        with contextlib.suppress(OSError):
            ctypes.CDLL(folder + library)
            return True
    return False


# --- what both commands need ------------------------------------------------------------------------------------------


@contextlib.contextmanager
def locked(path: Path, waiting: str | None, refused: str = "") -> Iterator[None]:
    """Hold a lock that the kernel frees when its holder dies. Without ``waiting`` a held lock is an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if waiting is None:
                raise SetupError(refused) from None
            say(waiting)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def environment_for(mode: str, home: Path) -> dict[str, str]:
    """The environment of the portal's processes, before the services are known."""
    environment = {**os.environ, "PORTAL_MODE": mode, "PORTAL_VAR": str(home), "PYTHONUNBUFFERED": "1"}
    environment["PATH"] = f"{VENV / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
    if IS_MAC:
        environment.setdefault("DYLD_FALLBACK_LIBRARY_PATH", "/opt/homebrew/lib:/usr/local/lib")
    browser = find_chromium()
    if browser:
        environment["CHROMIUM"] = browser
    return environment


def manage(environment: dict[str, str], *arguments: str, **options: Any) -> "subprocess.CompletedProcess[Any]":
    command = [str(PYTHON), "manage.py", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, check=True, **options)


class Interrupted(BaseException):
    """Asked to stop by Ctrl-C, by the terminal closing or by a supervisor: the same clean way out for all three."""


def stop_cleanly_on_signals() -> None:
    def interrupt(number: int, _frame: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
        raise Interrupted(number)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, interrupt)


# --- with-services ----------------------------------------------------------------------------------------------------


def with_services(arguments: list[str]) -> int:
    """Run a command against services that stay: for developing, where starting them each time would only cost time."""
    parser = argparse.ArgumentParser(prog="bin/with-services", description=with_services.__doc__)
    parser.add_argument("--mode", default="test", choices=["test", "demonstration"])
    parser.add_argument("--database", default="portal", help="made where it is missing")
    parser.add_argument("--stop", action="store_true", help="stop the services instead")
    parser.add_argument("command", nargs="*", help="without one, what to export is printed")
    chosen = parser.parse_args(arguments)
    if not chosen.database.replace("_", "").isalnum():
        raise SetupError("A database's name is letters, digits and underscores.")
    install_environment()
    services = Services(VAR / "dev", durable=False)
    if chosen.stop:
        services.stop()
        return 0
    home = VAR / "dev" / chosen.database
    environment = environment_for(chosen.mode, home)
    found = services.start({}, database=chosen.database)
    if not chosen.command:
        for name, value in {**found, "PORTAL_MODE": chosen.mode, "PORTAL_VAR": str(home)}.items():
            say(f"export {name}='{value}'")
        return 0
    environment.update(found)
    os.execvpe(chosen.command[0], chosen.command, environment)  # noqa: S606 - replaces us: nothing stands between
    return 0


def main() -> int:
    stop_cleanly_on_signals()
    commands = {"with-services": with_services}
    try:
        return commands[sys.argv[1]](sys.argv[2:])
    except Interrupted as stopped:
        return 128 + stopped.args[0]
    except (SetupError, StartError) as error:
        print(f"bin/{sys.argv[1]}: {error}", file=sys.stderr)
    except subprocess.CalledProcessError as error:
        print(f"bin/{sys.argv[1]}: this failed: {' '.join(error.cmd)}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
