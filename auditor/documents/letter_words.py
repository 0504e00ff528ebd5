"""What every letter to a unit says in the same words: which reports were looked at, by which day, whom to answer.

Paper     the name under which its phrases stand in 用语.yaml (通知, 通知书, 函, 反馈函)
Dates     the day of the check is the run's, and is called so; a recorded letter has exact days, a draft working days from its issue
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from auditor.documents import words
from auditor.documents.matter import Matter
from auditor.documents.particulars import Particular, Subject
from auditor.documents.printing import line
from auditor.documents.stationery import ours
from auditor.documents.tally import Addressee
from auditor.model import CHINA
from auditor.text import int_to_chinese

REPORT = "政府信息公开工作年度报告"
_PAPERS = {
    "通知": ("通知", "公文"),
    "通知书": ("通知书", "通知", "公文"),
    "函": ("函", "公文"),
    "反馈函": ("反馈函", "公文"),
}
"""Where the phrases of a paper stand: its own, else those of the paper it is like, else those of every paper."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The phrases of one paper, and what it calls the unit (你单位, to those outside the county's line 贵单位)."""

    matter: Matter
    paper: str
    unit: str

    def said(self, name: str, **fields: object) -> str:
        """A phrase of the paper with its fields."""
        paper = next(one for one in _PAPERS[self.paper] if name in ours()[one])
        return self.matter.stationery.phrase(paper, name, 单位=self.unit, **fields)

    # --- which reports

    def reports(self, found: Sequence[Subject]) -> str:
        """2024、2025年度政府信息公开工作年度报告; of a unit that was merged into this one 原某乡人民政府2025年度……."""
        former = {one.absent.unit for one in found if one.absent is not None and one.absent.answers}
        others = any(one.absent is None or not one.absent.answers for one in found)
        whose = f"原{'、'.join(map(line, sorted(former)))}" if former and not others else ""
        return whose + words.span_words(sorted({one.year for one in found if one.year})) + REPORT

    def checked(self, found: Sequence[Subject]) -> list[str]:
        """When it was looked, and at what: one paragraph, or a line for each report."""
        day = words.date_words(self.matter.tally.audit.run.started.astimezone(CHINA).date())
        objects = [self._object(one) for one in found]
        if len(objects) == 1:
            return [self.said("检查一份", 日期=day, 对象=objects[0])]
        return [
            self.said("检查多份", 日期=day, 数=len(objects)),
            *(f"{at}.{one}。" for at, one in enumerate(objects, 1)),
        ]

    def _object(self, one: Subject) -> str:
        """《……年度报告》（网址：……；公布日期：2026年1月20日）."""
        if one.judged is None:
            name = f"{one.year}年度{REPORT}" if one.year else REPORT
            if one.absent is None:
                return name
            former = f"原{line(one.absent.unit)}" if one.absent.answers else ""
            is_missing = any(not told.manual for told in one.particulars)
            return f"{former}{name}（{'检查时没有找到已公布的文本' if is_missing else '本次检查没有该报告的文件'}）"
        report = one.judged.report
        link = line(report.profile.url or "")
        source = f"网址：{link}" if link else f"文件：{line(words.file_name(report.source))}"
        published = report.profile.published
        known = report.profile.published_certain
        day = f"{words.date_words(published)}{'' if known else '（按文中日期）'}" if published else "文中未注明"
        title = line(report.profile.title or "")
        name = f"《{title}》" if title else f"{words.year_words(one.judged)}{REPORT}"
        return f"{name}（{source}；公布日期：{day}）"

    # --- by which day

    def deadline(self, items: Iterable[Particular], days: int | None = None) -> str:
        """The last day for all of them: 于2026年2月10日前, 自本通知印发之日起10个工作日内; `days` instead of those by severity.

        "" where they have none.
        """
        asked = [one for one in items if not one.withdrawn]
        known = [one.day for one in asked if one.day is not None]
        if known:
            return self.said("限日", 日期=words.date_words(max(known)))
        terms = self.matter.terms.deadlines
        counts = [days if days is not None else terms[one.severity] for one in asked if days or one.severity in terms]
        return self.said("限期", 天数=max(counts)) if counts else ""

    def deadlines(self, one: Particular) -> tuple[str, dict[str, str]]:
        """One deadline for a problem and all that stands under it; else "" and those of each by its ref."""
        each = {item.ref: self.deadline((item,)) for item in one.items if not item.withdrawn}
        said = set(each.values())
        return (said.pop(), {}) if len(said) == 1 else ("", each)

    # --- whom to answer

    def contact(self) -> str:
        """The contact of the county, or blanks to fill."""
        known = line(self.matter.tally.audit.county.contact)
        return self.said("联系", 联系=known) if known else self.said("联系空白")


def headed(at: int, title: str, *notes: str) -> str:
    """（一）总计列错误（严重，2026Q1-云溪镇-03）."""
    told = "，".join(filter(None, notes))
    return f"（{int_to_chinese(at)}）{title}{f'（{told}）' if told else ''}"


def year_note(found: Sequence[Subject], one: Subject) -> str:
    """2024年度, 原某乡人民政府2025年度: of which report something is told, where a letter speaks of several."""
    if len(found) < 2:
        return ""
    former = f"原{line(one.absent.unit)}" if one.absent is not None and one.absent.answers else ""
    return f"{former}{one.year}年度" if one.year else former


def is_missing(found: Sequence[Subject]) -> bool:
    """Whether all that is told is that a report was not published."""
    return all(one.absent is not None and not any(told.manual for told in one.particulars) for one in found)


def numbered(found: Sequence[Subject]) -> Iterator[tuple[int, Subject, Particular]]:
    """Everything that is told, counted through the letter."""
    pairs = [(subject, one) for subject in found for one in subject.particulars]
    return ((at, subject, one) for at, (subject, one) in enumerate(pairs, 1))


def place(one: Particular) -> str:
    """位置：表三“本年新收”行“总计”列。原文：……。 Either part may be missing."""
    spot = f"位置：{one.spot}。" if one.spot else ""
    return spot + (f"原文：{'；'.join(one.quotes)}。" if one.quotes else "")


def is_held(found: Iterable[Subject]) -> bool:
    """Whether anything is still held: a letter of which everything was withdrawn is not made."""
    return any(not item.withdrawn for subject in found for one in subject.particulars for item in one.items)


def addressed(one: Addressee) -> str:
    """What a letter calls the unit."""
    return "贵单位" if one.outside else "你单位"
