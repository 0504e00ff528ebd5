"""Problems (存在的主要问题): the tally's problems -> one passage a dimension, the fullest first.

Kinds     of each the gravest by 一是…二是…, with their count, the units by name and one typical case: what is wrong, where, and
          the original words; the other kinds by their titles
Length    a circular is read aloud: where there are many kinds fewer are told of each dimension; attachment 2 has every case
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.documents import words
from auditor.documents.circular.nouns import Passage
from auditor.documents.circular.saying import Said, alone, named, said_of, say, title_words
from auditor.documents.matter import Matter
from auditor.documents.printing import line
from auditor.documents.tally import Problem, Told, counted, told, units_in
from auditor.model import DIMENSIONS
from auditor.text import int_to_chinese

_FEW, _MANY = 12, 30
_MOST_UNITS, _MOST_TITLES = 6, 4
_MOST_SAID = 110

Kind = Sequence[Problem]


def problems(matter: Matter) -> tuple[Passage, ...]:
    """One passage a dimension that has any."""
    by_dimension: dict[str, list[Problem]] = {}
    for problem in matter.tally.problems:
        by_dimension.setdefault(problem.finding.dimension, []).append(problem)
    order = {word: at for at, word in enumerate(DIMENSIONS)}
    ordered = sorted(by_dimension.items(), key=lambda item: (-len(item[1]), order.get(item[0], 99), item[0]))
    every = len({_kind(problem) for problem in matter.tally.problems})
    most = _FEW if every <= _FEW else 3 if every <= _MANY else 2
    return tuple(
        Passage(
            told(f"（{int_to_chinese(at)}）", say(matter, "方面", 类别=line(dimension))), _passage(matter, here, most)
        )
        for at, (dimension, here) in enumerate(ordered, 1)
    )


def _kind(problem: Problem) -> tuple[str, str]:
    """Problems of one kind are told together."""
    return problem.finding.rule, title_words(problem)


def _passage(matter: Matter, here: Kind, most: int) -> Told:
    """共25个，涉及11个单位。一是……；二是……。此外，还有……。"""
    by_kind: dict[tuple[str, str], list[Problem]] = {}
    for problem in here:
        by_kind.setdefault(_kind(problem), []).append(problem)
    kinds = sorted(by_kind.values(), key=lambda kind: (_weight(kind), -len({p.unit for p in kind}), _kind(kind[0])))
    spoken, rest = kinds[:most], kinds[most:]
    spread = told() if alone(matter.tally) else told("，涉及", units_in(here), "个单位")
    lead = told("共", counted(here), "个", spread, "。") if len(kinds) > 1 else told()
    said = [_case(matter, kind) for kind in spoken]
    if len(said) > 1:
        said = [told(f"{int_to_chinese(at)}是", one) for at, one in enumerate(said, 1)]
    return told(lead, *said, _rest(rest))


def _weight(kind: Kind) -> int:
    return min(words.severity_order(problem.finding.severity) for problem in kind)


def _case(matter: Matter, kind: Kind) -> Told:
    """统计期限错误（3个，涉及柳溪镇、双渡镇）。如柳溪镇：统计期限写为……（正文第2段，原文“……”）。"""
    example, said = min(((one, said_of(matter, one)) for one in kind), key=_hardness)
    shown = _example(matter, example, said)
    if len(kind) == 1 and shown:
        return told("" if example.finding.manual else f"{said.title}。", shown)
    where = told() if alone(matter.tally) else told("，涉及", named(matter.tally, kind, _MOST_UNITS))
    return told(said.title, "（", counted(kind), "个", where, "）。", "如" if shown else "", shown)


def _hardness(case: tuple[Problem, Said]) -> tuple[bool, bool, int, str]:
    """A case with original words is understood best, then the shortest."""
    problem, said = case
    return len(said.text) > _MOST_SAID, not said.original, len(said.text), problem.ref


def _example(matter: Matter, problem: Problem, said: Said) -> Told:
    """松湖乡：正文称收到申请14件，统计表为10件（“（二）依申请公开情况”部分第1段，原文“……”）。"""
    if not said.text or len(said.text) > _MOST_SAID or problem.absent is not None:
        return told()
    who = told() if alone(matter.tally) else told(named(matter.tally, [problem], 1), "：")
    return told(who, said.text, said.where, "。")


def _rest(kinds: Sequence[Kind]) -> Told:
    if not kinds:
        return told()
    titles = "、".join(title_words(kind[0]) for kind in kinds[:_MOST_TITLES])
    return told("此外，还有", titles, "等问题", counted(p for kind in kinds for p in kind), "个。")
