"""Reports and rulebooks for the truth table: a sound report with edits -> the bytes of a real file; shipped rules -> a small rulebook.

Report    柳汀镇's report of 2025 of the fictional county (tests/county/content), under a name of its own for every case
Edits     cells {fact: text}, text [[old, new], …], as (dress), dropped (blocks of table four), form
Rulebook  the shipped forms, laws, claims and scoring with some of the shipped rules and patterns as they are, which a case may
          rewrite; through the real loader
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from auditor.rulebook import Rulebook, build, read_texts
from auditor.rulebook.texts import RuleFile, Texts

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "county"))

import make  # noqa: E402

TOWN = "柳汀镇"
RULES = (
    "t2-blank", "t3-blank", "t3-equation", "t3-colsum", "t3-total", "t3-carry-yoy", "t4-blank", "t4-sum",
    "g-six-section", "g-section-order", "g-section-name", "g-fee-report", "g-placeholder", "g-typo", "g-pii", "g-contact",
    "g-deadline", "g-title-year", "g-multi-version", "g-attach-broken", "n-norm", "n-req", "t3-carry-rate", "g-section-empty",
)  # fmt: skip
PATTERNS = ("p-fault-cell", "p-arithmetic-collapse")
PARAMETERS = (
    "公布期限: {title: 期限, kind: 日期, otherwise: 未设定, values: [{value: 01-31, source: 县政府公开办通知}]}\n"
)
Rewrite = Callable[[dict[str, dict[str, Any]]], None]


@cache
def base(file: str = "2025-liuting") -> make.Content:
    """The sound report."""
    return make.load(make.HERE / "content" / f"{file}.yaml")


def town(at: int) -> str:
    """A town of a case of its own; none of them is a town of the county."""
    first, second = divmod(at, 8)
    return f"{'松竹梅兰菊荷桃杏枫桂棠榆'[first]}{'溪塘岭湾坪坞渡浦'[second]}镇"


def file(name: str, edits: Mapping[str, Any], year_file: str = "2025-liuting") -> bytes:
    """The bytes of a report of that town with the edits. Raises AssertionError for words that are not there to be replaced."""
    if edits.get("damaged"):
        return b"PK\x03\x04" + b"damaged" * 40
    content = base(year_file)
    named = edits.get("named", name)
    cells = {id: str(value) for id, value in edits.get("cells", {}).items()}
    assert set(cells) <= set(content.cells), set(cells) - set(content.cells)
    page = content.page
    made = replace(
        content,
        text=_replaced(content.text, edits.get("text", ())).replace(TOWN, named),
        organisation=content.organisation.replace(TOWN, named),
        cells={**content.cells, **cells},
        dress=edits.get("as", "html"),
        dropped=tuple(edits.get("dropped", ())),
        page=replace(
            page,
            title=page.title.replace(TOWN, named),
            organisation=page.organisation.replace(TOWN, named),
            publisher=page.publisher.replace(TOWN, named),
            published=str(edits.get("published", page.published)),
            stamp=edits.get("stamp", page.stamp),
        ),
    )
    data = make.render(made)
    return _with_rows(data, edits["rows"]) if "rows" in edits else data


def suffix(edits: Mapping[str, Any]) -> str:
    """The suffix of the file of such a report."""
    return {"docx": ".docx", "txt": ".txt", "xlsx": ".xlsx"}.get(edits.get("as", "html"), ".html")


def _replaced(text: str, pairs: Sequence[Sequence[str]]) -> str:
    text = "".join(f"  {line}\n" for line in text.splitlines())
    for old, new in pairs:
        assert old in text, f"no such words: {old}"
        text = text.replace(old, new)
    return text


def _with_rows(data: bytes, rows: Mapping[str, Any]) -> bytes:
    """A page with a row put in above the row of that label, or two rows with their places changed."""
    text = data.decode()
    if "above" in rows:
        row = _row(text, rows["above"])
        return text.replace(row, row.replace(rows["above"], rows["label"]) + row).encode()
    one, other = (_row(text, label) for label in rows["swap"])
    assert one in text and other in text and one != other
    return text.replace(one, "<!-- -->").replace(other, one).replace("<!-- -->", other).encode()


def _row(text: str, label: str) -> str:
    at = text.index(f">{label}<")
    start, end = text.rindex("<tr>", 0, at), text.index("</tr>", at) + len("</tr>")
    return text[start:end]


@cache
def _shipped() -> tuple[tuple[RuleFile, ...], dict[str, dict[str, Any]], tuple[RuleFile, ...]]:
    """What is no rule, the rules by id, the patterns."""
    texts = read_texts()
    data = tuple(f for f in texts.files if f.room not in ("rules", "patterns"))
    rules: dict[str, dict[str, Any]] = {}
    for one in texts.files:
        if one.room == "rules":
            listed = yaml.load(one.text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
            rules |= {rule["id"]: rule for rule in (listed if isinstance(listed, list) else [listed])}
    patterns = tuple(f for f in texts.files if f.room == "patterns" and Path(f.inside).stem in PATTERNS)
    return data, rules, patterns


def rulebook(
    rewrite: Rewrite | None = None, profile: str = "", parameters: str = PARAMETERS, own_rules: str = ""
) -> Rulebook:
    """The chosen rules, rewritten; with a county's profile and rules of its own where they are given."""
    data, shipped, patterns = _shipped()
    rules = {id: dict(shipped[id]) for id in RULES}
    for rule in rules.values():
        rule["covers"] = [id for id in rule.get("covers", ()) if id in RULES]
    if rewrite is not None:
        rewrite(rules)
    text = yaml.safe_dump(list(rules.values()), allow_unicode=True, sort_keys=False)
    own = [RuleFile(0, "table.yaml", "rules/table.yaml", text)]
    own.append(RuleFile(1, "parameters.yaml", "own/parameters.yaml", parameters))
    if own_rules:
        own.append(RuleFile(1, "own.yaml", "own/own.yaml", own_rules))
    if profile:
        own.append(RuleFile(1, "../profile.yaml", "profile.yaml", profile))
    named = tuple(RuleFile(f.root, f.inside, f.shown, _only_known(f.text)) for f in patterns)
    return build(Texts((*data, *own, *named)))


def shipped() -> dict[str, dict[str, Any]]:
    """All shipped rules by id."""
    return _shipped()[1]


def _only_known(text: str) -> str:
    """A pattern without rules that are not among the chosen ones."""
    data = yaml.safe_load(text)
    of = data["when"].get("of")
    if of:
        of["rule"] = [id for id in of["rule"] if id in RULES or id in PATTERNS]
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
