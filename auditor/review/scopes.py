"""Rules that can never do anything: dead scopes, formulas that always or never hold, grades that are never reached.

Dead       `applies` and `when` leave no report: years without reports, a parameter without a value in scope, a condition
           that contradicts itself or the scope
Idle       `expect` holds whatever the figures are: no problem can ever be found; or it can hold for no figures at all
Grades     a grade whose condition contradicts the rule or an earlier grade that always takes its place
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from auditor.formula.evaluate import Linear, ValueRef
from auditor.formula.interval import exact
from auditor.formula.logic import ALWAYS, Logic, Relation, both, denied
from auditor.review.reasoning import Proof, World, impossible
from auditor.review.remarks import Remark, Weight, remark
from auditor.review.views import FIRST_YEAR, View, grade_trees, values_in_scope, views, world_of
from auditor.rulebook import Ready, Rulebook
from auditor.rulebook.source import Path

DEAD, IDLE, GRADES = "死范围", "空转规则", "到不了的分档"


def dead(book: Rulebook, this_year: int) -> Iterator[Remark]:
    """Every rule, or part of one, that can never do anything; `this_year` is the year of today."""
    for ready in book.rules:
        here = list(views(ready, book))
        yield from _years(book, ready, this_year)
        yield from _parameters(book, ready)
        yield from _conditions(book, ready, here)
        yield from _idle(book, ready, here)
        yield from _grades(book, ready, here)


def _years(book: Rulebook, ready: Ready, this_year: int) -> Iterator[Remark]:
    years = ready.rule.applies.years
    path: Path = ("applies", "years")
    if years.last is not None and years.last < FIRST_YEAR:
        words = f"永远不会生效：{years.last} 年度以前没有年度报告（{FIRST_YEAR} 年度起才有）"
        yield remark(book, ready, path, DEAD, Weight.MISTAKE, words)
    elif years.first is not None and years.first > this_year:
        words = f"现在还不会生效：{years.first} 年度的报告要到 {years.first + 1} 年才公布，请核对年度有没有写错"
        yield remark(book, ready, path, DEAD, Weight.REMINDER, words)


def _parameters(book: Rulebook, ready: Ready) -> Iterator[Remark]:
    for name, path in _needed(ready):
        parameter = book.parameters.get(name)
        if parameter is None or not parameter.entry.values or values_in_scope(parameter, ready.rule.applies):
            continue
        words = f"永远不会生效：参数“{name}”对本规则适用的年度、单位都没有设定数值（{parameter.entry.otherwise}）"
        yield remark(book, ready, path, DEAD, Weight.MISTAKE, words)


def _needed(ready: Ready) -> Iterator[tuple[str, Path]]:
    """The parameters without which the rule cannot be asked, and where it names them."""
    for key, formulas in (("when", ready.when), ("expect", ready.expect)):
        for name in dict.fromkeys(p for f in (formulas or {}).values() for p in f.parameters):
            yield name, (key,)
    deadline: str | None = getattr(ready.rule, "parameter", None)
    if deadline:
        yield deadline, ("parameter",)


def _conditions(book: Rulebook, ready: Ready, here: Sequence[View]) -> Iterator[Remark]:
    if ready.when is None:
        return
    proofs = {view.form.letter: impossible(view.when, view.world) for view in here}
    failing = {letter: proof for letter, proof in proofs.items() if proof is not None}
    for letter, proof in failing.items():
        whole = len(failing) == len(proofs)
        where = "" if whole else f"在格式{letter}中"
        words = f"{where}永远不会生效：when 的条件不可能成立（{proof.words}）"
        yield remark(book, ready, _at(ready, "when", letter), DEAD, Weight.MISTAKE if whole else Weight.REMINDER, words)
        if whole:
            return
    if here and all(impossible(denied(view.when), view.world) is not None for view in here):
        words = "的 when 恒成立，可以删去"
        yield remark(book, ready, ("when",), DEAD, Weight.REMINDER, words)


def _at(ready: Ready, key: str, letter: str) -> Path:
    given = getattr(ready.rule, key, None)
    return (key, letter) if isinstance(given, dict) and letter in given and "" not in given else (key,)


def plainly_asked(ready: Ready) -> bool:
    """Whether the rule's outcome is its formula's, for every choice of claims (no stand-ins, no further relations,
    no years in a row)."""
    rule = ready.rule
    otherwise = any(getattr(rule, key, None) for key in ("subjects", "words", "also", "once"))
    return ready.expect is not None and not otherwise and getattr(rule, "in_a_row", 1) == 1


def _idle(book: Rulebook, ready: Ready, here: Sequence[View]) -> Iterator[Remark]:
    if not plainly_asked(ready) or not here or any(impossible(v.when, v.world) for v in here):
        return
    broken = [impossible(both(v.when, denied(v.expect)), v.world) for v in here if v.expect is not None]
    kept = [impossible(both(v.when, v.expect), v.world) for v in here if v.expect is not None]
    if broken and all(broken):
        words = "永远不会报问题：expect 恒成立" + _because(broken)
        yield remark(book, ready, ("expect",), IDLE, Weight.MISTAKE, words)
    elif (never := next((p for p in kept if p is not None), None)) is not None:
        words = f"永远不会判为合规：expect 不可能成立（{never.words}）"
        yield remark(book, ready, ("expect",), IDLE, Weight.MISTAKE, words)


def _because(proofs: Sequence[Proof | None]) -> str:
    words = next((p.words for p in proofs if p is not None and p.atoms), "")
    return f"（反过来，{words}）" if words else ""


# --- grades ----------------------------------------------------------------------------------------


def _grades(book: Rulebook, ready: Ready, here: Sequence[View]) -> Iterator[Remark]:
    if not ready.grades:
        return
    everywhere = list(here) or [_plain(ready, book)]
    trees = [(_base(view), grade_trees(view, book), view.world) for view in everywhere]
    for at in range(len(ready.grades)):
        said = [_unreached(base, grades, at, world) for base, grades, world in trees if grades[at] is not None]
        if said and all(said):
            yield remark(book, ready, ("grades", at, "when"), GRADES, Weight.MISTAKE, said[0])


def _plain(ready: Ready, book: Rulebook) -> View:
    """A rule without formulas in the first form that it speaks of."""
    form = next((f for f in book.forms if f.letter in ready.forms), book.forms[0])
    return View(ready, form, None, world_of(ready.rule, form, book), ALWAYS, None)


def _base(view: View) -> Logic:
    """What holds of every problem that the rule finds."""
    known = [view.when, *_measured(view.ready)]
    if view.expect is not None and plainly_asked(view.ready):
        known.append(denied(view.expect))
    return both(*known)


def _measured(ready: Ready) -> Iterator[Logic]:
    """What a problem found by a threshold says of 比例 and 天数."""
    rule = ready.rule
    above = getattr(rule, "above", None)
    if rule.check == "similarity" and getattr(rule, "of", "") in ("全文", "存在问题") and above is not None:
        yield Relation("≤", Linear(exact(above), ((ValueRef("profile", "比例"), -1),)))
    share = getattr(rule, "share", None)
    if rule.check == "wording" and share is not None:
        yield Relation("≤", Linear(exact(share.above), ((ValueRef("profile", "比例"), -1),)))
    if rule.check == "date" and getattr(rule, "of", "") == "公布期限":
        yield Relation("≤", Linear(Fraction(1), ((ValueRef("profile", "天数"), -1),)))


def _unreached(base: Logic, grades: Sequence[Logic | None], at: int, world: World) -> str:
    """Why grade `at` is never reached, "" where it may be."""
    own = grades[at]
    if own is None:
        return ""
    alone = impossible(both(base, own), world)
    if alone is not None:
        return f"第 {at + 1} 档永远用不上：条件与规则本身矛盾（{alone.words}）"
    for earlier in range(at):
        before = grades[earlier]
        if before is not None and impossible(both(base, own, denied(before)), world) is not None:
            return f"第 {at + 1} 档永远用不上：它成立时，前面的第 {earlier + 1} 档也成立；请把条件较严的放在前面"
    return ""
