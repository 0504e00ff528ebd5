"""A notebook of the Python interface: run it from the project's folder, cell by cell or whole. A test runs it too.

It audits the shipped reports of a fictional county twice, a quarter apart, and asks what changed. Nothing outside a temporary
folder is written.
"""

# %% What is needed
import datetime as dt
import tempfile
from pathlib import Path

import pandas as pd

import auditor

CHINA = dt.timezone(dt.timedelta(hours=8))
first_day, second_day = dt.datetime(2026, 2, 10, 9, tzinfo=CHINA), dt.datetime(2026, 5, 11, 9, tzinfo=CHINA)
reports, roster = Path("reports/2025年度"), "reports/名册.xlsx"
folder = tempfile.TemporaryDirectory()
ledger = auditor.open_ledger(Path(folder.name, "台账.sqlite"), create=True)

# %% One audit: paths in, an Audit out; with a ledger it is kept, and its findings have numbers
done = auditor.audit(reports, roster=roster, quarter="2026Q1", at=first_day, jobs=1, ledger=ledger)
print(f"{len(done.reports)} 份报告，规则 {done.run.rulebook.rules} 条")

# %% Scores: one row a report; what is missing has no points, and says so
scores = auditor.scores_frame(done)
print(scores["state"].value_counts().to_string())
read = scores[scores["state"] == "完整"].copy()
read["points"] = read["points"].astype(float)  # exact decimals until here
print(read.groupby("unit_kind")["points"].agg(["count", "mean", "min"]).round(2).to_string())

# %% Findings: certain ones and suspected ones apart
findings = auditor.findings_frame(done)
findings = findings[~findings["conclusion"]]
print(pd.crosstab(findings["dimension"], findings["outcome"]).to_string())
print(findings["rule"].value_counts().head(3).to_string())

# %% Facts: a blank is no zero, so it is in no sum
facts = auditor.facts_frame(done, facts=["本年新收.自然人"])
print(facts["state"].value_counts().to_string())
print("自然人本年新收", facts["count"].sum(), "件，由", facts["count"].count(), "份报告")

# %% The next quarter: one unit hands in a corrected report
corrected = Path(folder.name, "更正")
corrected.mkdir()
(wrong,) = reports.glob("*石帆镇*.html")
text = wrong.read_text("utf-8").replace("2025年12月1日", "2025年12月31日")
row = next(line for line in text.splitlines() if "一、本年新收" in line)  # the table says 0 where the prose says 1
first, last = row.replace(">0<", ">1<", 1).rsplit(">0<", 1)
Path(corrected, wrong.name).write_text(text.replace(row, f"{first}>1<{last}"), "utf-8")
others = [path for path in reports.iterdir() if path.is_file() and path.name != wrong.name]
auditor.audit([*others, corrected], roster=roster, quarter="2026Q2", at=second_day, jobs=1, ledger=ledger)

# %% What became of each finding, and why scores moved
compared = auditor.compare(ledger, "2026Q1", "2026Q2", at=second_day.date())
fates = auditor.fates_frame(compared)
print(fates["fate"].value_counts().to_string())
print(fates.loc[fates["fate"] == "已改正", ["unit", "rule", "title"]].to_string(index=False))
moves = auditor.moves_frame(compared)
print(moves.loc[moves["before"] != moves["after"], ["unit", "before", "after", "by_report"]].to_string(index=False))

# %% Trends over the quarters, and one unit's history
trends = auditor.trends_frame(ledger, at=second_day.date())
print(trends[["over", "reports", "missing", "mean", "broken", "suspected", "mended"]].to_string(index=False))
past = auditor.history(ledger, "石帆镇", at=second_day.date())
print(past.unit, [(one.counted.quarter, str(one.counted.record.points)) for one in past.quarters])

# %% Into a file for Windows (or, with the extra `parquet`, for other programs); then the ledger is let go
auditor.write_frame(trends, Path(folder.name, "趋势.csv"))
ledger.close()
folder.cleanup()
