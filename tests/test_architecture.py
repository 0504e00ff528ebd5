"""The map of the house: who may import whom. An exception carries a sentence of reason."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "auditor"

# From the ground up: a room may import its own floor's modules and any floor below.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("model", "spelling"),
    ("text", "form", "typed", "headed", "masking", "hedges"),
    ("readers",),
    ("facts",),
    ("roster",),
    ("formula",),
    ("checks",),
    ("copies",),
    ("peers",),
    ("rulebook",),
    ("workbooks",),
    ("checklist",),
    ("trust", "mutants"),
    ("findings",),
    ("lastyears", "columnar"),
    ("neighbours", "store"),
    ("conclusion", "causes"),
    ("faults",),
    ("inference",),
    ("patterns", "reckoning"),
    ("nextgrade", "measuring", "levels"),
    ("score",),
    ("ruleschema", "examples", "expectations", "memory"),
    ("rulesheet",),
    ("review",),
    ("child", "bulk", "apart"),
    ("testing", "timing"),
    ("making",),
    ("judging",),
    ("handed",),
    ("pipeline",),
    ("casefiles",),
    ("quarters",),
    ("ledgersheet", "oldledger", "replysheet"),
    ("decided",),
    ("documents", "workfolder"),
    ("factsheet",),
    ("ledger",),
    ("bundle",),
    ("whatif",),
    ("api", "frames"),
    ("cli",),
    ("__main__",),
)

# (importer, imported): why.
EXCEPTIONS = {
    ("pipeline", "auditor"): "a run names the engine's version",
    ("bundle", "auditor"): "a difference is not called a forgery where only the program is another version",
    ("cli", "auditor"): "--version prints the version",
    ("decided", "auditor"): "a run of another version is drawn anew only where this one draws the same",
}

# Stages of the pipeline do not know each other; `audit` introduces them.
STRANGERS = (
    ("facts", "readers"),
    ("checks", "readers"),
    ("findings", "readers"),
    ("documents", "pipeline"),
    ("documents", "rulebook"),
)

# Rooms that open no file, read no clock and import no parser.
PURE = (
    "model",
    "headed",
    "masking",
    "hedges",
    "text",
    "form",
    "facts",
    "formula",
    "checks",
    "trust",
    "typed",
    "mutants",
    "expectations",
    "findings",
    "conclusion",
    "faults",
    "causes",
    "reckoning",
    "nextgrade",
    "measuring",
    "levels",
    "score",
    "patterns",
    "lastyears",
    "review",
    "copies",
    "peers",
    "neighbours",
    "quarters",
    "decided",
)
# Rooms that are pure but for their edges.
EDGES = {
    "roster": {"sheet.py", "template.py"},
    "checklist": {"sheet.py", "workbook.py"},
    "rulesheet": {"sheet.py", "workbook.py"},
    "factsheet": {"sheet.py", "workbook.py", "pictures.py"},
    "ledgersheet": {"reading.py"},
    "replysheet": {"sheet.py", "workbook.py"},
    "oldledger": {"reading.py"},
}
IMPURE_NAMES = {"open", "input", "print"}
IMPURE_MODULES = {
    *("os", "io", "pathlib", "shutil", "socket", "subprocess", "tempfile", "time", "urllib", "random", "zipfile"),
    *(
        "selectolax",
        "lxml",
        "docx",
        "openpyxl",
        "python_calamine",
        "pypdfium2",
        "olefile",
        "rapidocr",
        "cv2",
        "yaml",
        "pandas",
        "xlsxwriter",
        "docxtpl",
        "jinja2",
        "durable",
        "sqlalchemy",
        "sqlite3",
    ),
}


def rooms() -> dict[str, list[Path]]:
    out: dict[str, list[Path]] = {}
    for path in sorted(HOUSE.rglob("*.py")):
        inside = path.relative_to(HOUSE)
        room = inside.parts[0].removesuffix(".py")
        if room != "__init__":
            out.setdefault(room, []).append(path)
    return out


def imports(path: Path) -> list[tuple[str, str, int]]:
    """(module, name, line) of every import of a file, late ones included."""
    out = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            out += [(a.name, "", node.lineno) for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            out += [(node.module or "", a.name, node.lineno) for a in node.names]
    return out


def room_of(module: str, name: str) -> str | None:
    parts = module.split(".")
    if parts[0] != "auditor":
        return None
    if len(parts) > 1:
        return parts[1]
    return name if name in {r for floor in FLOORS for r in floor} else "auditor"


def floor_of(room: str) -> int:
    return next(i for i, floor in enumerate(FLOORS) if room in floor)


def test_every_room_stands_on_a_floor() -> None:
    assert set(rooms()) == {room for floor in FLOORS for room in floor}


@pytest.mark.parametrize("room", sorted(rooms()))
def test_imports_only_go_down(room: str) -> None:
    wrong = []
    for path in rooms()[room]:
        for module, name, line in imports(path):
            other = room_of(module, name)
            if other is None or other == room or (room, other) in EXCEPTIONS:
                continue
            if other == "auditor" or floor_of(other) > floor_of(room) or (room, other) in STRANGERS:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {module}.{name}")
    assert not wrong, "\n".join(wrong)


def test_exceptions_are_needed_and_have_reasons() -> None:
    used = {(room, room_of(m, n)) for room, paths in rooms().items() for p in paths for m, n, _ in imports(p)}
    for pair, reason in EXCEPTIONS.items():
        assert pair in used, f"{pair} is not needed any more"
        assert len(reason) > 10


@pytest.mark.parametrize("room", [*PURE, *EDGES])
def test_pure_rooms_touch_nothing_outside(room: str) -> None:
    wrong = []
    assert EDGES.get(room, set()) <= {path.name for path in rooms()[room]}
    for path in rooms()[room]:
        if path.name in EDGES.get(room, ()):
            continue
        for module, _, line in imports(path):
            if module.split(".")[0] in IMPURE_MODULES:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {module}")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in IMPURE_NAMES:
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} calls {node.func.id}")
            if isinstance(node, ast.Attribute) and node.attr in ("now", "today", "utcnow"):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} reads the clock")
    assert not wrong, "\n".join(wrong)


def test_only_the_inference_room_knows_durable_rules() -> None:
    for room, paths in rooms().items():
        for path in paths:
            for module, _, _ in imports(path):
                if module.split(".")[0] == "durable":
                    assert room == "inference"


def loaded_by(*arguments: str) -> set[str]:
    """The modules that a command loads, and the rooms of the house as auditor.ROOM."""
    code = "import sys; sys.argv = ['auditor', *sys.argv[1:]]\ntry:\n import auditor.cli; auditor.cli.main()\nexcept SystemExit: pass\nnames = {'.'.join(m.split('.')[: 2 if m.startswith('auditor.') else 1]) for m in sys.modules}\nprint('|'.join(sorted(names)))"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=True
    )
    return set(done.stdout.strip().splitlines()[-1].split("|"))


def test_help_imports_click_only() -> None:
    heavy = {
        "rich",
        "pydantic",
        "yaml",
        "lark",
        "re2",
        "pandas",
        "numpy",
        "selectolax",
        "lxml",
        "docx",
        "durable",
        "rapidfuzz",
        "jinja2",
    }
    assert not loaded_by("--help") & heavy


def test_rules_list_reads_no_form() -> None:
    heavy = {"pandas", "numpy", "selectolax", "lxml", "docx", "durable", "lark", "re2", "jinja2", "rich"}
    assert not loaded_by("rules", "list") & heavy


@pytest.fixture(scope="module")
def two_quarters(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A ledger of two quarters under one rulebook, nobody having decided anything, and a unit in it."""
    from ledger.quarters20 import twenty

    from auditor.ledger import open as open_ledger
    from auditor.ledger.histories import called

    path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    twenty(path, quarters=2, units=1)
    with open_ledger(path) as ledger:
        return path, called(ledger)[0].unit


@pytest.mark.parametrize(
    "arguments", [("compare", "2021Q2", "2021Q3"), ("history", "{unit}"), ("runs",), ("verify",), ("todo",)]
)
def test_what_asks_the_ledger_needs_nothing_that_reads_and_judges(
    two_quarters: tuple[Path, str], arguments: tuple[str, ...]
) -> None:
    path, unit = two_quarters
    heavy = {"pandas", "numpy", "selectolax", "lxml", "docx", "durable", "lark", "re2", "jinja2", "pydantic", "yaml"}
    rooms = {"auditor.readers", "auditor.facts", "auditor.checks", "auditor.judging", "auditor.pipeline"}
    asked = [word.format(unit=unit) for word in arguments]
    found = loaded_by(*asked, "--ledger", str(path))
    assert "sqlalchemy" in found
    assert not found & (heavy | rooms)
