"""The embedded services: they keep data, leave nothing running, and come back after the worst."""

import os
import signal
import socket
from pathlib import Path

import psycopg2
import pytest
import redis

from simulators.processes import is_free, started_at, wait_gone
from simulators.services import Services

pytestmark = pytest.mark.slow


@pytest.fixture
def services(tmp_path):
    services = Services(tmp_path / "with a space")
    yield services
    services.remove_data()


def _write(found: dict[str, str]) -> None:
    with psycopg2.connect(found["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (it integer); INSERT INTO kept VALUES (42)")
    connection.close()
    redis.Redis.from_url(found["REDIS_URL"]).set("kept", 42)


def _assert_kept(found: dict[str, str]) -> None:
    with psycopg2.connect(found["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT it FROM kept")
        assert cursor.fetchone() == (42,)
    connection.close()
    assert redis.Redis.from_url(found["REDIS_URL"]).get("kept") == b"42"


def _pids(services: Services) -> list[int]:
    valkey = int(services.valkey.pid_file.read_text())
    postgres = services.postgres.pid()
    assert postgres is not None
    children = Path(f"/proc/{postgres}/task/{postgres}/children")
    return [postgres, valkey, *map(int, children.read_text().split() if children.exists() else [])]


def test_it_leaves_no_process_and_keeps_the_data(services):
    found = services.start({})
    _write(found)
    pids = _pids(services)
    services.stop()
    assert [pid for pid in pids if started_at(pid)] == []
    found = services.start({})
    _assert_kept(found)


def test_it_comes_back_after_both_were_killed(services):
    _write(services.start({}))
    redis.Redis.from_url(services.valkey.url()).execute_command("WAITAOF", 1, 0, 5000)
    for pid in _pids(services)[:2]:
        os.kill(pid, signal.SIGKILL)
        assert wait_gone(pid, 5)
    _assert_kept(services.start({}))


def test_a_second_owner_goes_on_with_what_runs(services):
    """The first owner was killed: nobody stopped the services, and nothing but their files is known."""
    services.start({})
    before = _pids(services)[:2]
    again = Services(services.home)
    again.start({})
    assert _pids(again)[:2] == before
    again.stop()
    assert [pid for pid in before if started_at(pid)] == []


def test_a_note_whose_number_now_is_another_program_does_not_stop_it(services):
    services.start({})
    services.stop()
    (services.postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n{services.postgres.data}\n")
    services.valkey.pid_file.write_text(str(os.getpid()))
    services.start({})
    services.stop()
    assert started_at(os.getpid())


def test_it_takes_another_port_when_its_own_is_taken(services):
    services.start({})
    port = int((services.home / "postgres.port").read_text())
    services.stop()
    assert is_free(port)
    with socket.create_server(("127.0.0.1", port)):
        found = services.start({})
        assert f":{port}/" not in found["DATABASE_URL"]


def test_named_services_are_used_and_nothing_is_started(services):
    named = {"DATABASE_URL": "postgres://elsewhere/portal", "REDIS_URL": "redis://elsewhere"}
    assert services.start(named) == {}
    assert services.postgres.pid() is None
    assert not services.valkey.settings.exists()


def test_strangers_on_the_machine_are_asked_for_a_password(services):
    found = services.start({})
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(found["DATABASE_URL"], password="guessed", passfile="none")
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url("redis://" + found["REDIS_URL"].partition("@")[2]).ping()
    assert services.postgres.password_file.stat().st_mode & 0o077 == 0
    assert services.valkey.settings.stat().st_mode & 0o077 == 0
