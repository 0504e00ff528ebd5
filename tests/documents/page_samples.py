"""Audits for the page: with originals whose evidence can be marked, and a county of ten thousand findings, for size and speed."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from sample_audit import sample_audit

from auditor.model import Audit, Evidence, Finding, Judged, Span

FINDINGS = 10_000
RULES = 60


def large_audit(units: int = 300, findings: int = FINDINGS) -> Audit:
    """Every unit gets as many findings as the others; words, numbers and points differ from one to the next."""
    audit = sample_audit(units)
    pool = [f for judged in audit.reports[:14] for f in judged.findings if not f.members]
    each, more = divmod(findings, units)
    reports = (_filled(judged, pool, at, each + (at < more)) for at, judged in enumerate(audit.reports))
    return replace(audit, reports=tuple(reports))


def _filled(judged: Judged, pool: list[Finding], at: int, each: int) -> Judged:
    found = []
    for number in range(each):
        source = pool[(at * 7 + number) % len(pool)]
        rule = (at + number * 3) % RULES
        found.append(
            replace(
                source,
                rule=f"rule-{rule:02d}",
                title=f"{source.title}（第{rule + 1}项）",
                fingerprint=f"{at:016x}{number:016x}",
                message=f"{source.message}；本单位第{number + 1}项，相差 {at * 31 + number} 件",
                absorbed_by=None,
                number=f"2026Q1-第{at}乡-{number + 1:02d}",
            )
        )
    return replace(judged, findings=tuple(found))


def with_originals(audit: Audit, said: str = "收到申请12件，办结11件。") -> tuple[Audit, dict[str, bytes]]:
    """The audit with flat text as originals, by SHA-256: a line for each finding, whose words are its only evidence."""
    kept: dict[str, bytes] = {}
    reports = []
    for judged in audit.reports:
        lines = [f"{judged.report.source}的年度报告"]
        findings = []
        for number, finding in enumerate(judged.findings, 1):
            start = sum(len(one) + 1 for one in lines)
            lines.append(f"第{number}段，{said}")
            place = Span(start + len(f"第{number}段，"), start + len(lines[-1]))
            findings.append(replace(finding, evidence=(Evidence(said, place, "正文"),), facts=()))
        lines += [f"第{number}行，没有问题的话。" for number in range(60)]
        data = "\n".join(lines).encode()
        digest = hashlib.sha256(data).hexdigest()
        kept[digest] = data
        report = replace(
            judged.report, sha256=digest, kind="txt", encoding="utf-8", source=f"{judged.report.source}.txt"
        )
        reports.append(replace(judged, report=report, findings=tuple(findings)))
    return replace(audit, reports=tuple(reports)), kept
