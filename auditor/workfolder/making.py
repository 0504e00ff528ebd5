"""Answers -> a work folder: profile.yaml, scoring.yaml, holidays.yaml, 名册.xlsx, rules/, reports/, audits/. Nothing that is there is touched."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from auditor.roster.template import render as roster
from auditor.workfolder import AUDITS, CHECKLISTS, HOLIDAYS, PROFILE, REPORTS, ROSTER, RULES, SCORING

TEMPLATES = Path(__file__).parent / "templates"
_RULES_WORDS = """# 本县的规则

把本县自己的规则（*.yaml）放在这个文件夹里，审核时自动使用；本县的文件、办法放在 laws 文件夹里。
新写一条：`auditor rules new --folder rules`；检查写法：`auditor rules check`。写法见规则库的 README。
"""
_LAWS_WORDS = """# 本县的依据

本县规则引用的文件、办法，一个文件写一部或几部，写法与规则库的 laws 文件夹相同。
"""
_CHECKLISTS_WORDS = """# 填好的核验清单

审核生成的“核验清单.xlsx”列出要人看的事项。填好后放在这个文件夹里（文件名以“核验清单”开头，几份都可以），
再次审核时自动采用；同一事项核验过几次的，以核验日期最后的为准。
"""


@dataclass(frozen=True, slots=True)
class Answers:
    """What `auditor init` was told; what was left out stays open in the profile, never guessed."""

    name: str
    region: tuple[str, ...] = ()
    issuer: str = ""
    kind: Literal["政府办公室", "其他"] = "政府办公室"
    numbering: str = ""
    contact: str = ""
    blank: bool | None = None
    deadline: str = ""
    deadline_source: str = ""
    assessment: str = ""
    assessment_number: str = ""
    assessment_from: int | None = None
    old: Literal["更正并附说明", "记录在案"] = "更正并附说明"


@dataclass(frozen=True, slots=True)
class Made:
    """What was written and what was there already, by name."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def make(folder: Path, answers: Answers) -> Made:
    """Writes what is missing. Raises OSError where the folder cannot be written."""
    parts: dict[str, Callable[[], bytes]] = {
        PROFILE: lambda: profile(answers).encode(),
        SCORING: lambda: (TEMPLATES / SCORING).read_bytes(),
        HOLIDAYS: lambda: (TEMPLATES / HOLIDAYS).read_bytes(),
        ROSTER: lambda: roster(),
        f"{RULES}/README.md": lambda: _RULES_WORDS.encode(),
        f"{RULES}/laws/README.md": lambda: _LAWS_WORDS.encode(),
        f"{CHECKLISTS}/README.md": lambda: _CHECKLISTS_WORDS.encode(),
    }
    written, kept = [], []
    for name, content in parts.items():
        path = folder / name
        if path.exists():
            kept.append(name)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content())
        written.append(name)
    for name in (REPORTS, AUDITS):
        (kept if (folder / name).is_dir() else written).append(f"{name}/")
        (folder / name).mkdir(exist_ok=True)
    return Made(tuple(written), tuple(kept))


def profile(answers: Answers) -> str:
    """profile.yaml with its explanations."""
    return (
        (TEMPLATES / PROFILE)
        .read_text(encoding="utf-8")
        .format(
            name=quoted(answers.name),
            region=f"[{', '.join(map(quoted, answers.region))}]",
            issuer=_issuer(answers),
            numbering=quoted(answers.numbering),
            contact=quoted(answers.contact),
            assessment=_assessment(answers),
            parameters=_parameters(answers),
            old=answers.old,
        )
    )


def quoted(word: str) -> str:
    """A word as YAML reads it back, whatever stands in it."""
    return "'" + " ".join(word.split()).replace("'", "''") + "'"


_REGION = re.compile(r"[^\s、，,/]+?(?:自治区|自治州|自治县|省|地区|市|州|盟|县|区|旗)")


def regions(words: str) -> tuple[str, ...]:
    """湖南省岳阳市华容县, or the same with blanks or 、 between -> the places, the largest first."""
    parts = re.split(r"[\s、，,/]+", words.strip())
    return tuple(part for part in (parts if len(parts) > 1 else _REGION.findall(words) or parts) if part)


def _issuer(answers: Answers) -> str:
    off = "" if answers.issuer else "# "
    name = quoted(answers.issuer) if answers.issuer else "澄湖县人民政府办公室"
    return f"{off}发文机关:\n{off}  name: {name}\n{off}  kind: {answers.kind}"


def _assessment(answers: Answers) -> str:
    if not answers.assessment:
        return (
            "# 考核办法:\n"
            "#   name: 澄湖县政府信息公开工作考核办法\n"
            "#   number: 澄政办发〔2026〕3号\n"
            "#   years: 2025-                         # 从哪一年度的报告起适用；不写的适用于所有年度"
        )
    lines = ["考核办法:", f"  name: {quoted(answers.assessment)}"]
    lines += [f"  number: {quoted(answers.assessment_number)}"] if answers.assessment_number else []
    lines += [f"  years: {answers.assessment_from}-"] if answers.assessment_from else []
    return "\n".join(lines)


def _parameters(answers: Answers) -> str:
    """The county's parameters; a deadline of townships that nobody named is an example, never a default."""
    source = quoted(answers.deadline_source or "本县规定")
    deadline = f"{{value: {answers.deadline or '01-31'}, years: 2019-, unit_kind: [乡镇, 街道], source: {source}}}"
    blank = f"{{value: {'true' if answers.blank else 'false'}, source: 本县规定}}"
    lines = [""]
    for off, key, value in (
        (not answers.deadline, "公布期限:          # 乡镇、街道年报的公布期限（次年的月-日）", deadline),
        (answers.blank is None, "允许留空:          # 没有发生的，统计表是否可以留空", blank),
    ):
        mark = "# " if off else ""
        lines += [f"{mark}  {key}", f"{mark}    - {value}"]
    return "\n".join(lines)
