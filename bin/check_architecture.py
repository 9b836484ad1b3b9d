"""Check what docs/house.md says of the building, over the syntax tree: nothing is imported, nothing runs.

Usage: python bin/check_architecture.py [folder]. Prints one line a finding and ends with 1 if there is any.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

# From the ground up.
STOREYS = ("foundation", "accounts", "standards", "centres", "apprentices", "epa", "certificates", "imi_portal")
ROOMS = ("states", "rules", "models", "queries", "notices", "actions", "forms", "tasks", "admin", "views", "urls")
BESIDE = ("simulators", "bin", "benchmarks")
FORBIDDEN_NAMES = {"utils", "helpers", "common"}
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 40
WRITING_METHODS = {"create", "update", "get_or_create", "update_or_create", "acreate", "aupdate"}
CLOCKS = {"datetime", "date", "timezone"}
ASKING_THE_TIME = {"now", "utcnow", "today", "localdate", "localtime"}
CLOCK = Path("foundation/clock.py")
WORKFLOW = Path("foundation/workflow.py")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Findings = Iterator[tuple[int, str]]


@dataclass(frozen=True)
class Imported:
    """One name that a file imports, written out in full: ``from .rules import fee`` in epa is ``epa.rules.fee``."""

    name: str
    line: int

    @property
    def parts(self) -> list[str]:
        return self.name.split(".")


@dataclass
class Source:
    """A Python file of the project."""

    path: Path
    text: str
    model_names: set[str] = field(default_factory=set)

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def storey(self) -> str | None:
        return self.path.parts[0] if self.path.parts[0] in STOREYS else None

    @property
    def room(self) -> str | None:
        """Only storeys have rooms; a package counts as the room it was split from."""
        if self.storey is None or len(self.path.parts) < 2:
            return None
        name = self.path.parts[1].removesuffix(".py")
        return name if name in ROOMS else None

    @cached_property
    def imports(self) -> list[Imported]:
        return [found for node in ast.walk(self.tree) for found in self._imports_of(node)]

    @cached_property
    def comments(self) -> dict[int, str]:
        """Line → comment without what is only for tools."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        for_tools = re.compile(r"noqa(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*)?|type:\s*ignore(\[[\w,\s-]*\])?|[#\s-]")
        return {token.start[0]: for_tools.sub("", token.string) for token in tokens if token.type == tokenize.COMMENT}

    @cached_property
    def docstring_lines(self) -> set[int]:
        nodes = [node for node in ast.walk(self.tree) if isinstance(node, ast.Module | ast.ClassDef | Function)]
        found: set[int] = set()
        for node in nodes:
            first = node.body[0] if node.body else None
            if first and ast.get_docstring(node, clean=False) is not None:
                found.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
        return found

    @cached_property
    def code_lines(self) -> set[int]:
        """Lines with code on them: neither blank, nor only comment, nor documentation."""
        silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
        found: set[int] = set()
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type not in silent:
                found.update(range(token.start[0], token.end[0] + 1))
        return found - self.docstring_lines

    def _imports_of(self, node: ast.AST) -> Iterator[Imported]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Imported(alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            package = list(self.path.parts[:-1])
            base = package[: len(package) - node.level + 1] if node.level else []
            for alias in node.names:
                yield Imported(".".join(filter(None, [*base, node.module, alias.name])), node.lineno)


def storeys(source: Source) -> Findings:
    """A storey imports only from those below it, and never a stand-in."""
    if source.storey is None:
        return
    for found in source.imports:
        top = found.parts[0]
        if top in {"simulators", "tests"}:
            yield found.line, f"{source.storey} imports {top}, which are for the demonstration and the tests only"
        elif top in STOREYS and STOREYS.index(top) > STOREYS.index(source.storey):
            yield found.line, f"{source.storey} imports {top}, a storey above it"


def rooms(source: Source) -> Findings:
    """Inside a storey a room imports only from the rooms before it."""
    if source.room is None:
        return
    for found in source.imports:
        own_storey, _, rest = found.name.partition(".")
        room = rest.partition(".")[0]
        if own_storey == source.storey and room in ROOMS and ROOMS.index(room) > ROOMS.index(source.room):
            yield found.line, f"{source.room} imports {room}, a room that comes after it"


def names(source: Source) -> Findings:
    """A file is named for what it knows."""
    for part in source.path.parts:
        if part.removesuffix(".py") in FORBIDDEN_NAMES:
            yield 1, f"nothing is called {part}: name it for what it knows"


def receivers(source: Source) -> Findings:
    """What happens on an action is written in the action, in order, not in a signal's receiver."""
    for node in ast.walk(source.tree):
        if isinstance(node, Function | ast.ClassDef):
            for decorator in node.decorator_list:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                if _last_name(called) == "receiver":
                    yield decorator.lineno, "no @receiver: call it from the action"
    for found in source.imports:
        if found.name.startswith("django.db.models.signals"):
            yield found.line, "no model signals: call it from the action"


def states(source: Source) -> Findings:
    """Only the workflow writes a state, because only it checks the step and records the event."""
    if source.storey is None or source.path == WORKFLOW:
        return
    message = "only foundation.workflow.move() writes a state"
    for node in ast.walk(source.tree):
        assigned = isinstance(node, ast.Attribute) and node.attr == "state" and not isinstance(node.ctx, ast.Load)
        if assigned or (isinstance(node, ast.Call) and _writes_state(node, source.model_names)):
            yield node.lineno, message


def _writes_state(call: ast.Call, model_names: set[str]) -> bool:
    name = _last_name(call.func)
    if name in {"setattr", "__setattr__"}:
        return any(_is_text(argument, "state") for argument in call.args)
    if name in {"bulk_update", "abulk_update"}:
        inside = [part for argument in [*call.args, *call.keywords] for part in ast.walk(argument)]
        return any(_is_text(part, "state") for part in inside)
    if name not in WRITING_METHODS and name not in model_names:
        return False
    return any(keyword.arg == "state" or _hands_on_state(keyword) for keyword in call.keywords)


def _hands_on_state(keyword: ast.keyword) -> bool:
    """``defaults={"state": …}`` and ``**{"state": …}``."""
    if keyword.arg not in {"defaults", "create_defaults", None} or not isinstance(keyword.value, ast.Dict):
        return False
    return any(_is_text(key, "state") for key in keyword.value.keys if key)


def pure_rules(source: Source) -> Findings:
    """Rules are given everything, so that a test can give them anything."""
    if source.room != "rules":
        return
    for found in source.imports:
        if found.name.startswith(("django.db", "django.conf", "imi_portal.settings")):
            yield found.line, f"a rule imports {found.name}: values come in instead"
        elif found.name in {"foundation.clock.today", "foundation.clock.now"}:
            yield found.line, "a rule asks for the date: it comes in instead"
        elif found.parts[0] in STOREYS and "models" in found.parts[1:]:
            yield found.line, f"a rule imports {found.name}: values come in instead"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"today", "now"} and _last_name(node.value) == "clock":
            yield node.lineno, "a rule asks for the date: it comes in instead"


def one_clock(source: Source) -> Findings:
    """Time comes from foundation.clock, which a demonstration or a test can move."""
    if source.storey is None or source.path == CLOCK:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in ASKING_THE_TIME and _last_name(node.value) in CLOCKS:
            yield node.lineno, f"{_last_name(node.value)}.{node.attr}: time comes from foundation.clock only"
        elif isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            yield node.value.lineno, f"{node.arg}: time comes from foundation.clock only"
    for found in source.imports:
        if found.name.startswith("django.utils.timezone.") and found.parts[-1] in ASKING_THE_TIME:
            yield found.line, f"{found.name}: time comes from foundation.clock only"


def sizes(source: Source) -> Findings:
    """What fits on a screen can be read; documentation, comments and blank lines do not count."""
    if len(source.code_lines) > MOST_LINES_OF_A_FILE:
        yield 1, f"{len(source.code_lines)} code lines, more than {MOST_LINES_OF_A_FILE}: split it by noun"
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            lines = [line for line in source.code_lines if node.lineno <= line <= (node.end_lineno or node.lineno)]
            if len(lines) > MOST_LINES_OF_A_FUNCTION:
                yield node.lineno, f"{node.name} has {len(lines)} lines, more than {MOST_LINES_OF_A_FUNCTION}"


def late_imports(source: Source) -> Findings:
    """An import inside a function hides a dependency, so its line says why."""
    inside = {
        node.lineno
        for function in ast.walk(source.tree)
        if isinstance(function, Function)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    for line in sorted(inside):
        if len(source.comments.get(line, "")) < 8:
            yield line, "an import inside a function needs a comment on its line that says why"


CHECKS: tuple[Callable[[Source], Findings], ...] = (
    storeys, rooms, names, receivers, states, pure_rules, one_clock, sizes, late_imports,
)  # fmt: skip


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_text(node: ast.AST, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text


def sources(root: Path) -> list[Source]:
    """The files that the checks are about: not the tests, and not migrations, which are written by a machine."""
    found = [
        Source(path.relative_to(root), path.read_text(encoding="utf-8"))
        for folder in (*STOREYS, *BESIDE)
        for path in sorted((root / folder).rglob("*.py"))
        if "migrations" not in path.relative_to(root).parts
    ]
    models = [source for source in found if source.room == "models"]
    names_of_models = {node.name for source in models for node in source.tree.body if isinstance(node, ast.ClassDef)}
    for source in found:
        source.model_names = names_of_models
    return found


def findings(root: Path) -> list[str]:
    return [
        f"{source.path}:{line}: {message}"
        for source in sources(root)
        for check in CHECKS
        for line, message in sorted(set(check(source)))
    ]


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    found = findings(root)
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
