"""The cage holds: a child that dies, hangs, babbles or lies costs the file, not the worker."""

import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from foundation import cage
from foundation.errors import Refused

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """``child(code)`` runs that code in the cage instead of a job, after the limits are on."""

    def use(code: str) -> None:
        boot = """
        import json, os, sys, time
        order = json.loads(sys.argv[1])
        sys.path[:] = order["path"]
        from foundation.caged import main
        main._limit(order["limits"])
        say = main._writer()
        """
        monkeypatch.setattr(cage, "BOOT", textwrap.dedent(boot) + textwrap.dedent(code) + "\nsys.stdout.flush()\n")

    return use


def run(limits: cage.Limits = cage.DEFAULT) -> list:
    return list(cage.run("sheet", "/nowhere", limits))


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    (problem,) = refused.value.problems
    assert problem.message
    assert problem.where == "upload"
    return problem.code


def test_lines_come_back_in_order_and_end_with_done(child) -> None:
    child("say('head', {'a': 1}); say('rows', [[1], []]); say('done', 'é')")
    assert run() == [("head", {"a": 1}), ("rows", [[1], []]), ("done", "é")]


def test_result_is_the_done_line(child) -> None:
    child("say('head', 1); say('done', 'application/pdf')")
    assert cage.result("look", "/nowhere") == "application/pdf"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("say('refused', ['macros', 'No macros.'])", "macros"),
        ("say('broke', 'PanicException')", "damaged"),
        ("say('head', {})", "damaged"),  # ends without a verdict
        ("sys.exit(3)", "damaged"),
        ("sys.stdout.write('no json\\n')", "damaged"),
        ("sys.stdout.write('{}\\n')", "damaged"),
        ("sys.stdout.write('[1]\\n')", "damaged"),
        ("sys.stdout.write('[\"done\", 1]')", "damaged"),  # cut short before the line's end
        ("os.abort()", "too_large"),
        ("os.kill(os.getpid(), 11)", "too_large"),
        ("os.kill(os.getpid(), 9)", "too_large"),
    ],
)
def test_every_end_but_done_is_a_refusal(child, code: str, expected: str) -> None:
    child(code)
    with pytest.raises(Refused) as refused:
        run()
    assert code_of(refused) == expected


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_memory_is_limited(child) -> None:
    child("x = bytearray(2 * 1024**3); say('done', len(x))")
    with pytest.raises(Refused) as refused:
        run()
    assert code_of(refused) == "damaged"  # MemoryError ends the child; inside main() it is too_large


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_memory_that_runs_out_inside_a_job_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_bytes(b"a,b\n" * 4_000_000)
    options = {"name_hint": "", "sheet": None, "max_rows": 10**9, "max_columns": 10, "max_cell": 10}
    with pytest.raises(Refused) as refused:
        list(cage.run("sheet", path, cage.Limits(memory=120 * 1024**2), **options))
    assert code_of(refused) == "too_large"


def test_time_on_the_clock_is_limited(child) -> None:
    child("time.sleep(60)")
    began = time.monotonic()
    with pytest.raises(Refused) as refused:
        run(cage.Limits(wall=0.3))
    assert code_of(refused) == "too_slow"
    assert time.monotonic() - began < 5


def test_time_of_the_processor_is_limited(child) -> None:
    child("while True: pass")
    with pytest.raises(Refused) as refused:
        run(cage.Limits(cpu=1, wall=20))
    assert code_of(refused) in {"too_slow", "too_large"}  # SIGXCPU, or SIGKILL where soft and hard limit are one


def test_the_answer_is_limited(child) -> None:
    child("while True: say('rows', 'x' * 1000)")
    with pytest.raises(Refused) as refused:
        run(cage.Limits(answer=100_000))
    assert code_of(refused) == "too_large"


def test_a_line_without_end_is_limited(child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cage, "LONGEST_LINE", 10_000)
    child("while True: sys.stdout.write('x' * 1000)")
    with pytest.raises(Refused):
        run()


def test_the_child_sees_no_secrets_and_cannot_write(child, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    child(f"""
    try:
        os.write(os.open({str(tmp_path / "out")!r}, os.O_CREAT | os.O_WRONLY), b"x"); wrote = True
    except BaseException: wrote = False
    say('done', [sorted(os.environ), wrote, os.getcwd(), 'django' in sys.modules])
    """)
    environment, wrote, folder, django = cage.result("sheet", "/nowhere")
    assert "DATABASE_URL" not in environment
    assert (wrote, folder, django) == (False, "/", False)


def children() -> set[str]:
    """The processes that are ours now, dead ones that nobody waited for among them; not the one that lists them."""
    listed = subprocess.run(["ps", "-A", "-o", "ppid=,pid=,comm="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    return {pid for parent, pid, name in rows if parent == str(os.getpid()) and name != "ps"}


def test_no_child_is_left_behind(child) -> None:
    before = children()
    child("say('head', 1); sys.stdout.flush(); time.sleep(60)")
    lines = cage.run("sheet", "/nowhere", cage.Limits(wall=30))
    assert next(lines) == ("head", 1)
    assert len(children() - before) == 1
    lines.close()
    assert children() <= before


def test_the_modules_of_the_cage_know_neither_django_nor_the_tables() -> None:
    code = (
        "import sys, foundation.caged.table, foundation.caged.kinds, foundation.caged.pdf, foundation.caged.image\n"
        "print([name for name in sys.modules if name.split('.')[0] in {'django', 'celery', 'psycopg2'}])\n"
        "ours = [name for name in sys.modules if name.startswith('foundation.')]\n"
        "print([name for name in ours if not name.startswith('foundation.caged')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines() == ["[]", "[]"]


def test_the_order_is_plain_json() -> None:
    """What goes in as an argument is data: a name cannot become an option or code."""
    order = {"file": "--help'; import os", "options": {"name_hint": "\n\x00“"}}
    assert json.loads(json.dumps(order)) == order
