"""`auditor explain`: one rule, one report: the formula with its values and intervals, the outcome and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from auditor.checks.check import Case
from auditor.checks.relation import Formula, choices, environment
from auditor.cli import NOTHING, USAGE, fail
from auditor.cli.rulebooks import tried
from auditor.cli.rulework import described, found
from auditor.documents.places import place_words
from auditor.findings import case_of, judge_rule, results_of
from auditor.formula import Trace
from auditor.formula.bind import MissingLastYear
from auditor.model import OUTCOME_WORDS, Finding, Outcome, Report
from auditor.rulebook import Ready


def run(paths: Sequence[Path], rule_id: str, folders: Sequence[Path], previous: Sequence[Path]) -> int:
    """Prints the explanation for every report under the path; the exit code."""
    from auditor.audit import LastYears, read_reports

    book = tried(folders)
    pattern = next((p for p in book.patterns if p.id == rule_id), None)
    if pattern is not None:
        fail(USAGE, f"“{rule_id}”是组合规则（{pattern.title}），由其他规则的结果推出；请对组成它的规则运行 explain")
    ready = found(book, rule_id)
    reports, unread = read_reports(paths, book)
    before, _ = read_reports(previous, book)
    for item in unread:
        click.echo(f"{item.source}：{item.reason}", err=True)
    for line in described(book, ready):
        click.echo(line)
    years = LastYears([*reports, *before])
    for report in reports:
        case = case_of(report, book, years.of(report.profile))
        _explain(ready, case, report)
        said = judge_rule(ready, case, book)
        for finding in said.findings:
            _finding(finding)
    return 0 if reports else NOTHING


def _explain(ready: Ready, case: Case, report: Report) -> None:
    profile = report.profile
    click.secho(
        f"\n{report.source}：{profile.organisation or '单位不明'}，{profile.year or '年度不明'}，格式{profile.form or '无'}",
        bold=True,
    )
    for line in traces(ready, case):
        click.echo(line)
    results = results_of(ready, case)
    if all(result.outcome is Outcome.KEPT for result in results):
        click.echo("结论：合规——各项要求都符合")
        return
    for result in results:
        if result.outcome in (Outcome.BROKEN, Outcome.KEPT):
            continue  # what is broken is told with its finding; what holds beside it needs no word
        where = f"［{result.element}］" if result.element else ""
        click.echo(f"结论{where}：{OUTCOME_WORDS[result.outcome]}" + (f"——{result.reason}" if result.reason else ""))


def traces(ready: Ready, case: Case) -> Iterator[str]:
    """The formulas of a rule with the value of every part; elements of an axis that are kept are left out."""
    for label, formulas in (("条件", ready.when), ("公式", ready.expect)):
        formula = formulas.get(case.form.letter) if formulas and case.form else None
        if formula is None or case.form is None:
            continue
        yield f"{label}：{formula.text.strip()}" + (f"（逐个{formula.each}）" if formula.each else "")
        yield from _elements(formula, case)


def _elements(formula: Formula, case: Case) -> Iterator[str]:
    assert case.form is not None
    kept = 0
    for claims in choices(case, formula):
        env = environment(case, claims)
        for element in formula.elements(case.form):
            try:
                program = formula.bound(case.form, case.last_form, element)
            except MissingLastYear as missing:
                yield f"  上年报告没有“{missing.name}”"
                return
            trace = program.explain(env)
            if element is not None and trace.value == "成立":
                kept += 1
                continue
            if element is not None:
                yield f"  ［{element}］"
            yield from _lines(trace, "  ")
    if kept:
        yield f"  另有 {kept} 个{formula.each}成立"


def _lines(trace: Trace, indent: str) -> Iterator[str]:
    yield f"{indent}{' '.join(trace.text.split())}  →  {trace.value}"
    for child in trace.children:
        yield from _lines(child, indent + "  ")


def _finding(finding: Finding) -> None:
    click.secho(f"结论：{OUTCOME_WORDS[finding.outcome]}（{finding.severity}）——{finding.message}", bold=True)
    for evidence in finding.evidence:
        where = place_words(evidence.place)
        click.echo(
            f"  原文：{evidence.label + '：' if evidence.label else ''}{evidence.text}"
            + (f"（{where}）" if where else "")
        )
    for basis in finding.basis:
        click.echo(f"  依据：{'实务口径：' if basis.practice else ''}{basis.text}")
