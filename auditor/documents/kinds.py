"""The kinds of papers: what each is called, whether one is made for each unit, and which room makes it.

made(matter, ["通报", "台账"])     the files of those kinds, in order
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from auditor.documents.matter import Made, Matter


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of paper. `module` has a function `made(matter) -> Iterator[Made]`; `sent`: it goes to the unit."""

    name: str
    module: str
    each: bool
    sent: bool = False


KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("通报", "circular", each=False),
        Kind("通知", "order", each=True, sent=True),
        Kind("反馈函", "inquiry", each=True, sent=True),
        Kind("反馈表", "replies", each=True, sent=True),
        Kind("建议表", "advice", each=True, sent=True),
        Kind("评分表", "scorecard", each=True, sent=True),
        Kind("核查单", "confirmation", each=True),
        Kind("台账", "workbook", each=False),
        Kind("统计", "statistics", each=False),
        Kind("网页", "page", each=False),
    )
}


def made(matter: Matter, names: Sequence[str]) -> Iterator[Made]:
    """The papers of these kinds. An unknown name is a mistake of the caller: KeyError before anything is made."""
    for kind in [KINDS[name] for name in names]:
        yield from import_module(f"auditor.documents.{kind.module}").made(matter)
