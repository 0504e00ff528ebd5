"""What a name may mean: the cells, row and column names, groups and axes of the forms in scope, and the claims."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from auditor.form import Form
from auditor.spelling import closest

# Names of the profile that a formula may use: words, and numbers. The last three are what a check measured
# (how many places, which share in percent, how many days); they have a value only in the `when` of `grades`.
TEXT_NAMES = ("单位类型", "格式")
MEASURES = ("数量", "比例", "天数")
PROFILE_NAMES = (*TEXT_NAMES, "年度", *MEASURES)
LAST_YEAR = "上年."
# The median of a figure among the other units of the same year, kind and group (the peers).
PEERS = "同类."
PROSE = "正文."
PARAMETER = "参数."
# The cell that `each` has come to, where its axis lists whole cells.
THE_ELEMENT = "本项"


def partial_names(form: Form) -> frozenset[str]:
    """Row names and column names that mean a cell only together (本年新收, 自然人)."""
    halves: set[str] = set()
    for name in form.by_name:
        if "." in name:
            row, column = name.split(".", 1)
            halves |= {row, column}
    return frozenset(halves) - frozenset(form.by_name)


@dataclass(frozen=True)
class Vocabulary:
    """The names that formulas of some forms may use. Forms are in scope; `all_forms` are known to 上年."""

    forms: tuple[Form, ...]
    all_forms: tuple[Form, ...]
    subjects: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()

    @cached_property
    def names(self) -> frozenset[str]:
        """Every word that may stand in a formula as a name, prefixes included."""
        current = _names_of(self.forms)
        return (
            current
            | frozenset((*PROFILE_NAMES, THE_ELEMENT, LAST_YEAR + THE_ELEMENT))
            | {LAST_YEAR + name for name in _names_of(self.all_forms)}
            | {PEERS + name for name in current | {THE_ELEMENT} if name not in self.groups}
            | {PROSE + subject for subject in self.subjects}
            | {PARAMETER + parameter for parameter in self.parameters}
        )

    @cached_property
    def groups(self) -> frozenset[str]:
        """Names of groups of cells, which have no median of their own."""
        named = {name for form in self.forms for name in form.by_name} | {
            h for f in self.forms for h in partial_names(f)
        }
        return frozenset(name for form in self.forms for name in form.groups) - named

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches the longest name at a position."""
        ordered = sorted(self.names, key=lambda n: (-len(n), n))
        return re.compile("|".join(map(re.escape, ordered)))

    def nearest(self, word: str) -> str | None:
        """The known name most like a misspelt one, None where none is close."""
        return closest(word, self.names)


def _names_of(forms: Iterable[Form]) -> frozenset[str]:
    out: set[str] = set()
    for form in forms:
        out |= set(form.by_name) | partial_names(form) | set(form.groups)
    return frozenset(out)
