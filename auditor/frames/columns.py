"""The columns of every table: name, type and meaning; and rows of nouns -> a table of exactly these columns.

text   string (nullable, held as Python's str)      whole  Int64 (nullable)
flag   boolean (nullable)                           exact  object: decimal.Decimal
A row is a mapping of names; what it lacks, and None, is pd.NA. A word that is no column is a bug and refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

TEXT, WHOLE, FLAG, EXACT = "text", "whole", "flag", "exact"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type, what a sheet calls it, and what it means where the head does not say it all."""

    kind: str
    head: str
    meaning: str = ""


Columns = Mapping[str, Column]

_WHOSE: Columns = {
    "quarter": Column(TEXT, "季度", "如 2026Q1；没有注明季度的批次，在台账里按其日期"),
    "run": Column(TEXT, "批次号"),
    "source": Column(TEXT, "来源文件"),
    "unit": Column(TEXT, "单位", "全称"),
    "unit_kind": Column(TEXT, "单位类别", "乡镇、街道、部门、县级以上政府、其他"),
    "group": Column(TEXT, "分组", "名册中的分组，没有的为单位类别"),
    "region": Column(TEXT, "地区", "名册中的上级（台账），没有的为名称中的地名"),
    "year": Column(WHOLE, "报告年度"),
    "form": Column(TEXT, "表样", "A、B、C"),
}
SCORES: Columns = {
    **_WHOSE,
    "state": Column(
        TEXT, "状态", "完整；部分未读（得分是区间 low 至 points）；无法读取；未报；未能计入认定（得分是规则的得分）"
    ),
    "points": Column(EXACT, "得分", "计入认定和豁免"),
    "rules_points": Column(EXACT, "规则得分", "不计认定和豁免"),
    "without_waivers": Column(EXACT, "豁免也扣分的得分"),
    "if_suspected": Column(EXACT, "疑似全部属实的得分"),
    "low": Column(EXACT, "最低可能得分", "未读部分全部有问题时；与得分相等即读全"),
    "grade": Column(TEXT, "等次"),
    "broken": Column(WHOLE, "确定问题", "不含试行规则和组合结论，以下同"),
    "suspected": Column(WHOLE, "疑似问题"),
    "upheld": Column(WHOLE, "属实"),
    "dismissed": Column(WHOLE, "不属实"),
    "waived": Column(WHOLE, "豁免"),
    "undecided": Column(WHOLE, "未认定"),
    "unclear": Column(WHOLE, "无法判断", "无法判断的规则，条"),
    "issued_points": Column(EXACT, "印发得分", "台账"),
    "issued_grade": Column(TEXT, "印发等次", "台账"),
    "issued_rank": Column(WHOLE, "印发名次", "台账"),
}
FINDINGS: Columns = {
    **_WHOSE,
    "number": Column(TEXT, "问题编号", "台账"),
    "rule": Column(TEXT, "规则编号"),
    "title": Column(TEXT, "问题名称"),
    "outcome": Column(TEXT, "结果", "broken 不合规，suspected 疑似"),
    "severity": Column(TEXT, "严重程度"),
    "dimension": Column(TEXT, "方面"),
    "message": Column(TEXT, "问题描述"),
    "facts": Column(TEXT, "数据项", "编号，以空格分开"),
    "cost": Column(EXACT, "单独扣分", "单独存在时"),
    "deducted": Column(EXACT, "实际扣分"),
    "absorbed_by": Column(TEXT, "由何问题扣分", "指纹"),
    "conclusion": Column(FLAG, "组合结论"),
    "draft": Column(FLAG, "试行规则"),
    "manual": Column(FLAG, "人工发现"),
    "verdict": Column(TEXT, "认定", "属实、不属实、豁免；未认定为 NA"),
    "verdict_why": Column(TEXT, "认定理由"),
    "verdict_by": Column(TEXT, "认定人"),
    "reopened": Column(TEXT, "原认定为何失效"),
    "fingerprint": Column(TEXT, "问题指纹"),
    "content": Column(TEXT, "内容指纹", "变了，认定要重做"),
}
FACTS: Columns = {
    **_WHOSE,
    "fact": Column(TEXT, "数据项编号"),
    "name": Column(TEXT, "数据项"),
    "measure": Column(TEXT, "计量单位"),
    "state": Column(TEXT, "状态", "number blank na text unreadable absent"),
    "count": Column(WHOLE, "个数", "整数；其余为 NA"),
    "amount": Column(EXACT, "金额", "万元；也有不是整数的个数；其余为 NA"),
    "raw": Column(TEXT, "原文"),
    "note": Column(TEXT, "说明"),
    "inferred": Column(TEXT, "为何是推定"),
    "typed_by": Column(TEXT, "录入人", "人工录入的才有"),
}
TRENDS: Columns = {
    "over": Column(TEXT, "时间", "季度，或者报告年度"),
    "key": Column(TEXT, "类别", "所按的词；全部为空"),
    "title": Column(TEXT, "问题名称", "按规则时"),
    "reports": Column(WHOLE, "报告数"),
    "full": Column(WHOLE, "读全的报告"),
    "partly": Column(WHOLE, "部分未读", "得分是区间，不进平均分"),
    "unread": Column(WHOLE, "无法读取", "不进任何平均"),
    "missing": Column(WHOLE, "未报", "不进任何平均"),
    "unreckoned": Column(WHOLE, "未能计入认定", "规则库未存，按规则得分"),
    "affected": Column(WHOLE, "有问题的报告"),
    "mean": Column(EXACT, "平均分", "读全的报告，计入认定"),
    "median": Column(EXACT, "中位数", "同上"),
    "best": Column(EXACT, "最高分", "同上"),
    "worst": Column(EXACT, "最低分", "同上"),
    "mean_low": Column(EXACT, "平均分下限", "全部报告，区间取下限"),
    "mean_high": Column(EXACT, "平均分上限", "全部报告，区间取上限"),
    "rules_mean": Column(EXACT, "规则平均分", "读全的报告，不计认定"),
    "findings": Column(WHOLE, "问题数"),
    "broken": Column(WHOLE, "确定问题"),
    "suspected": Column(WHOLE, "疑似问题"),
    "upheld": Column(WHOLE, "属实"),
    "dismissed": Column(WHOLE, "不属实"),
    "waived": Column(WHOLE, "豁免"),
    "undecided": Column(WHOLE, "未认定"),
    "new": Column(WHOLE, "新发现"),
    "persisting": Column(WHOLE, "仍存在"),
    "returned": Column(WHOLE, "再次出现"),
    "mended": Column(WHOLE, "已改正", "重新读取后判为合规的"),
}
RULES: Columns = {
    "rule": Column(TEXT, "规则编号"),
    "title": Column(TEXT, "问题名称"),
    "severity": Column(TEXT, "严重程度"),
    "dimension": Column(TEXT, "方面"),
    "status": Column(TEXT, "规则状态", "active draft retired"),
    "check": Column(TEXT, "检查类型", "组合规则为 NA"),
    "listed": Column(FLAG, "现行规则库中有"),
    "asked": Column(WHOLE, "判断过的报告", "每季度一份计一次"),
    "quarters": Column(WHOLE, "报出的季度"),
    "fired": Column(WHOLE, "报出", "同一问题、同一内容只计一次"),
    "units": Column(WHOLE, "涉及单位"),
    "upheld": Column(WHOLE, "属实"),
    "dismissed": Column(WHOLE, "不属实"),
    "waived": Column(WHOLE, "豁免"),
    "undecided": Column(WHOLE, "未认定"),
    "dismissed_share": Column(EXACT, "不属实占比", "%，占属实和不属实之和；没有认定的为 NA"),
    "standing": Column(WHOLE, "仍存在"),
    "mended": Column(WHOLE, "已改正"),
    "doubtful": Column(FLAG, "过半不属实"),
    "silent": Column(FLAG, "从未报出"),
}
FATES: Columns = {
    "unit": Column(TEXT, "单位", "全称"),
    "year": Column(WHOLE, "报告年度"),
    "number": Column(TEXT, "问题编号", "台账"),
    "rule": Column(TEXT, "规则编号"),
    "title": Column(TEXT, "问题名称"),
    "outcome": Column(TEXT, "结果", "broken 不合规，suspected 疑似"),
    "severity": Column(TEXT, "严重程度"),
    "dimension": Column(TEXT, "方面"),
    "message": Column(TEXT, "问题描述"),
    "fate": Column(TEXT, "变化", "新发现、仍存在、再次出现、已改正、改列、不再作为问题、本季未检查 …"),
    "why": Column(TEXT, "变化说明"),
    "stood": Column(WHOLE, "连续季度", "不再存在的为 NA"),
    "since": Column(TEXT, "自何季度", "不再存在的为 NA"),
    "verdict": Column(TEXT, "认定", "属实、不属实、豁免；未认定为 NA"),
    "overdue": Column(TEXT, "已过期限", "年-月-日；没有逾期的为 NA"),
}
MOVES: Columns = {
    "unit": Column(TEXT, "单位", "全称"),
    "year": Column(WHOLE, "报告年度"),
    "group": Column(TEXT, "分组", "名册中的分组，没有的为单位类别"),
    "before": Column(EXACT, "前次得分", "没有检查的为 NA"),
    "after": Column(EXACT, "本次得分", "没有检查的为 NA"),
    "issued": Column(EXACT, "前次印发得分"),
    "by_report": Column(EXACT, "因报告变化"),
    "by_rulebook": Column(EXACT, "因规则变化"),
    "by_verdicts": Column(EXACT, "因认定变化"),
    "by_other": Column(EXACT, "因其他变化", "读取程序、比对材料、核验结论"),
    "rank_before": Column(WHOLE, "前次名次", "得分是区间的没有名次"),
    "rank_after": Column(WHOLE, "本次名次", "得分是区间的没有名次"),
    "up": Column(WHOLE, "名次上升", "下降为负"),
}
HEADS: Mapping[str, str] = {
    name: column.head
    for table in (SCORES, FINDINGS, FACTS, TRENDS, RULES, FATES, MOVES)
    for name, column in table.items()
}
"""What a sheet calls each column."""

Row = Mapping[str, object]


def frame(columns: Columns, rows: Iterable[Row]) -> pd.DataFrame:
    """The table of these rows, in their order. Raises KeyError for a word that is no column."""
    import pandas as pd

    given = list(rows)
    if strange := {name for row in given for name in row} - set(columns):
        raise KeyError(f"no such columns: {sorted(strange)}")
    made = {name: _column([row.get(name) for row in given], column.kind) for name, column in columns.items()}
    return pd.DataFrame(made, columns=list(columns))


def _column(values: list[object], kind: str) -> Any:
    """The values of one column in its type."""
    import pandas as pd

    values = [pd.NA if value is None else value for value in values]
    if kind == EXACT:
        return pd.array([v if v is pd.NA else _exact(v) for v in values], dtype=object)
    dtype = {TEXT: pd.StringDtype("python", na_value=pd.NA), WHOLE: pd.Int64Dtype(), FLAG: pd.BooleanDtype()}[kind]
    return pd.array(values, dtype=dtype)  # type: ignore[call-overload]  # its stubs list the types one by one


def _exact(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value)
    raise TypeError(f"no exact number: {value!r}")
