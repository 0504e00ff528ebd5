"""The circular (通报): a run's tally -> the paper that the head of the office signs, in the layout of official documents.

made(matter)       通报.docx
circular(matter)   what it says, every sentence and cell of it `Told`: each number knows what it counts

Shape     导语; 一、总体情况; 二、存在的主要问题 by dimension; 三、整改要求; 附件1 得分排名表 by group; 附件2 问题清单 (landscape)
Certain   problems of the tally only: no suspected, withdrawn, unclear, waived or 不属实 finding is in it; while anything is
          undecided it bears a draft mark that says how many
Ordered   a unit outside the county's line is written to, not ordered; without a problem nobody is
Blank     文号, 成文日期, 印发日期 unless they were entered
Record    how it came about (run, rulebook, ledger) stands in 季度汇总统计, not in a paper that is signed
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.documents import words
from auditor.documents.circular.annexes import has_moves, listed, notes, rankings, unranked
from auditor.documents.circular.demands import demands
from auditor.documents.circular.nouns import Circular, Listed, Passage, Ranking, Standing, Unranked
from auditor.documents.circular.overview import overview, years_words
from auditor.documents.circular.problems import problems
from auditor.documents.circular.saying import alone, say
from auditor.documents.matter import Made, Matter
from auditor.documents.official import consent, fill, head
from auditor.documents.printing import line
from auditor.documents.tally import Tally, Told, tally, told
from auditor.model import Audit

__all__ = [
    "Circular",
    "Listed",
    "Passage",
    "Ranking",
    "Standing",
    "Unranked",
    "circular",
    "made",
    "paper",
    "render",
    "told_of",
]

NAME = "通报.docx"
_FEW_RECEIVERS = 3
_RECEIVERS = {"乡镇": "各乡镇人民政府", "街道": "各街道办事处", "部门": "{级}直各单位"}


def made(matter: Matter) -> Iterator[Made]:
    """The circular of the run."""
    yield Made(NAME, paper(matter))


def render(audit: Audit) -> bytes:
    """The circular of an audit alone, with our own template and blanks to fill."""
    return paper(Matter(tally(audit)))


def paper(matter: Matter) -> bytes:
    """The document's bytes."""
    said = circular(matter)
    fields = head(
        matter,
        str(said.title),
        matter.entered.receivers or str(said.receivers),
        annexes=[str(one) for one in said.annexes],
        undecided=int(matter.tally.undecided),
    )
    return fill(matter.stationery.template("通报"), {**fields, **_fields(said)})


def told_of(matter: Matter) -> tuple[Told, ...]:
    """Every sentence and cell of the circular, in order."""
    return tuple(circular(matter).sentences())


def circular(matter: Matter) -> Circular:
    """What the circular says."""
    found = listed(matter)
    return Circular(
        title=_title(matter),
        receivers=told(_receivers(matter.tally)),
        opening=_opening(matter),
        overview=overview(matter),
        problems_opening=_problems_opening(matter),
        problems=problems(matter),
        demands=demands(matter),
        annexes=_annexes(matter, listing=bool(found)),
        groups=rankings(matter),
        unranked=unranked(matter),
        notes=notes(matter),
        listed=found,
        moves=has_moves(matter),
    )


def _fields(said: Circular) -> dict[str, object]:
    """What the template prints besides the fields of every paper."""
    return {
        "导语": str(said.opening),
        "总体情况": [str(one) for one in said.overview],
        "问题引言": str(said.problems_opening),
        "主要问题": [{"标题": str(one.lead), "内容": str(one.text)} for one in said.problems],
        "整改要求": [{"要点": str(one.lead), "内容": str(one.text)} for one in said.demands],
        "排名": [{"组": str(one.title), "行": [_row(row) for row in one.rows]} for one in said.groups],
        "有升降": said.moves,
        "未列入": [{"名称": str(one.name), "得分": str(one.points), "原因": str(one.why)} for one in said.unranked],
        "注": [str(one) for one in said.notes],
        "清单": [_listed_fields(one) for one in said.listed],
        "附件一": str(said.annexes[0]) if said.annexes else "",
        "附件二": str(said.annexes[-1]) if said.listed else "",
        "附件号": [f"附件{at if len(said.annexes) > 1 else ''}" for at in range(1, len(said.annexes) + 1)],
    }


def _row(row: Standing) -> dict[str, str]:
    return {
        "名次": str(row.place),
        "单位": str(row.unit),
        "得分": str(row.points),
        "等次": str(row.grade),
        "问题数": str(row.problems),
        "升降": str(row.move),
    }


def _listed_fields(one: Listed) -> dict[str, str]:
    return {
        "序号": str(one.at),
        "单位": str(one.unit),
        "对象": str(one.subject),
        "类别": str(one.category),
        "描述": str(one.said),
        "依据": str(one.basis),
        "扣分": str(one.points),
        "要求": str(one.demand),
        "时限": str(one.deadline),
    }


def _title(matter: Matter) -> Told:
    quarter = matter.tally.audit.run.quarter
    return say(matter, "标题", 季度=words.quarter_words(quarter) if quarter else "")


def _opening(matter: Matter) -> Told:
    quarter = matter.tally.audit.run.quarter
    years = years_words(matter.tally)
    whose = f"你单位{years}" if alone(matter.tally) else f"各单位{years}" if years else "各单位"
    when = words.quarter_words(quarter) if quarter else "近期"
    issuer = line(matter.tally.audit.county.issuer)
    return say(matter, "导语", 季度=when, 机关=issuer, 对象=whose, 经同意=consent(matter))


def _receivers(told_: Tally) -> str:
    """A few by name, else by their kinds; units outside the county's line are no receivers of an order."""
    mine = [one for one in told_.addressees if not one.outside] or list(told_.addressees)
    if len(mine) <= _FEW_RECEIVERS:
        return "，".join(line(one.unit) for one in mine) or "各有关单位"
    name = line(told_.audit.county.name)
    level = name[-1] if name and name[-1] in "县市区旗" else "县"
    kinds = {one.kind for one in mine} - {"县级以上政府"} or {"县级以上政府"}
    known = [words_.replace("{级}", level) for kind, words_ in _RECEIVERS.items() if kind in kinds]
    return "，".join([*known, *(["各有关单位"] if kinds - set(_RECEIVERS) else [])])


def _problems_opening(matter: Matter) -> Told:
    if matter.tally.problems:
        return say(matter, "问题引言", 附件="附件2")
    return say(matter, "没有认定" if matter.tally.is_draft else "无可通报")


def _annexes(matter: Matter, *, listing: bool) -> tuple[Told, ...]:
    first = say(matter, "附件一单位" if alone(matter.tally) else "附件一")
    return (first, say(matter, "附件二")) if listing else (first,)
