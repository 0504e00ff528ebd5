"""`auditor rules list`: ids, severities and titles from the YAML alone; no form is read, no example runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from auditor.cli import RULEBOOK, fail
from auditor.cli.workplace import instead, own_rules
from auditor.rulebook.mistakes import RulebookError
from auditor.rulebook.source import parse
from auditor.rulebook.texts import read_texts

_KEYS = ("id", "title", "check", "severity", "certainty", "dimension", "status")


def run(folders: Sequence[Path], as_json: bool) -> int:
    """Lists the rules; the exit code."""
    rules, broken = _rules(folders)
    if broken:
        for line in broken:
            click.echo(line, err=True)
        fail(RULEBOOK, "规则文件有错误，请运行 auditor rules check 查看全部错误")
    if as_json:
        click.echo(json.dumps(rules, ensure_ascii=False, indent=1))
        return 0
    width = max((len(r["id"]) for r in rules), default=0)
    for rule in rules:
        mark = "疑似" if rule["certainty"] == "suspected" else "可判定"
        state = {"draft": "（试行）", "retired": "（停用）"}.get(rule["status"], "")
        click.echo(f"{rule['id']:<{width}}  {rule['severity']}  {mark:　<3}  {rule['title']}{state}")
    click.echo(f"共 {len(rules)} 条。auditor rules show 规则ID 查看内容。")
    return 0


def _rules(folders: Sequence[Path]) -> tuple[list[dict[str, Any]], list[str]]:
    out: dict[str, dict[str, Any]] = {}
    try:
        pack = instead()
        texts = read_texts(folders, own_rules(pack), pack)
    except RulebookError as error:
        return [], [str(m) for m in error.mistakes]
    broken: list[str] = []
    for file in texts.files:
        if file.room not in ("rules", "patterns"):
            continue
        source = parse(file.shown, file.text)
        broken += [str(m) for m in source.mistakes]
        for data in source.data if isinstance(source.data, list) else [source.data]:
            if isinstance(data, dict) and "id" in data:
                row = _row(data, file.room)
                out[str(data.get("replaces") or row["id"])] = row
    return sorted(out.values(), key=lambda r: r["id"]), broken


def _row(data: dict[str, Any], room: str) -> dict[str, Any]:
    then = data.get("then") if isinstance(data.get("then"), dict) else {}
    row = {key: str(data.get(key) or (then or {}).get(key) or "") for key in _KEYS}
    row["certainty"] = row["certainty"] or "certain"
    row["status"] = row["status"] or "active"
    row["check"] = row["check"] or ("pattern" if room == "patterns" else "")
    return row
