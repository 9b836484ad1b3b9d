"""Which clause is carried out by which rule and proved by which tests, read from the code itself.

A rule carries a clause out when its docstring names it ("(E2)" or "[E2]" or "E2:"); a test proves it by the marker
``@pytest.mark.clause("E2")`` and only counts when it can fail: its body asserts something or expects a refusal.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

STOREYS = ("standards", "centres", "apprentices", "epa", "certificates")
RULE_ROOMS = ("rules", "actions", "queries")
ROW = re.compile(r"^\| ([A-F]\d{1,2}) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
IN_PART = re.compile(r"^- ([A-F]\d{1,2}): (.+)$", re.MULTILINE)  # docs/clauses.md says what is still lacking
NAMED = re.compile(r"\b([A-F]\d{1,2})\b")


@dataclass
class Clause:
    """One clause with what was found for it."""

    id: str
    section: str
    text: str
    rules: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)
    lacks: str = ""

    @property
    def status(self) -> str:
        if self.rules and self.tests:
            return "in part" if self.lacks else "covered"
        if self.rules:
            return "no test"
        return "no rule" if self.tests else "not yet"


def survey(root: Path) -> list[Clause]:
    """Every clause of docs/clauses.md with its rules and tests."""
    page = (root / "docs" / "clauses.md").read_text(encoding="utf-8")
    clauses = [Clause(*match) for match in ROW.findall(page)]
    rules, tests, lacking = _rules(root), _tests(root), dict(IN_PART.findall(page))
    for clause in clauses:
        clause.lacks = lacking.get(clause.id, "")
        clause.rules = sorted(rules[clause.id])
        clause.tests = sorted(tests[clause.id])
    return clauses


def _rules(root: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for storey in STOREYS:
        for path in sorted((root / storey).rglob("*.py")):
            parts = path.relative_to(root / storey).with_suffix("").parts
            if parts[0] not in RULE_ROOMS:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                    where = ".".join([storey, *(part for part in parts if part != "__init__"), node.name])
                    for clause in _named(ast.get_docstring(node) or ""):
                        found[clause].add(where)
    return found


def _tests(root: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted((root / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        module = [clause for node in tree.body if isinstance(node, ast.Assign) for clause in _marks([node.value])]
        for node, inherited in _functions(tree):
            if node.name.startswith("test_") and can_fail(node):
                where = f"{path.relative_to(root)}::{node.name}"
                for clause in [*_marks(node.decorator_list), *inherited, *module]:
                    found[clause].add(where)
    return found


def _functions(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, list[str]]]:
    """Functions of a test module and of its classes, with the marks that a class hands to its tests."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node, []
        elif isinstance(node, ast.ClassDef):
            marks = _marks(node.decorator_list)
            yield from ((inner, marks) for inner in node.body if isinstance(inner, ast.FunctionDef))


def _named(docstring: str) -> set[str]:
    """Clauses a docstring names; a range such as "C1–C3" names each of them."""
    clauses = set(NAMED.findall(docstring))
    for letter, first, last in re.findall(r"\b([A-F])(\d{1,2})\s*[–-]\s*(?:[A-F])?(\d{1,2})\b", docstring):
        clauses |= {f"{letter}{number}" for number in range(int(first), int(last) + 1)}
    return clauses


def _marks(nodes: list[ast.expr]) -> list[str]:
    calls = [node for each in nodes for node in ast.walk(each) if isinstance(node, ast.Call)]
    return [
        argument.value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "clause"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def can_fail(test: ast.FunctionDef) -> bool:
    """Whether a test's body asserts something that is not a constant, or expects an exception."""
    for node in ast.walk(test):
        if isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant):
            return True
        if isinstance(node, ast.withitem) and isinstance(node.context_expr, ast.Call):
            called = node.context_expr.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in {"raises", "refused"}:
                return True
    return False
