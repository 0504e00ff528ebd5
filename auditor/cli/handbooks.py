"""`auditor rules docs`: the handbook as Markdown on the screen, or as HTML with the scoring standard as Word in a folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from auditor.cli import USAGE, fail
from auditor.cli.rulebooks import loaded
from auditor.review.handbook import Handbook, RulePage, handbook

HANDBOOK, STANDARD = "规则手册.html", "评分细则.docx"


def run(folders: Sequence[Path], out: Path | None, year: int | None) -> int:
    """Prints or writes the handbook; the exit code."""
    book, today = loaded(folders), dt.date.today()
    made = handbook(book, year or today.year)
    if out is None:
        for line in _markdown(made):
            click.echo(line)
        return 0
    from auditor.documents.handbook import render as page
    from auditor.documents.standard import render as paper

    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / HANDBOOK).write_bytes(page(made, today))
        (out / STANDARD).write_bytes(paper(made.standard, today))
    except OSError as error:
        fail(USAGE, f"不能写入“{out}”（{error.strerror or '无权限'}）；文件正打开着的，请关闭后重试")
    click.echo(f"已写入 {out / HANDBOOK}（规则 {len(made.rules)} 条，用浏览器打开，不用联网）")
    click.echo(f"已写入 {out / STANDARD}（{made.standard.year} 年度报告的评分细则，可在 Word 中修改后印发）")
    return 0


def _markdown(book: Handbook) -> Iterator[str]:
    yield f"# 规则手册\n\n规则 {len(book.rules)} 条，组合规则 {len(book.patterns)} 条，哈希 {book.sha256[:12]}。"
    for page in (*book.rules, *book.patterns):
        yield from _page(page)


def _page(page: RulePage) -> Iterator[str]:
    state = "" if page.status == "正式" else f"，{page.status}"
    yield f"\n## {page.id}  {page.title}\n"
    yield f"- 严重程度：{page.severity}（{page.points}）  认定：{page.certainty}  方面：{page.dimension}{state}"
    yield f"- 适用：{page.scope}"
    yield from (f"- 判断：{words}" for words in page.logic)
    yield from (f"- 依据：{basis}" for basis in page.bases)
    for name, words in (("为什么", page.why), ("人工核对", page.verify), ("整改", page.remedy)):
        if words:
            yield f"- {name}：{words}"
    yield from (f"- 例子（{outcome}）：{words}" for outcome, words in page.examples)
