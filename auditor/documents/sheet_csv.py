"""CSV: an audit -> one line a finding, for whoever sorts and counts in a spreadsheet of their own.

Encoding  UTF-8 with a byte order mark, CRLF: a double click in Windows opens it in Chinese
Safety    text that begins with = + - @, a tab or a line break gets a leading ', so that no spreadsheet computes it
Stamp     every line ends with the run, the rulebook, the engine, the files unread and the figures that could not be read
Missing   a report that the roster says is due and that is not there has a line too (认定 疑似, unless the roster says 未公布)
Apart     the column 认定 says 确定 or 疑似; the certain ones come first, the suspected ones after all of them
Ledger    of a run that a ledger holds, further columns: number, what people decided, what they noted, the head of the chain; the
          column of what the rules say is then called 初步结论
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from auditor.documents import standing, words
from auditor.documents.printing import line, printable
from auditor.model import Audit, Finding, Judged, Outcome, UnitYear, Verdict

HEADER: Final = (
    "序号",
    "认定",
    "责任单位",
    "单位类别",
    "报告年度",
    "检查对象",
    "问题类别",
    "问题",
    "问题描述",
    "原文摘录",
    "位置",
    "依据",
    "严重程度",
    "扣分",
    "扣分说明",
    "整改要求",
    "核实要点",
    "规则编号",
    "问题指纹",
    "来源文件",
    "批次号",
    "规则库版本",
    "工作档案",
    "规则库校验值",
    "引擎版本",
    "未读文件数",
    "无法读取的数据项数",
)
LEDGER: Final = (
    "编号",
    "认定",
    "认定理由",
    "认定人",
    "认定日期",
    "依据文号",
    "豁免到期日",
    "重新认定的原因",
    "备注",
    "台账条数",
    "台账校验码",
)
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def render(audit: Audit) -> bytes:
    """The file's bytes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    kept = audit.ledger is not None
    writer.writerow(("序号", "初步结论", *HEADER[2:], *LEDGER) if kept else HEADER)
    run = audit.run
    stamp = (
        run.id,
        run.rulebook.version,
        line(run.rulebook.county),
        run.rulebook.sha256,
        run.engine,
        str(len(audit.unread)),
        str(words.all_unreadable(audit)),
    )
    for number, (row, finding) in enumerate(_rows(audit), 1):
        known = _known(audit, finding) if kept else ()
        writer.writerow([str(number), *map(harmless, (*row, *stamp, *known))])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def harmless(value: str) -> str:
    """The text, with a leading ' where a spreadsheet would take it for a formula."""
    clean = printable(value)
    return "'" + clean if clean.lstrip(" ").startswith(_ACTIVE) or value.startswith(_ACTIVE) else clean


def _rows(audit: Audit) -> Iterator[tuple[tuple[str, ...], Finding]]:
    for outcome in (Outcome.BROKEN, Outcome.SUSPECTED):
        for judged in audit.reports:
            for finding in words.ordered(judged.findings):
                if finding.outcome is outcome:
                    yield _row(judged, finding), finding
        for one, said in standing.missing(audit, outcome):
            yield _missing_row(one, said), said


def _known(audit: Audit, finding: Finding) -> tuple[str, ...]:
    """What the ledger knows of a finding."""
    said, stamp = finding.verdict or Verdict(""), audit.ledger
    return (
        finding.number,
        said.word,
        line(said.why),
        line(said.by),
        said.on.isoformat() if said.on else "",
        line(said.paper),
        said.until.isoformat() if said.until else "",
        line(finding.reopened),
        line(finding.remark),
        str(stamp.entries) if stamp else "",
        stamp.head if stamp else "",
    )


def _missing_row(one: UnitYear, finding: Finding) -> tuple[str, ...]:
    """A report that is not there: it has no words, no place and no file, and costs nothing until it is scored."""
    return (
        words.outcome_words(finding.outcome),
        standing.liable(one),
        one.kind,
        str(one.year),
        standing.object_words(one),
        finding.dimension,
        line(finding.title),
        words.message_words(finding),
        "",
        "",
        words.bases_words(finding),
        finding.severity,
        "",
        "没有报告，不计分",
        line(finding.remedy),
        line(finding.verify),
        finding.rule,
        finding.fingerprint,
        "",
    )


def _row(judged: Judged, finding: Finding) -> tuple[str, ...]:
    return (
        words.outcome_words(finding.outcome),
        words.unit_name(judged),
        judged.report.profile.unit_kind,
        str(judged.report.profile.year or ""),
        words.subject_words(judged),
        finding.dimension,
        line(finding.title),
        words.message_words(finding),
        words.excerpt_words(judged.report, finding),
        words.position_words(judged.report, finding),
        words.bases_words(finding),
        finding.severity,
        words.number_words(finding.deducted),
        words.cost_note(finding, judged.findings),
        line(finding.remedy),
        line(finding.verify),
        finding.rule,
        finding.fingerprint,
        judged.report.source,
    )
