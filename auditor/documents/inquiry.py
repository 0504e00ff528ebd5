"""Inquiries: what must be verified of a unit's reports -> 反馈函.docx in 信函格式, one per unit; it accuses of nothing.

Which     units of which something is in doubt, or to which a 反馈函 is on record (then exactly its items)
Asked     what is suspected, and what is certain too before it is named: every item says 疑似 and 请核实, shows the words and their
          place, why they are doubted and what to look up
Answered  on the last page a table: 编号, 事项, 属实 or 不属实, in what way; a row for every item, none for a conclusion over them
Deadline  the 核实期 of the county, or the recorded day
Draft     it bears no such mark: to settle what is undecided is what it is for
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.documents import letter_words, official, particulars
from auditor.documents.letter_words import Wording
from auditor.documents.matter import Made, Matter
from auditor.documents.particulars import Particular, Subject
from auditor.documents.printing import line
from auditor.documents.tally import Addressee
from auditor.quarters.mending import INQUIRY

FILE = "反馈函.docx"
TEMPLATE = "反馈函"
_TO_UNIT = re.compile("(?<=请)单位(?=提供)|向(?:两个)?单位(?=核实|了解)")
BOXES = "□属实\n□不属实"


def made(matter: Matter) -> Iterator[Made]:
    """The letter to every unit that has something to verify."""
    for one in matter.addressees:
        found = particulars.subjects(matter, one, INQUIRY)
        if letter_words.is_held(found):
            path = matter.stationery.template(TEMPLATE)
            yield Made(FILE, official.fill(path, context(matter, one, found)), one.unit)


def context(matter: Matter, one: Addressee, found: Sequence[Subject]) -> dict[str, object]:
    """The fields of the template."""
    said = Wording(matter, INQUIRY, letter_words.addressed(one))
    annex = said.said("附表")
    fields = official.head(
        matter,
        said.said("标题"),
        one.unit,
        letter=matter.letter(one.unit, INQUIRY),
        as_letter=True,
        annexes=(annex,),
    )
    told = list(letter_words.numbered(found))
    items = [item for _, _, each in told for item in each.items if not item.withdrawn]
    until = said.deadline(items, matter.terms.verify_days)
    return {
        **fields,
        "主送": line(one.unit),
        "开头": said.said(
            "开头未公布" if letter_words.is_missing(found) else "开头",
            报告=said.reports(found),
            经同意=fields["经同意"],
        ),
        "检查": said.checked(found),
        "事项": [_matter(said, found, *each) for each in told],
        "要求": [
            said.said("要求", 期限=until, 机关=fields["落款"]),
            said.said("说明"),
            said.contact(),
        ],
        "附表": annex,
        "行": [
            {"编号": item.number or str(at), "事项": _doubted(said, item.title), "核实结果": BOXES}
            for at, item in enumerate(items, 1)
        ],
    }


def _matter(said: Wording, found: Sequence[Subject], at: int, subject: Subject, one: Particular) -> dict[str, object]:
    """One thing to verify: a heading, its paragraphs, and what is verified with it."""
    if one.withdrawn:
        title = letter_words.headed(at, said.said("撤销", 编号=one.number, 原因=one.withdrawn))
    else:
        year = letter_words.year_note(found, subject)
        title = letter_words.headed(at, _doubted(said, one.title), year, one.number)
    return {
        "标题": title,
        "段": [] if one.withdrawn else list(_paragraphs(said, subject, one)),
        "同因": said.said("同一情形", 数=len(one.under)) if one.under else "",
        "下": [_under(said, subject, n, each) for n, each in enumerate(one.under, 1)],
    }


def _paragraphs(said: Wording, subject: Subject, one: Particular) -> Iterator[dict[str, str]]:
    yield {"引": "", "文": f"{one.said}。"}
    if place := letter_words.place(one):
        yield {"引": "", "文": place}
    if one.why:
        yield {"引": "存疑原因：", "文": f"{one.why}。"}
    if one.basis:
        yield {"引": "参照：", "文": f"{one.basis}。"}
    yield {"引": "请核实：", "文": said.said("请核实", 要点=_verify(said, subject, one))}
    if one.demand:
        yield {"引": "如属实：", "文": said.said("如属实", 要求=one.demand)}


def _under(said: Wording, subject: Subject, at: int, one: Particular) -> str:
    if one.withdrawn:
        return f"{at}.{said.said('撤销', 编号=one.number, 原因=one.withdrawn)}"
    number = f"（{one.number}）" if one.number else ""
    verify = f"请核实：{_verify(said, subject, one)}。"
    return f"{at}.{_doubted(said, one.title)}{number}：{one.said}。{letter_words.place(one)}{verify}"


def _verify(said: Wording, subject: Subject, one: Particular) -> str:
    """What to look up, as it is said to the unit; what rules say of it they say to the inspector."""
    if subject.absent is not None and not one.manual:
        return said.said("如何核实未公布")
    return _TO_UNIT.sub("", one.verify) or said.said("如何核实")


def _doubted(said: Wording, title: str) -> str:
    """The title as a doubt: 疑似……, once."""
    bare = title.removeprefix("疑似") if title.startswith("疑似") else title.removeprefix("疑")
    return said.said("疑似", 题=bare)
