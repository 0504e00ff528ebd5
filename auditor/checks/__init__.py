"""The kinds of check: a closed list, one module each. A rule names one; a rule that fits none is a new module.

Every module gives NAME, SCOPE, WORDS (placeholders of its messages), a Keys class and `compile(keys, context) -> Check`.
SCOPE says which form `applies.form` means: `facts` the form of the tables found, `year` the form that the report year
orders, `form` either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.checks import (
    agreement,
    attest,
    date,
    equation,
    filing,
    filled,
    form,
    outlier,
    section,
    similarity,
    wording,
)
from auditor.checks.check import Check, Compiling, Keys


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of check."""

    name: str
    scope: str
    words: frozenset[str]
    keys: type[Keys]
    compile: Callable[[Any, Compiling], Check]
    says: str


KINDS: Mapping[str, Kind] = {
    module.NAME: Kind(module.NAME, module.SCOPE, module.WORDS, keys, module.compile, says)
    for module, keys, says in (
        (equation, equation.EquationKeys, "表内数据的关系：总数等于分项之和，本年与上年衔接"),
        (filled, filled.FilledKeys, "不能空白，应填数字，签署齐全"),
        (section, section.SectionKeys, "应有的章节和内容，标题序号"),
        (wording, wording.WordingKeys, "正文应说的话、不应说的话"),
        (agreement, agreement.AgreementKeys, "正文的数字与统计表一致，正文前后一致"),
        (date, date.DateKeys, "期限、日期、年份"),
        (form, form.FormKeys, "用对年度的格式，行列不缺不多"),
        (similarity, similarity.SimilarityKeys, "与上年报告、与其他单位的报告雷同"),
        (outlier, outlier.OutlierKeys, "数字与同类单位相差悬殊"),
        (attest, attest.AttestKeys, "需要人去看的：列入核验清单"),
        (filing, filing.FilingKeys, "报没报，有没有不同的版本"),
    )
}
