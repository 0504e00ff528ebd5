"""A rule as an inspector writes it: the keys every rule has, and those of its kind. The JSON schema is made from here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, create_model, model_validator

from auditor.checks import KINDS
from auditor.checks.check import FormulaText, Words, described
from auditor.model import DIMENSIONS, SEVERITIES, UNIT_KINDS

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_YEARS = re.compile(r"(\d{4})?\s*-\s*(\d{4})?|\d{4}")

Severity = Literal["严重", "较重", "一般", "提示"]
Certainty = Literal["certain", "suspected"]
Dimension = Literal["内容完整", "数据准确", "格式规范", "公开时效", "表里一致", "真实有效", "安全合规"]
UnitKind = Literal["乡镇", "街道", "部门", "县级以上政府", "其他"]
Letter = Literal["A", "B", "C"]
assert set(SEVERITIES) == set(Severity.__args__) and set(DIMENSIONS) == set(Dimension.__args__)  # type: ignore[attr-defined]
assert set(UNIT_KINDS) == set(UnitKind.__args__)  # type: ignore[attr-defined]


# What editors say of the values (`rules schema`).
FORMS: Mapping[str, str] = {"A": "2014—2018年统计表", "B": "2019—2020年（试行）格式", "C": "2021年起的格式"}
KINDS_OF_UNIT: Mapping[str, str] = {
    "乡镇": "乡镇人民政府",
    "街道": "街道办事处",
    "部门": "各级部门",
    "县级以上政府": "县、市、省人民政府，管委会",
    "其他": "不属于以上各类的",
}
SEVERITY: Mapping[str, str] = {
    "严重": "默认扣 5 分",
    "较重": "默认扣 3 分",
    "一般": "默认扣 1 分",
    "提示": "只提醒，不扣分",
}
CERTAINTY: Mapping[str, str] = {
    "certain": "可判定：凭报告本身即可断定（默认）",
    "suspected": "疑似：只提请核实，认定属实后才扣分",
}
DIMENSION: Mapping[str, str] = {
    "内容完整": "缺章节、缺表、空白",
    "数据准确": "统计表的勾稽关系",
    "格式规范": "序号、日期、名称、行列",
    "公开时效": "公布期限",
    "表里一致": "正文与统计表、正文前后",
    "真实有效": "雷同、套用、虚报",
    "安全合规": "泄露个人信息等",
}
CHECKS: Mapping[str, str] = {name: kind.says for name, kind in KINDS.items()}


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str | int) else value


class Years(BaseModel):
    """A range of report years, both ends included; an open end has no year."""

    model_config = ConfigDict(frozen=True)

    first: int | None = None
    last: int | None = None

    def covers(self, year: int) -> bool:
        """Whether the year lies in the range."""
        return (self.first is None or self.first <= year) and (self.last is None or year <= self.last)

    def meets(self, other: Years) -> bool:
        """Whether the two ranges share a year."""
        starts = [y.first for y in (self, other) if y.first is not None]
        ends = [y.last for y in (self, other) if y.last is not None]
        return not starts or not ends or max(starts) <= min(ends)


def years_of(value: Any) -> Any:
    """2014-2018, 2019-, -2013, 2024 as Years."""
    text = str(value).strip()
    if not _YEARS.fullmatch(text) or text == "-":
        raise ValueError("年度应写作 2014-2018、2019-、-2013 或 2024")
    if "-" not in text:
        return Years(first=int(text), last=int(text))
    first, last = (part.strip() for part in text.split("-"))
    if first and last and int(first) > int(last):
        raise ValueError("年度的起止颠倒")
    return Years(first=int(first) if first else None, last=int(last) if last else None)


YearRange = Annotated[Years, BeforeValidator(years_of, json_schema_input_type=str | int)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Applies(_Part):
    """Which reports a rule speaks of; default all."""

    form: Annotated[tuple[Letter, ...], BeforeValidator(_listed)] = described(
        "哪种格式的报告", "A，或 [B, C]；不写即全部", (), meanings=FORMS
    )
    years: YearRange = described("哪些年度", "2014-2018、2019-（及以后）、-2013（及以前）、2024", Years())
    unit_kind: Annotated[tuple[UnitKind, ...], BeforeValidator(_listed)] = described(
        "哪类单位", "乡镇，或 [乡镇, 街道]；不写即全部", (), meanings=KINDS_OF_UNIT
    )
    region: Words = described("哪些地区", "单位名称（或名册的上级）里有这些字的才适用，如 澄湖县", ())


class BasisEntry(_Part):
    """An article of a law in `laws/`, or `practice` where no article says it; some bind some kinds of unit only.

    `inferred`: the article names the figures, what must hold between them follows by arithmetic and is not printed there.
    """

    law: str | None = described("哪部法规", "laws/ 里的 id；写了 law 就不写 practice", None, names="laws")
    at: str | None = described("第几条", "如 第五十条第一款第（二）项", None)
    practice: str | None = described("实务口径", "没有条文的，写根据什么", None)
    inferred: bool = described("推得的关系", "true：条文只列出这些指标，其间的等式由此推得，没有印在条文里", False)
    unit_kind: Annotated[tuple[UnitKind, ...], BeforeValidator(_listed)] = described(
        "只约束哪类单位", "这一条依据只约束部分单位时写", (), meanings=KINDS_OF_UNIT
    )
    years: YearRange = described("只约束哪些年度", "这一条依据只约束部分年度时写", Years())

    @model_validator(mode="after")
    def _one(self) -> BasisEntry:
        if (self.law is None) is (self.practice is None):
            raise ValueError("依据应写 law（及 at）或 practice，二者只能写一个")
        if self.practice is not None and self.at is not None:
            raise ValueError("practice 没有条款，不能写 at")
        if self.practice is not None and self.inferred:
            raise ValueError("practice 不能写 inferred")
        return self


class Grade(_Part):
    """Other values where a condition holds; the first that holds replaces the rule's own."""

    when: FormulaText = described("什么时候", "公式，可用 数量、比例、天数，如 数量 ≥ 3")
    severity: Severity | None = described("改为什么严重程度", "", None, meanings=SEVERITY)
    certainty: Certainty | None = described("改为可判定或疑似", "", None, meanings=CERTAINTY)
    message: str | None = described("改为什么问题描述", "", None)
    why: str | None = described("改为什么原因", "", None)
    deduct: Decimal | None = described("改扣几分", "", None)


class Examples(_Part):
    """What the rule says of small cases; they are its tests."""

    kept: tuple[dict[str, Any], ...] = described("合规的例子", "规则应当说“合规”", (), names="example")
    broken: tuple[dict[str, Any], ...] = described("不合规的例子", "规则应当说“不合规”", (), names="example")
    suspected: tuple[dict[str, Any], ...] = described("疑似的例子", "规则应当说“疑似”", (), names="example")
    unclear: tuple[dict[str, Any], ...] = described("无法判断的例子", "规则应当说“无法判断”", (), names="example")
    not_applicable: tuple[dict[str, Any], ...] = described("不适用的例子", "规则应当说“不适用”", (), names="example")
    to_confirm: tuple[dict[str, Any], ...] = described("待人工核验的例子", "attest 规则用", (), names="example")

    def all(self) -> list[tuple[str, int, dict[str, Any]]]:
        """(outcome, number, example) of every example."""
        return [
            (name, at, example) for name in type(self).model_fields for at, example in enumerate(getattr(self, name))
        ]


class Survivor(_Part):
    """A change of the rule that no example can notice (`rules test --mutate`), and why that is right."""

    change: str = described("哪一处改动", "rules test --mutate 列出的说法，照抄")
    because: str = described("为什么可以", "为什么没有例子能发现它")


def _check_id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise ValueError("规则 id 只能用小写字母、数字和连字符，如 a-req-sum")
    if value.startswith("p-"):
        raise ValueError("p- 开头的 id 留给组合规则")
    return value


class Rule(_Part):
    """The keys that every rule has (design section 5)."""

    id: Annotated[str, BeforeValidator(lambda v: _check_id(v) if isinstance(v, str) else v)] = described(
        "编号", "小写字母、数字、连字符，如 my-zone；永不改变，改名时把旧名写进 aliases"
    )
    aliases: Words = described("旧编号", "改过名的规则，旧编号写在这里，原来的认定才跟得上", ())
    title: str = described("问题名称", "如“收到申请数与四种渠道之和不符”")
    status: Literal["draft", "active", "retired"] = described(
        "状态",
        "",
        "active",
        meanings={
            "draft": "草稿：只报告，不扣分",
            "active": "生效（默认）",
            "retired": "停用：须写 reason，可写 successor",
        },
    )
    since: str | int | None = described("从何时起", "停用或启用的时间，供人阅读", None)
    successor: str | None = described("接替的规则", "停用的规则由哪条接替", None, names="rules")
    reason: str | None = described("停用原因", "status: retired 时必填", None)
    replaces: str | None = described("替换哪条规则", "随程序安装的规则的 id：由本条代替它", None, names="rules")
    check: str = described("检查类型", "", meanings=CHECKS)
    applies: Applies = described("适用哪些报告", "不写即全部报告", Applies())
    when: FormulaText | None = described("前提条件", "公式：成立才检查，不成立为“不适用”，无法判断为“无法判断”", None)
    certainty: Certainty = described("可判定还是疑似", "", "certain", meanings=CERTAINTY)
    severity: Severity = described("严重程度", "每档扣几分见 scoring.yaml", meanings=SEVERITY)
    deduct: Decimal | None = described("扣几分", "不按严重程度扣分时才写，0—100", None, ge=0, le=100)
    grades: tuple[Grade, ...] = described("分档", "第一个成立的，替换上面的严重程度、消息等", ())
    dimension: Dimension = described("哪一方面", "", meanings=DIMENSION)
    part: str | None = described("归入哪一部分", "默认取单元格所在的部分", None)
    basis: tuple[BasisEntry, ...] = described("依据", "列表；没有条文的写 [{practice: …}]", min_length=1)
    message: str = described("问题描述", "花括号里写指标名即填入其值，如 收到 {收到申请数} 件")
    why: str = described("为什么是问题", "一句话，写给被检查的单位看")
    verify: str = described("人工核对要点", "核对什么材料", "")
    remedy: str = described("怎样改", "整改要求")
    covers: Words = described("包含的规则", "同一原因的较宽规则的 id：两条同时成立时只按本条扣分", (), names="rules")
    note: str | None = described("备注", "只供写规则的人看", None)
    examples: Examples = described("例子", "规则的测试：kept、broken 等各列几个", Examples())
    survivors: tuple[Survivor, ...] = described("发现不了的改动", "", ())

    @property
    def first_id(self) -> str:
        """The oldest alias: it names the rule in fingerprints, so that verdicts outlive a new id."""
        return self.aliases[0] if self.aliases else self.id


@cache
def models() -> Mapping[str, type[Rule]]:
    """One model per kind of check: the common keys and the kind's own."""
    return {
        name: create_model(f"{name.title()}Rule", __base__=(Rule, kind.keys), check=(Literal[name], ...))  # type: ignore[arg-type]
        for name, kind in KINDS.items()
    }


def kind_keys(rule: Rule) -> Any:
    """The keys of the rule's kind as its Keys class."""
    keys = KINDS[rule.check].keys
    return keys.model_construct(**{name: getattr(rule, name) for name in keys.model_fields})
