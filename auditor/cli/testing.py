"""`auditor rules test | examples`: the rules' own tests, case files, mutants, and examples made for a rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import USAGE, fail
from auditor.cli.rulebooks import loaded, refuse
from auditor.cli.rulework import found
from auditor.rulebook import Mistake, Ready, Rulebook

if TYPE_CHECKING:
    from auditor.making import Made
    from auditor.testing import Tested

_WORDS = {
    "kept": "合规",
    "broken": "不合规",
    "suspected": "疑似",
    "unclear": "无法判断",
    "to_confirm": "待人工核验",
}
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `rules test` was asked for."""

    ids: Sequence[str]
    folders: Sequence[Path]
    cases: Sequence[Path]
    mutate: bool
    strict: bool
    jobs: int | None


def test(wanted: Wanted) -> int:
    """Examples, case files and (on request) mutants; 1 where something does not come out."""
    from auditor.testing import results

    book = loaded(wanted.folders)
    chosen = [found(book, id).id for id in wanted.ids]
    cases_wrong = _cases(book, wanted.cases, wanted.jobs)
    tested: list[Tested] = []
    for one in results(book, chosen, mutate=wanted.mutate, jobs=wanted.jobs):
        tested.append(one)
        for mistake in (*(f.mistake for f in one.failures), *one.mistakes):
            click.echo(str(mistake), err=True)
        if one.lost:
            click.echo(f"{one.rule}：{one.lost}", err=True)
    wrong = sum(len(t.failures) + len(t.mistakes) + bool(t.lost) for t in tested)
    examples = sum(t.examples for t in tested)
    said = f"不符 {wrong} 处" if wrong else "全部通过"
    for line in _mutants(tested, strict=wanted.strict) if wanted.mutate else _uncovered(tested):
        click.echo(line)
    click.echo(f"规则 {len(tested)} 条，例子 {examples} 个，{said}。")
    return 1 if wrong or cases_wrong or (wanted.mutate and _too_few(tested, strict=wanted.strict)) else 0


# --- what is not covered ----------------------------------------------------------------------------


def _uncovered(tested: Sequence[Tested]) -> Iterator[str]:
    lacking = [(t.rule, t.missing) for t in tested if t.missing]
    silent = [(t.rule, t.survivors) for t in tested if t.survivors]
    if lacking:
        yield "没有这些例子的规则："
        yield from (f"  {rule}：{'、'.join(_WORDS.get(name, name) for name in names)}" for rule, names in lacking)
    if silent:
        yield "没有例子用到的部分（去掉它，所有例子的结果都不变）："
        for rule, changes in silent:
            yield f"  {rule}"
            yield from (f"    {change}" for change in changes)
    if not lacking and not silent:
        yield "每条规则的每个部分都有例子用到。"
    else:
        yield "用 auditor rules examples 规则ID 可以生成所缺的例子。"


def _mutants(tested: Sequence[Tested], *, strict: bool) -> Iterator[str]:
    for t in tested:
        if t.missing:
            yield f"{t.rule}：没有{'、'.join(_WORDS.get(name, name) for name in t.missing)}的例子"
    for t in tested:
        if t.survivors:
            yield f"{t.rule}：{t.mutants} 处改动，发现 {t.caught} 处，以下改动没有例子能发现"
            yield from (f"    {change}" for change in t.survivors)
    made, caught, refused = (sum(getattr(t, n) for t in tested) for n in ("mutants", "caught", "refused"))
    accepted = sum(len(t.accepted) for t in tested)
    share = 100 * caught / made if made else 100
    unexplained = made - caught - accepted
    yield (
        f"改动 {made} 处（另有 {refused} 处写法不成立，不计），例子发现 {caught} 处，占 {share:.1f}%；"
        f"没有发现的 {made - caught} 处，其中已说明理由 {accepted} 处，未说明 {unexplained} 处。"
    )
    if _too_few(tested, strict=strict):
        from auditor.testing import CAUGHT

        yield f"未达到要求：应发现 {CAUGHT}% 以上" + ("，未发现的都要在 survivors 中说明理由。" if strict else "。")


def _too_few(tested: Sequence[Tested], *, strict: bool) -> bool:
    from auditor.testing import CAUGHT

    made, caught = sum(t.mutants for t in tested), sum(t.caught for t in tested)
    return 100 * caught < CAUGHT * made or (strict and any(t.survivors for t in tested))


# --- case files --------------------------------------------------------------------------------------


def _cases(book: Rulebook, paths: Sequence[Path], jobs: int | None) -> int:
    """Audits the reports of the case files; how many differences there are."""
    from auditor import casefiles
    from auditor.pipeline import Options, audit

    if not paths:
        return 0
    files = [casefiles.read(path.as_posix(), _text(path), book, partial(_report, case=path)) for path in _listed(paths)]
    mistakes = [m for file in files for m in file.mistakes]
    if mistakes:
        refuse(mistakes)
    wrong: list[Mistake] = []
    for file in files:
        done = audit(sorted({Path(r.found) for r in file.reports}), book, Options(jobs=jobs))
        wrong += casefiles.differences(file, done)
    for mistake in wrong:
        click.echo(str(mistake), err=True)
    reports = sum(len(file.reports) for file in files)
    click.echo(f"案例文件 {len(files)} 个，报告 {reports} 份，{f'不符 {len(wrong)} 处' if wrong else '全部相符'}。")
    return len(wrong)


def _listed(paths: Sequence[Path]) -> list[Path]:
    out = []
    for path in paths:
        if not path.exists():
            fail(USAGE, f"找不到案例文件“{path}”")
        out += sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    if not out:
        fail(USAGE, "案例文件夹里没有 .yaml 文件")
    return out


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        fail(USAGE, f"案例文件“{path}”无法读取，请另存为 UTF-8 编码")


def _report(written: str, case: Path) -> str | None:
    """Where a report of a case file lies."""
    for folder in (case.parent, Path("reports"), Path()):
        if (folder / written).is_file():
            return (folder / written).as_posix()
    return None


# --- examples made for a rule -------------------------------------------------------------------------


def examples(id: str, folders: Sequence[Path], *, write: bool) -> int:
    """Prints the examples that a rule lacks, or puts them into its file."""
    from auditor.making import as_mapping, made

    book = loaded(folders)
    ready = found(book, id)
    chosen, left = made(book, ready)
    by_outcome: dict[str, list[str]] = {}
    for one in chosen:
        by_outcome.setdefault(one.outcome, []).append(as_mapping(one.example))
    if write and by_outcome:
        _write(book, ready, by_outcome)
    else:
        _print(chosen)
    if not chosen:
        click.echo("现有的例子已经够用，没有要补充的。" if not left else "没有能自动生成的例子。")
    if left:
        click.echo("以下改动没有能自动生成的例子来发现，请自己写，或在 survivors 中说明理由：", err=True)
        for change in left[:_SHOWN]:
            click.echo(f"  {change}", err=True)
    return 0


def _print(chosen: Sequence[Made]) -> None:
    from auditor.making import as_mapping

    if chosen:
        click.echo("examples:")
    for outcome in dict.fromkeys(one.outcome for one in chosen):
        click.echo(f"  {outcome}:")
        for one in (o for o in chosen if o.outcome == outcome):
            for change in one.catches[:3]:
                click.echo(f"    # 能发现：{change}")
            click.echo(f"    - {as_mapping(one.example)}")


def _write(book: Rulebook, ready: Ready, lines: dict[str, list[str]]) -> None:
    from auditor.making import inserted
    from auditor.testing import base_of

    name = ready.place.rsplit(":", 1)[0]
    if ready.root == 0:
        fail(USAGE, f"“{ready.id}”是随程序提供的规则，不能改写；请去掉 --write，把打印的例子抄到替换它的规则里")
    text = inserted(book.sources[name], base_of(book, ready), lines)
    if text is None:
        fail(USAGE, "这条规则的 examples 写在一行里，不能自动补充；请去掉 --write，把打印的例子抄进去")
    Path(name).write_text(text, encoding="utf-8")
    click.echo(f"已在 {name} 中补充 {sum(map(len, lines.values()))} 个例子，请逐个核对是否符合规则的本意。")
