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
import re
import secrets
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

from simulators.processes import Processes, StartError, is_free, tail  # noqa: E402 - needs the path above
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
        pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
        # The lock is whole. With dependencies pip would take a newer release for one that is asked for with an extra
        # ("coverage[toml]"), and then refuse it for want of its hash.
        exactly = ["--no-deps", "--require-hashes", "--requirement", str(LOCK)]
        subprocess.run([*pip, *exactly], check=True, stdin=subprocess.DEVNULL)
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
    (PROJECT / "staticfiles").mkdir(exist_ok=True)  # WhiteNoise warns of a folder that is not there
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


# --- demo -------------------------------------------------------------------------------------------------------------


def demo(arguments: list[str]) -> int:
    """Run the portal with made-up data until Ctrl-C; a second run goes on with the data of the first."""
    parser = argparse.ArgumentParser(prog="bin/demo", description=demo.__doc__)
    parser.add_argument("--reset", action="store_true", help="forget the data and start over")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000), help="8000, or PORT")
    parser.add_argument("--learners", type=int, default=300, help="how many made-up learners a first run makes")
    chosen = parser.parse_args(arguments)
    home = VAR / "demo"
    with locked(VAR / "demo.lock", None, "A demonstration of this project is running already; stop it first."):
        prepare()
        if chosen.reset:
            forget_demonstration(home)
        services = Services(home)
        try:
            with Processes(environment=demonstration_environment(home), home=home) as processes:
                processes.environment.update(services.start(processes.environment))
                start_demonstration(processes, choose_port(chosen.port), chosen.learners)
                return watch(processes)
        finally:
            services.stop()


def forget_demonstration(home: Path) -> None:
    if os.environ.get("DATABASE_URL"):
        raise SetupError("DATABASE_URL names a database of yours: --reset does not empty it; do that yourself.")
    say("Forgetting the data of earlier demonstrations …")
    environment = {**os.environ, "PORTAL_MODE": "demonstration"}
    Processes(environment=environment, home=home).stop()
    Services(home).remove_data()
    shutil.rmtree(home)


def demonstration_environment(home: Path) -> dict[str, str]:
    """What the demonstration adds: a clock that can be moved, and a stand-in that needs no long silence."""
    environment = environment_for("demonstration", home)
    environment.setdefault("CLOCK_FILE", str(home / "clock"))
    environment.setdefault("ASSESSMENT_SERVICE_SETTLE", "5")
    return environment


def start_demonstration(processes: Processes, port: int, learners: int) -> None:
    """Bring the database and its data up to date, start all, and say where and as whom to sign in."""
    processes.environment.setdefault("BASE_URL", f"http://localhost:{port}")
    say("Bringing the database up to date …")
    if not os.environ.get("ASSESSMENT_SERVICE_URL"):
        processes.start_assessment_service()
    if not os.environ.get("REGISTER_URL"):
        processes.start_register_site()
    manage(processes.environment, "migrate", "--no-input", "--verbosity", "0")
    collect_static(processes.environment)
    say("Loading the demonstration data, if it is not there …")
    load_demonstration(processes, learners)
    say("Starting …")
    processes.start_worker()
    processes.start_beat()
    processes.start_web(port)
    logins = manage(processes.environment, "demo", "--logins", capture_output=True, text=True).stdout
    say(f"\n{logins.rstrip()}\n\nThe portal: {processes.base_url}  (Ctrl-C stops it; logs: {processes.home / 'logs'})")


def load_demonstration(processes: Processes, learners: int) -> None:
    """Minutes at a first run: what it is at is shown, what the portal logs meanwhile goes where all logs are."""
    path = processes.home / "logs" / "demonstration.log"
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as log:
        try:
            manage(processes.environment, "demo", "--learners", str(learners), stderr=log)
        except subprocess.CalledProcessError:
            log.flush()
            say(tail(path))
            raise


def choose_port(wanted: int) -> int:
    port = next((port for port in range(wanted, wanted + 100) if is_free(port)), None)
    if port is None:
        raise SetupError(f"No port from {wanted} to {wanted + 99} is free; name another with --port.")
    if port != wanted:
        say(f"Port {wanted} is taken; using {port}.")
    return port


def collect_static(environment: dict[str, str]) -> None:
    """Collect the static files again only when one of them, or a package, has changed: it takes seconds."""
    files = sorted(path for path in (PROJECT / "static").rglob("*") if path.is_file())
    marks = [f"{path}:{path.stat().st_mtime_ns}:{path.stat().st_size}" for path in files]
    wanted = hashlib.sha256("\n".join([*marks, hashlib.sha256(LOCK.read_bytes()).hexdigest()]).encode()).hexdigest()
    stamp = PROJECT / "staticfiles" / ".made-from"
    if not stamp.exists() or stamp.read_text() != wanted:
        manage(environment, "collectstatic", "--no-input", "--clear", "--verbosity", "0")
        stamp.write_text(wanted)


def watch(processes: Processes) -> int:
    """Wait to be interrupted; a process that ends by itself ends the demonstration, with the reason in sight."""
    while not (ended := processes.ended()):
        time.sleep(0.5)
    for running in ended:
        say(f"{running.name} ended by itself; the end of {running.log}:\n{tail(running.log)}")
    return 1


# --- test -------------------------------------------------------------------------------------------------------------


def test(arguments: list[str]) -> int:
    """All checks and tests, or with arguments only pytest with them."""
    with locked(VAR / "test.lock", "Another bin/test of this project is running; waiting for it."):
        prepare(browser=not arguments or any("e2e" in argument for argument in arguments))
        home = VAR / "test"
        environment = environment_for("test", home)
        services = Services(home, durable=False)
        try:
            services.stop()  # what a killed run has left, whose connections would hold the test database
            environment.update(services.start(environment))
            if arguments:
                return run_tests(environment, *arguments)[0]
            return test_everything(environment)
        finally:
            services.stop()


def test_everything(environment: dict[str, str]) -> int:
    """Everything runs, whatever fails before; the summary names all that failed and ends with pytest's own lines."""
    failed = run_static_checks(environment)
    processes = str(max(2, min(8, os.cpu_count() or 2)))
    code, closing = run_tests(environment, "-m", "not e2e", "-n", processes, "--durations=10")
    if code:
        failed.append("pytest")
    if environment.get("CHROMIUM"):
        # The journeys keep to one process, in their order; every other page is looked at in the second.
        code, browser_closing = run_tests(environment, "-m", "e2e", "-n", "2", "--dist", "loadfile", "--durations=5")
        if code:
            failed.append("pytest in the browser")
        closing += browser_closing
    else:
        say("The browser tests were not run: install chromium, or name a Chromium in CHROMIUM.")
        failed.append("pytest in the browser (no Chromium)")
    say("\nFailed: " + ", ".join(failed) if failed else "\nEverything passed.")
    for line in closing:
        say(line)
    return 1 if failed else 0


def static_checks(environment: dict[str, str]) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Name → command and environment."""
    python = str(PYTHON)
    production = {
        **environment,
        "PORTAL_MODE": "production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "portal.example.org",
        "BASE_URL": "https://portal.example.org",
        "EMAIL_URL": "smtp+tls://portal:made-up@mail.example.org:587",
        "SEAL_KEY_FILE": "/etc/portal/seal.p12",
        "SEAL_KEY_PASSPHRASE": "made-up",
    }
    production.pop("CLOCK_FILE", None)
    return {
        "mypy": ([python, "-m", "mypy"], environment),
        "ruff check": ([python, "-m", "ruff", "check", "."], environment),
        "djlint": ([python, "-m", "djlint", "templates", "--lint", "--quiet"], environment),
        "ruff format": ([python, "-m", "ruff", "format", "--check", "."], environment),
        "architecture": ([python, "bin/check_architecture.py"], environment),
        "migrations": ([python, "manage.py", "makemigrations", "--check", "--dry-run"], environment),
        "production settings": (
            [python, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            production,
        ),
    }


def run_static_checks(environment: dict[str, str]) -> list[str]:
    """Run them two at a time and print what the failing ones say; return their names."""

    def run(check: tuple[list[str], dict[str, str]]) -> "subprocess.CompletedProcess[str]":
        command, its_environment = check
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.run(command, cwd=PROJECT, env=its_environment, text=True, check=False, **streams)

    checks = static_checks(environment)
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for name, done in zip(checks, pool.map(run, checks.values()), strict=True):
            say(f"{name}: {'ok' if done.returncode == 0 else 'FAILED'}")
            if done.returncode:
                failed.append(name)
                say(done.stdout)
    return failed


def run_tests(environment: dict[str, str], *arguments: str) -> tuple[int, list[str]]:
    """Run pytest, showing its output as it comes; return its exit code and its closing line.

    No test found counts as passed only where a marker chose, because then another run has the others.
    """
    command = [str(PYTHON), "-m", "pytest", *arguments]
    closing: list[str] = []
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace",
    ) as running:  # fmt: skip
        for line in lines_of(running):
            print(line, end="", flush=True)
            if re.match(r"=+ .*\b(passed|failed|errors?|skipped|deselected|no tests ran)\b.* in [\d.]+s", line):
                closing = [line.rstrip()]
    code = running.returncode
    return (0 if code == 5 and "-m" in arguments else code), closing


def lines_of(running: "subprocess.Popen[str]") -> Iterator[str]:
    """Its output; interrupted, let it clean up what its tests have started before it is killed."""
    try:
        yield from running.stdout or ()
    except Interrupted:
        running.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(20)
        running.kill()
        raise


def main() -> int:
    stop_cleanly_on_signals()
    commands = {"with-services": with_services, "demo": demo, "test": test}
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
