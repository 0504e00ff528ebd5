"""What the terminal shows of an audit: the table of results, the notes."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table

from auditor.documents import standing, words
from auditor.model import Audit, Judged, Outcome, Standing
from auditor.text import show

_DIGITS = 16
_MOST_FILES, _MOST_UNITS = 20, 30


def results(audit: Audit) -> Table:
    """Units, years, scores and grades, the lowest score first."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    second = any(judged.second is not None for judged in audit.reports)
    waived = any(judged.score.without_waivers != judged.score.points for judged in audit.reports)
    table.add_column("单位", overflow="fold", min_width=20 if second or waived else 26)
    for name in ("年度", "得分", "最低", "等次", "不合规", "疑似", "无法判断"):
        table.add_column(name, justify="right" if name != "等次" else "left", no_wrap=True)
    if second:
        table.add_column("并列得分", no_wrap=True)
    if waived:
        table.add_column("不计豁免", justify="right", no_wrap=True)
    for judged in sorted(audit.reports, key=lambda j: (j.score.points, j.report.source)):
        beside = [f"{show(judged.second.points)} {judged.second.grade}"] if judged.second else []
        beside += [_unwaived(judged)] if waived else []
        table.add_row(*_row(judged), *beside, style=_style(judged))
    return table


def _unwaived(judged: Judged) -> str:
    """The score that counts what is waived, where it is another one."""
    score = judged.score
    return show(score.without_waivers) if score.without_waivers != score.points else ""


def _row(judged: Judged) -> list[str]:
    profile, score = judged.report.profile, judged.score
    low = show(score.low) if score.low != score.points else ""
    grade = score.grade if score.grade == score.low_grade else f"{score.grade}/{score.low_grade}"
    count = {
        o: sum(1 for f in judged.findings if words.standing_of(f) is o and not f.members)
        for o in (Outcome.BROKEN, Outcome.SUSPECTED)
    }
    unclear = sum(1 for u in judged.undecided if u.outcome is Outcome.UNCLEAR)
    name = profile.organisation or judged.report.source
    numbers = (count[Outcome.BROKEN], count[Outcome.SUSPECTED], unclear)
    return [name, str(profile.year or "不明"), show(score.points), low, grade, *map(str, numbers)]


def _style(judged: Judged) -> str:
    return {"优秀": "green", "不合格": "red"}.get(judged.score.grade, "")


def summary(audit: Audit) -> list[str]:
    """What was read, what was not, and by which rulebook."""
    run = audit.run
    lines = [
        f"共审核 {len(audit.reports)} 份报告；规则 {run.rulebook.rules} 条，规则库 {run.rulebook.version} 版"
        f"（{run.rulebook.sha256[:12]}），程序 {run.engine}。"
    ]
    decided = words.decided_words(audit)
    lines += [f"人工认定：{decided}。"] if decided else []
    if audit.ledger is not None:
        lines.append(f"记入台账第 {audit.ledger.entries} 条，校验码 {audit.ledger.head[:_DIGITS]}。")
    lines += _local(audit)
    lines += list(run.notes)
    lines += standing_lines(audit)
    lines += _listed("未能读取", [(u.source, u.reason) for u in audit.unread])
    lines += _listed("非年报、未审核的", [(a.source, a.reason) for a in audit.set_aside])
    lines += _listed("同一报告的其他版本、未重复计分的", [(file, why) for file, _, why in standing.versions(audit)])
    lines += _listed("归属待核实或者不在名册中的", [(d.source, d.words) for d in standing.doubts(audit)])
    return lines


def _local(audit: Audit) -> list[str]:
    """The work folder's profile, and what it switched off."""
    lines = [f"工作档案“{audit.run.rulebook.county}”。"] if audit.run.rulebook.county else []
    if len(audit.county.models) > 1:
        lines.append(f"得分按“{audit.county.models[0]}”，并列得分按“{audit.county.models[1]}”。")
    off = words.switched_off(audit)
    lines += [f"按工作档案停用：{one.title}（{one.rule}；{one.scope}）：{one.reason}" for one in off[:_MOST_FILES]]
    if len(off) > _MOST_FILES:
        lines.append(f"  其余 {len(off) - _MOST_FILES} 项见结果文件。")
    return lines


def standing_lines(audit: Audit) -> list[str]:
    """应报, 已报, 未报, 无法读取 by year, and who is missing."""
    found = audit.completeness
    lines = standing.overview(found, " ")
    if found is not None and found.roster is None:
        lines.append("要核对未报单位，请用 auditor roster new --from 报告文件夹 生成名册并补全。")
    for year, units in standing.named(found, Standing.MISSING):
        more = f"等{len(units)}个单位" if len(units) > _MOST_UNITS else ""
        lines.append(f"{year}年度未报：{'、'.join(units[:_MOST_UNITS])}{more}。")
    few = standing.unnamed(found)
    if few:
        years = "、".join(map(str, few))
        lines.append(f"{years}年度已报不足应报的一半，没有逐个列出未报单位；需要逐个核对的，加 --year {few[-1]}。")
    return lines


def _listed(what: str, files: Sequence[tuple[str, str]]) -> list[str]:
    if not files:
        return []
    rest = [f"  其余 {len(files) - _MOST_FILES} 个见结果文件。"] if len(files) > _MOST_FILES else []
    return [f"{what}文件 {len(files)} 个：", *(f"  {source}：{why}" for source, why in files[:_MOST_FILES]), *rest]
