"""Todo: a decided audit, what people entered, a day -> what is left to do before documents may be issued, group by group.

Groups     what people must decide first, then what units have said, then what changes the reading; last what waits for a day
           or for a visit; a group without items is left out
Counted    once: a suspected finding that waits because its verdict was reopened, or its waiver came to its end, is not told twice
Drafts     of the county's own rules on trial cost nothing and wait for nobody
Gathered   what is the same for many units is one line with its units: `by_matter`
Commands   each group says what to type next
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from auditor.model import Audit, Cause, Finding, Judged, Noun, Outcome, Report, State, Undecided
from auditor.quarters.handmade import RULE as BY_HAND
from auditor.quarters.holding import Holding, Holdings, due_for_review, waivers_of
from auditor.quarters.mending import INQUIRY, OBJECTION, waiting
from auditor.quarters.naming import unit_of
from auditor.quarters.nouns import Manual, Remembered, Reply
from auditor.quarters.targets import Target, targets_of


@dataclass(frozen=True, slots=True)
class Item(Noun):
    """One thing to do: of which unit or file, a number where it has one, in words; of which report year, where that is not
    said. `matters` are the same words in pieces, each of which may be the same for other units."""

    unit: str
    number: str
    words: str
    year: int | None = None
    matters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group(Noun):
    """Things of one kind: a name for programs, a title, what to do, what to type."""

    kind: str
    title: str
    advice: str
    command: str
    items: tuple[Item, ...]


def by_matter(items: Iterable[Item]) -> dict[str, tuple[Item, ...]]:
    """The same things by what is to be done, each with everything of which it is to be done, the most first."""
    found: dict[str, list[Item]] = {}
    for item in items:
        for matter in item.matters:
            found.setdefault(matter, []).append(item)
    return {matter: tuple(found[matter]) for matter in sorted(found, key=lambda matter: -len(found[matter]))}


def todo(
    audit: Audit, memory: Remembered, day: dt.date, word: str, first_id: Callable[[str], str] = str
) -> tuple[Group, ...]:
    """Everything that is left; `word` is the quarter or run as it is typed."""
    left = _Left(audit, memory, day, word, first_id)
    return tuple(group for group in left.groups() if group.items)


class _Left:
    def __init__(
        self, audit: Audit, memory: Remembered, day: dt.date, word: str, first_id: Callable[[str], str]
    ) -> None:
        self._audit, self._memory, self._day, self._word = audit, memory, day, word
        self._holdings = Holdings(memory, day, first_id)
        every = [target for target in targets_of(audit, memory.unit) if not target.finding.draft]
        self._targets = [(target, self._of(target)) for target in every]

    def _of(self, target: Target) -> Holding:
        finding = target.finding
        names = dict(target.names)
        return self._holdings.of(target.key, finding.content, finding.rule, finding.facts, names)

    def groups(self) -> Iterator[Group]:
        word = self._word
        yield Group(
            "reopened",
            "要重新认定的问题",
            "内容已经改变，原来的认定不再适用",
            f"auditor decide 编号 属实 --run {word} --by 姓名",
            tuple(self._reopened()),
        )
        yield Group(
            "expired",
            "豁免已到期或者终止的问题",
            "已经重新计入；仍要豁免的，重新办理",
            f"auditor decide 编号 豁免 --run {word} --why 理由 --paper 文号 --until 日期 --by 姓名",
            tuple(self._expired()),
        )
        yield Group(
            "suspected",
            "待认定的疑似问题",
            "逐个认定，或者在问题台账中填写后一并认定（decide --from 问题台账.xlsx）",
            f"auditor decide 编号 属实 --run {word} --by 姓名",
            tuple(self._suspected()),
        )
        yield Group(
            "by_hand",
            "要核对的人工发现",
            "登记以后报告换了，或者本次没有审核那份报告：对照现在的报告核实，已改正的销号，不成立的认定为不属实",
            "auditor finding close 编号 --by 姓名 --why 核实情况",
            tuple(self._by_hand()),
        )
        yield from self._answers()
        yield Group(
            "review",
            "应复核的豁免",
            "复核后仍应豁免的，终止原豁免、重新登记",
            "auditor waive end 编号 --by 姓名 --why 理由",
            tuple(self._reviews()),
        )
        yield Group(
            "unread",
            "没有读取的文件",
            "另存为 Word（.docx）或网页后重新审核；不是年报的，移出报告文件夹",
            "auditor audit 路径 --quarter 季度",
            tuple(Item(unread.source, "", unread.reason) for unread in self._audit.unread),
        )
        yield Group(
            "roster",
            "归属存疑的报告",
            "核对是哪个单位、哪一年度的报告，改正名册或者文件",
            "auditor roster check",
            tuple(self._doubts()),
        )
        yield Group(
            "unreadable",
            "看不清、影响判断的数据",
            "对照原件录入",
            f"auditor facts sheet {word}",
            tuple(self._unreadable()),
        )
        yield Group(
            "verifying",
            "核实期未满的单位",
            "核实期满以前，不点名通报",
            "",
            tuple(self._verifying()),
        )
        yield Group(
            "to_confirm",
            "有待人工核验事项的报告",
            "在 核验清单.xlsx 中填写结论，再次审核时计入",
            "auditor audit 路径 --attested 核验清单.xlsx",
            tuple(self._to_confirm()),
        )

    # --- what changes the reading ---------------------------------------------------------------------

    def _doubts(self) -> Iterator[Item]:
        counted = self._audit.completeness
        for doubt in (*counted.doubts, *counted.beyond) if counted is not None else ():
            yield Item(doubt.source, "", doubt.words)

    def _unreadable(self) -> Iterator[Item]:
        """Cells that leave a rule open, each once a report."""
        for judged in self._audit.reports:
            rules: dict[str, set[str]] = {}
            for undecided in judged.undecided:
                for id in _unreadable(judged.report, undecided):
                    rules.setdefault(id, set()).add(undecided.rule)
            for id in sorted(rules, key=list(judged.report.facts).index):
                fact = judged.report.facts[id]
                why = f"：{fact.note}" if fact.note else ""
                words = f"“{fact.name}”看不清，{len(rules[id])} 条规则无法判断{why}"
                yield Item(self._owner(judged), "", words, judged.report.profile.year)

    def _to_confirm(self) -> Iterator[Item]:
        """What a person must look at, report by report."""
        for judged in self._audit.reports:
            titles = [one.title for one in judged.undecided if one.outcome is Outcome.TO_CONFIRM]
            if titles:
                words = f"{len(titles)} 项：{'、'.join(titles)}"
                yield Item(self._owner(judged), "", words, judged.report.profile.year, tuple(titles))

    def _owner(self, judged: Judged) -> str:
        return self._memory.unit(unit_of(judged.report))

    # --- what people must decide ------------------------------------------------------------------------

    def _reopened(self) -> Iterator[Item]:
        for target, holding in self._targets:
            if holding.reopened and not holding.lapsed and not holding.partly:
                yield _item(target, holding.reopened)

    def _expired(self) -> Iterator[Item]:
        for target, holding in self._targets:
            if holding.lapsed:
                yield _item(target, holding.reopened)

    def _suspected(self) -> Iterator[Item]:
        for target, holding in self._targets:
            waits = target.finding.verdict is None and not holding.lapsed
            if waits and target.finding.outcome is Outcome.SUSPECTED and not (holding.reopened and not holding.partly):
                yield _item(target, target.finding.title)

    def _by_hand(self) -> Iterator[Item]:
        """What was found by eye in another document than the one that was judged, or in none."""
        numbers = {one.number: one for one in self._memory.manual}
        seen: set[str] = set()
        for judged in self._audit.reports:
            for finding in judged.findings:
                seen.add(finding.number)
                manual = numbers.get(finding.number) if finding.rule == BY_HAND else None
                if manual is not None and manual.document != judged.report.sha256 and not _later(finding, manual):
                    yield Item(manual.unit, manual.number, f"{manual.place}：{manual.text}")
        units = {(self._memory.unit(unit_of(j.report)), j.report.profile.year) for j in self._audit.reports}
        told = {f.number for _, f in self._audit.unreported if f.verdict is not None or f.outcome is Outcome.SUSPECTED}
        for one in self._memory.manual:
            if one.number in told:
                continue
            if one.closed is None and (one.unit, one.year) not in units and one.quarter <= self._quarter:
                yield Item(one.unit, one.number, f"{one.year}年度的报告不在本次审核之内：{one.text}")

    @property
    def _quarter(self) -> str:
        run = self._audit.run
        return run.quarter or f"{run.started.year}Q{(run.started.month + 2) // 3}"

    def _reviews(self) -> Iterator[Item]:
        for waiver in waivers_of(self._memory):
            if due_for_review(waiver, self._day):
                words = f"复核日期 {waiver.review}：{waiver.reason}"
                yield Item(waiver.unit or "各单位", waiver.number, words)

    # --- what units said, and have not said yet ---------------------------------------------------------

    def _answers(self) -> Iterator[Group]:
        replies = waiting(self._memory, self._day)
        yield Group(
            "objections",
            "没有裁定的异议",
            "裁定维持或者撤回；撤回的同时更正",
            "auditor replies rule 编号 维持 --why 理由 --by 姓名",
            tuple(map(_reply_item, (reply for reply in replies if reply.word == OBJECTION))),
        )
        yield Group(
            "extensions",
            "没有答复的延期申请",
            "同意或者不同意延期",
            "auditor replies rule 编号 同意 --until 日期 --by 姓名",
            tuple(map(_reply_item, (reply for reply in replies if reply.word != OBJECTION))),
        )

    def _verifying(self) -> Iterator[Item]:
        """Units that were asked to verify, and may still answer."""
        answered = {reply.key for reply in self._memory.replies}
        for letter in self._memory.letters:
            days = [item.deadline for item in letter.items if item.deadline and item.key not in answered]
            if letter.kind == INQUIRY and days and max(days) >= self._day >= letter.sent:
                asked = f"{letter.paper or '反馈函'}，核实期到 {max(days)}"
                yield Item(letter.unit, "", f"{asked}，{len(days)} 个问题未答复", matters=(asked,))


def _unreadable(report: Report, undecided: Undecided) -> Sequence[str]:
    """The cells that could not be read and leave the rule open."""
    if undecided.outcome is not Outcome.UNCLEAR or undecided.caused_by is not Cause.READER:
        return ()
    return [id for id in undecided.facts if id in report.facts and report.facts[id].state is State.UNREADABLE]


def _later(finding: Finding, manual: Manual) -> bool:
    """Whether it was decided upon after it was found, on another day: then somebody looked at it again."""
    said = finding.verdict
    return said is not None and said.on is not None and manual.on is not None and said.on > manual.on


def _item(target: Target, words: str) -> Item:
    return Item(
        target.key.unit, target.called, f"{target.finding.title}：{words}" if words != target.finding.title else words
    )


def _reply_item(reply: Reply) -> Item:
    asked = f"，申请延期到 {reply.until}" if reply.until else ""
    return Item(reply.key.unit, reply.number, f"{reply.text or reply.word}{asked}")
