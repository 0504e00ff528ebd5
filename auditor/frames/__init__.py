"""Tables of pandas: an audit, or a ledger over its quarters -> scores, findings, facts, trends, rules; tables -> CSV, Parquet.

Source    an `Audit`, or an open `Ledger`: then a row for each quarter in which a report was judged, of several runs of a quarter
          the last record of each unit and year; the columns are the same, so that tables of both may be joined
Columns   English names, Chinese values; `SCORES`, `FINDINGS`, `FACTS`, `TRENDS`, `RULES`, `FATES`, `MOVES` give type, head and meaning
Exact     points and money are decimal.Decimal in columns of type object, never float: 0.1 stays 0.1 and sums are exact;
          `frame["points"].dropna().astype(float)` where only speed counts
Types     counts Int64 (nullable), text pandas' nullable string, flags nullable boolean
Units     points 0 … 100; counts in the form's unit (`measure`: 件 条 人 …), money in 万元; years are report years
Absent    what is not there is pd.NA and never 0; the column `state` says why
Verdicts  of a ledger: as they hold on the day `at` (today, in Beijing) for the newest quarter, for an earlier one on the day
          before the next one began; the reports that they touch are drawn anew, which takes a second and then some
          hundredths of a second a report; `verdicts=False` gives what the rules alone say
Imports   pandas inside the functions; pyarrow only to write Parquet (the extra `parquet`)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

from auditor.frames import judged
from auditor.frames.columns import FACTS, FATES, FINDINGS, MOVES, RULES, SCORES, TRENDS, frame
from auditor.frames.writing import FrameError, write_frame
from auditor.model import Audit

if TYPE_CHECKING:
    import pandas as pd

    from auditor.ledger import Ledger
    from auditor.quarters.comparing import Comparison
    from auditor.rulebook import Rulebook

__all__ = [
    "FACTS",
    "FATES",
    "FINDINGS",
    "MOVES",
    "RULES",
    "SCORES",
    "TRENDS",
    "FrameError",
    "facts_frame",
    "fates_frame",
    "findings_frame",
    "moves_frame",
    "rules_frame",
    "scores_frame",
    "trends_frame",
    "write_frame",
]


def scores_frame(source: Audit | Ledger, *, at: dt.date | None = None, verdicts: bool = True) -> pd.DataFrame:
    """One row a report, and one for each report that is missing or could not be read (`SCORES`). Raises LedgerError."""
    if isinstance(source, Audit):
        return frame(SCORES, judged.scores(source))
    from auditor.frames import kept
    from auditor.ledger.overview import checks

    return frame(SCORES, kept.scores(checks(source, at or _today(), verdicts=verdicts, fates=False)))


def findings_frame(source: Audit | Ledger, *, at: dt.date | None = None, verdicts: bool = True) -> pd.DataFrame:
    """One row a finding: absorbed ones, drafts and conclusions too (`FINDINGS`). Raises LedgerError."""
    if isinstance(source, Audit):
        return frame(FINDINGS, judged.findings(source))
    from auditor.frames import kept
    from auditor.ledger.overview import checks

    return frame(FINDINGS, kept.findings(checks(source, at or _today(), verdicts=verdicts, fates=False)))


def facts_frame(
    source: Audit | Ledger,
    rulebook: Rulebook | None = None,
    *,
    facts: Collection[str] | None = None,
    quarters: Collection[str] | None = None,
) -> pd.DataFrame:
    """One row a cell of the official tables, absent ones too (`FACTS`): about 200 a report.

    `facts` names the cells wanted, by id (request.received) or name (收到申请数); `quarters` those of a ledger. The forms of the
    rulebook (None: the packaged one) name the unit of each cell. Raises LedgerError.
    """
    measures = _measures(rulebook)
    if isinstance(source, Audit):
        rows = judged.facts(source, measures)
        return frame(FACTS, (row for row in rows if facts is None or row["fact"] in facts or row["name"] in facts))
    from auditor.frames import kept
    from auditor.ledger.histories import counted
    from auditor.ledger.remembering import remembered

    with source.reading():
        records = counted(source, remembered(source), quarters=quarters)
        return frame(FACTS, kept.facts(source, records, measures, facts))


def trends_frame(
    ledger: Ledger, by: str = "", over: str = "季度", *, at: dt.date | None = None, verdicts: bool = True
) -> pd.DataFrame:
    """One row a quarter (or report year, `over="年度"`) and word (`TRENDS`).

    `by` is "" (all together), 单位类别, 分组, 地区, 规则 or 方面. Means are of reports read whole only; those read in part, the
    unread and the missing are counted apart. Raises ValueError for another word, LedgerError.
    """
    from auditor.frames.rolled import trends
    from auditor.ledger.overview import checks
    from auditor.quarters.stats import By, Over, rolled

    chosen = By(by), Over(over)
    return frame(TRENDS, trends(rolled(checks(ledger, at or _today(), verdicts=verdicts), *chosen)))


def rules_frame(ledger: Ledger, *, at: dt.date | None = None) -> pd.DataFrame:
    """One row a rule of the latest rulebook, and of every other one that ever spoke (`RULES`). Raises LedgerError."""
    from auditor.frames.rolled import rules
    from auditor.ledger.overview import cards_now, checks
    from auditor.quarters.rulestats import rule_stats

    stats = rule_stats(checks(ledger, at or _today(), verdicts=False), cards_now(ledger))
    return frame(RULES, rules(stats))


def fates_frame(comparison: Comparison) -> pd.DataFrame:
    """One row a finding of either quarter: what became of it (`FATES`)."""
    from auditor.frames.compared import fates

    return frame(FATES, fates(comparison))


def moves_frame(comparison: Comparison) -> pd.DataFrame:
    """One row a unit and report year: its points in both quarters, why they changed, its places (`MOVES`)."""
    from auditor.frames.compared import moves

    return frame(MOVES, moves(comparison))


def _measures(rulebook: Rulebook | None) -> dict[str, str]:
    """The unit in which each cell counts, without what the form says of its print."""
    from auditor.rulebook import load

    book = rulebook or load()
    return {cell.id: cell.unit.split("（")[0] for form in book.lexicon.forms for cell in form.cells.values()}


def _today() -> dt.date:
    from auditor.model import CHINA

    return dt.datetime.now(CHINA).date()
