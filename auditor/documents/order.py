"""Orders to mend: a unit's problems that stand as certain -> 通知.docx (整改通知书.docx, 函.docx), one per unit.

Which     a 通知; with the option 通知书 a 整改通知书; a unit outside the county government's line is asked by 函: no power is
          named, no points, no consequence, no order
Nothing   certain: no paper. Suspected, withdrawn, 不属实, waived and tentative findings are in none
Facts     which report, then problem by problem: what is wrong, where, in what words, by which duty of then, what to do by when; what
          is counted with a problem stands indented under it without points
Powers    the article that lets the office order mending on the day of the audit; 通报批评 is threatened only where 第四十七条 of the
          regulation of 2019 is that article, which says so
Points    only where the county's 考核办法 is named
Draft     while something of the unit is undecided; a recorded letter lists exactly its items, bears its number and day, no mark
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from auditor.documents import letter_words, official, particulars, words
from auditor.documents.letter_words import Wording
from auditor.documents.matter import Made, Matter
from auditor.documents.particulars import Particular, Subject
from auditor.documents.printing import line
from auditor.documents.tally import Addressee
from auditor.quarters.mending import ORDER

OPTION: Final = "通知书"
FILES: Final = {"通知": "通知.docx", "通知书": "整改通知书.docx", "函": "函.docx"}
TEMPLATES: Final = {"通知": "通知", "通知书": "通知", "函": "函"}
_THREATENS: Final = ("regulation-2019", "第四十七条")


def made(matter: Matter) -> Iterator[Made]:
    """The paper of every unit that has something certain to mend."""
    for one in matter.addressees:
        found = particulars.subjects(matter, one, ORDER)
        if letter_words.is_held(found):
            paper = _paper(matter, one)
            path = matter.stationery.template(TEMPLATES[paper])
            yield Made(FILES[paper], official.fill(path, context(matter, one, found)), one.unit)


def _paper(matter: Matter, one: Addressee) -> str:
    """By which kind of paper this unit is written to; also the name of its phrases."""
    return "函" if one.outside else "通知书" if matter.options.get(OPTION) else "通知"


def context(matter: Matter, one: Addressee, found: Sequence[Subject]) -> dict[str, object]:
    """The fields of the template."""
    paper, letter = _paper(matter, one), matter.letter(one.unit, ORDER)
    words_ = Wording(matter, paper, letter_words.addressed(one))
    order = _Order(words_, one, found)
    fields = official.head(
        matter,
        words_.said("标题未公布" if order.is_missing else "标题"),
        one.unit,
        letter=letter,
        as_letter=one.outside,
        annexes=(words_.said("反馈表"), words_.said("回执")),
        undecided=particulars.undecided(one) if letter is None else 0,
    )
    return {
        **fields,
        "主送": line(one.unit),
        "开头": order.opening(str(fields["经同意"])),
        "检查": words_.checked(found),
        "问题": [order.problem(*each) for each in letter_words.numbered(found)],
        "要求": order.demands(str(fields["落款"])),
        "反馈": order.answers(str(fields["落款"])),
        "回执": words_.said("回执"),
    }


class _Order:
    """The sentences of one unit's paper."""

    def __init__(self, said: Wording, one: Addressee, found: Sequence[Subject]) -> None:
        self._words, self._one, self._found = said, one, found
        self._county = said.matter.tally.audit.county
        self._powers = () if one.outside else said.matter.tally.audit.powers
        self._all = [told for subject in found for told in subject.particulars]
        self.is_missing = letter_words.is_missing(found)

    def opening(self, consent: str) -> str:
        """经检查，你单位2025年度政府信息公开工作年度报告存在3个问题。根据……，现将有关事项通知如下。"""
        powers = "、".join(words.basis_words(one) for one in self._powers)
        by = self._words.said("依据", 权力=powers) if powers else ""
        name = "开头未公布" if self.is_missing else "开头"
        return self._words.said(name, 报告=self._words.reports(self._found), 数=self._count(), 依据=by, 经同意=consent)

    def _count(self) -> str:
        """The number of problems, where the letter has all that the tally counts; else 下列问题, for two numbers would be told."""
        counted = {one.finding.fingerprint for one in self._one.problems}
        told = [one.ref for one in self._all]
        if set(told) == counted and len(told) == len(counted):
            return self._words.said("个数", 数=len(told))
        return self._words.said("下列")

    # --- a problem

    def problem(self, at: int, subject: Subject, one: Particular) -> dict[str, object]:
        """A heading, its paragraphs (a lead and words), and what is counted with it, indented."""
        year = letter_words.year_note(self._found, subject)
        shared, each = self._words.deadlines(one)
        severity = "" if self._one.outside else one.severity
        if one.withdrawn:
            title = letter_words.headed(at, self._words.said("撤销", 编号=one.number, 原因=one.withdrawn))
        else:
            title = letter_words.headed(at, one.title, year, severity, one.number)
        own = shared or each.get(one.ref, "")
        return {
            "标题": title,
            "段": [] if one.withdrawn else list(self._paragraphs(one, own)),
            "同因": self._under_words(one),
            "下": [self._under(n, one, part, each.get(part.ref, "")) for n, part in enumerate(one.under, 1)],
        }

    def _paragraphs(self, one: Particular, deadline: str) -> Iterator[dict[str, str]]:
        yield {"引": "", "文": f"{one.said}。"}
        if place := letter_words.place(one):
            yield {"引": "", "文": place}
        if one.basis:
            yield {"引": "依据：", "文": f"{one.basis}。"}
        if demand := self._demand(one.demand, deadline):
            yield {"引": "整改建议：" if self._one.outside else "整改要求：", "文": demand}
        if one.points and self._county.assessment and not self._one.outside:
            points = words.points_words(one.points)
            yield {"引": "扣分：", "文": self._words.said("扣分", 办法=line(self._county.assessment), 分=points)}

    def _demand(self, demand: str, deadline: str) -> str:
        if deadline and demand:
            return self._words.said("整改限期", 要求=demand, 期限=deadline)
        if deadline:
            return self._words.said("只限期", 期限=deadline)
        return self._words.said("整改", 要求=demand) if demand else ""

    def _under_words(self, one: Particular) -> str:
        """What the indented ones are to the problem above them."""
        if not one.under:
            return ""
        fields = {"数": len(one.under)}
        if self._one.outside:
            return self._words.said("结论所据" if one.heads else "同一原因", **fields)
        free = self._words.said("不扣分") if self._county.assessment else ""
        return self._words.said("结论所据" if one.heads else "同一原因", **fields, 不扣分=free)

    def _under(self, at: int, head: Particular, one: Particular, deadline: str) -> str:
        """One of them in one paragraph, without points; its demand where that is another than the one above."""
        if one.withdrawn:
            return f"{at}.{self._words.said('撤销', 编号=one.number, 原因=one.withdrawn)}"
        number = f"（{one.number}）" if one.number else ""
        said = f"{at}.{one.title}{number}：{one.said}。{letter_words.place(one)}"
        said += f"依据：{one.basis}。" if set(one.bases) - set(head.bases) else ""
        demand = self._demand(one.demand if one.demand != head.demand else "", deadline)
        return said + (f"{'整改建议' if self._one.outside else '整改要求'}：{demand}" if demand else "")

    # --- what is demanded

    def demands(self, issuer: str) -> list[str]:
        """By when all of it, and what follows if not."""
        items = [item for one in self._all for item in one.items]
        until = self._words.deadline(items)
        fields = {"期限": until} if until else {}
        if self._one.outside:
            fields["机关"] = issuer
        name = "要求未公布" if self.is_missing else "要求"
        out = [self._words.said(name if until else f"{name}无期限", 报告=self._words.reports(self._found), **fields)]
        power = next((p for p in self._powers if (p.law, p.at) == _THREATENS), None)
        return [*out, *([self._words.said("后果", 权力=words.basis_words(power))] if power is not None else [])]

    def answers(self, issuer: str) -> list[str]:
        """How to report back, what to do against it, whom to ask."""
        first = [] if self._one.outside else [self._words.said("反馈", 机关=issuer)]
        last = [self._words.said("结语")] if self._one.outside else []
        return [*first, self._words.said("异议"), self._words.contact(), *last]
