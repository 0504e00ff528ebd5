"""Case files: what an inspector knows of whole reports, as YAML; an audit of these reports -> where it differs.

    2024年度/某镇.docx:          the report, from the folder of the case file, else from reports/ or the current folder
      must      rule: outcome, or rule: {outcome: …, facts: [names of cells], note: …}; outcome is broken, suspected, either
                (one of the two), kept, unclear, not_applicable or to_confirm; a finding may name more cells than `facts`
      must_not  rules that find nothing
      may       rules that may find something; where it is written, a finding of any other rule but `must` is wrong
      clean     true: a sound report: no finding but those that `may` lists
      organisation unit_kind year form published filled   the profile, each only where it is written; dates as 2018-03-02
      version_of  the path of a report of which this one is another version: it is compared with that one, not judged
      later note   words for people
Refuses   unknown keys, rules, outcomes and cells, and reports that are not there: every mistake with line and column
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from auditor.model import Audit, Judged, Outcome
from auditor.rulebook.book import Rulebook
from auditor.rulebook.mistakes import Mistake
from auditor.rulebook.source import Path as Keys
from auditor.rulebook.source import Source, parse
from auditor.spelling import nearest

_PROFILE = ("organisation", "unit_kind", "year", "form", "published", "filled")
_KEYS = (*_PROFILE, "clean", "must", "must_not", "may", "version_of", "later", "note")
_MUST = ("outcome", "facts", "note")
_EITHER = "either"
_OUTCOMES = (*(o.value for o in Outcome), _EITHER)
_FOUND = (Outcome.BROKEN, Outcome.SUSPECTED)


@dataclass(frozen=True, slots=True)
class CaseReport:
    """One report of a case file: its path as written and as found, and what must hold of it."""

    path: str
    found: str
    wanted: Mapping[str, Any]


@dataclass
class CaseFile:
    """A case file as read; with `mistakes` it is not used."""

    source: Source
    reports: list[CaseReport] = field(default_factory=list)

    @property
    def mistakes(self) -> list[Mistake]:
        """What is wrong with the file itself."""
        return self.source.mistakes


def read(name: str, text: str, book: Rulebook, find: Callable[[str], str | None]) -> CaseFile:
    """A case file; `find` gives where a report lies, None where it is nowhere."""
    file = CaseFile(parse(name, text))
    if file.mistakes:
        return file
    if not isinstance(file.source.data, dict) or not file.source.data:
        file.source.missing("案例文件应为“报告路径: {must: …}”的映射")
        return file
    reader = _Reader(file.source, book)
    for path, wanted in file.source.data.items():
        found = find(path)
        if found is None:
            file.source.mistake(
                (path,), f"找不到报告“{path}”（先从案例文件所在文件夹找，再从 reports 和当前文件夹找）", key=True
            )
        if reader.report((path,), wanted) and found is not None:
            file.reports.append(CaseReport(path, found, wanted))
    return file


@dataclass(frozen=True)
class _Reader:
    """Checks one report's entry; every mistake is told to the source."""

    source: Source
    book: Rulebook

    def report(self, at: Keys, wanted: Any) -> bool:
        before = len(self.source.mistakes)
        if not isinstance(wanted, dict):
            self.source.mistake(at, "应为映射，如 {must: {规则ID: broken}}")
            return False
        self._keys(at, wanted, _KEYS)
        if "clean" in wanted and not isinstance(wanted["clean"], bool):
            self.source.mistake((*at, "clean"), "clean 应为 true 或 false")
        for key in ("must_not", "may"):
            for number, rule in enumerate(self._list((*at, key), wanted.get(key))):
                self._rule((*at, key, number), rule)
        must = wanted.get("must") or {}
        if not isinstance(must, dict):
            self.source.mistake((*at, "must"), "must 应为映射（规则ID: 结果）")
            return False
        for rule, said in must.items():
            self._rule((*at, "must", rule), rule, key=True)
            self._said((*at, "must", rule), said)
        return len(self.source.mistakes) == before

    def _keys(self, at: Keys, given: Mapping[str, Any], known: Sequence[str]) -> None:
        for key in given:
            if key not in known:
                near = nearest(key, known) or f"，可用：{'、'.join(known)}"
                self.source.mistake((*at, key), f"未知字段“{key}”{near}", key=True)

    def _list(self, at: Keys, value: Any) -> list[Any]:
        if value is not None and not isinstance(value, list):
            self.source.mistake(at, f"{at[-1]} 应为列表")
            return []
        return value or []

    def _rule(self, at: Keys, rule: Any, *, key: bool = False) -> None:
        known = [r.id for r in self.book.rules] + [p.id for p in self.book.patterns]
        if rule not in known and self.book.rule(str(rule)) is None:
            self.source.mistake(at, f"没有规则“{rule}”{nearest(str(rule), known)}", key=key)

    def _said(self, at: Keys, said: Any) -> None:
        outcome, place = said, at
        if isinstance(said, dict):
            self._keys(at, said, _MUST)
            outcome, place = said.get("outcome"), (*at, "outcome")
            names = {name for form in self.book.forms for name in form.by_name}
            for number, name in enumerate(self._list((*at, "facts"), said.get("facts"))):
                if name not in names:
                    self.source.mistake((*at, "facts", number), f"没有名为“{name}”的数据项{nearest(str(name), names)}")
        if outcome not in _OUTCOMES:
            near = nearest(str(outcome), _OUTCOMES) or f"，可用：{'、'.join(_OUTCOMES)}"
            self.source.mistake(place, f"未知的结果“{outcome}”{near}")


def differences(file: CaseFile, audit: Audit) -> Iterator[Mistake]:
    """Where the audit says something else than the case file, each at its line."""
    by_source = {judged.report.source: judged for judged in audit.reports}
    unread = {item.source: item.reason for item in audit.unread}
    for case in file.reports:
        judged = by_source.get(case.found)
        if judged is None and "version_of" in case.wanted:
            continue
        if judged is None:
            yield _told(
                file, (case.path,), f"报告未能读取：{unread.get(case.found, '没有作为单独的报告识别')}", key=True
            )
            continue
        for path, words in _of_report(case, judged):
            yield _told(file, (case.path, *path), words)


def _told(file: CaseFile, path: Keys, words: str, *, key: bool = False) -> Mistake:
    told = file.source.mistake(path, words, key=key)
    file.source.mistakes.remove(told)
    return told


def _of_report(case: CaseReport, judged: Judged) -> Iterator[tuple[Keys, str]]:
    wanted, said = case.wanted, _fired(judged)
    yield from _of_profile(wanted, judged)
    for rule, want in (wanted.get("must") or {}).items():
        yield from (((("must", rule), words)) for words in _of_rule(rule, want, judged, said))
    for at, rule in enumerate(wanted.get("must_not") or ()):
        if rule in said:
            yield ("must_not", at), f"规则“{rule}”不应指出问题，实为：{_messages(judged, rule)}"
    if wanted.get("clean") or "may" in wanted:
        allowed = {*(wanted.get("must") or ()), *(wanted.get("may") or ())}
        for rule in sorted(set(said) - allowed):
            yield (
                ("may",) if "may" in wanted else ("clean",),
                f"规则“{rule}”没有列入，却指出了问题：{_messages(judged, rule)}",
            )


def _fired(judged: Judged) -> dict[str, Outcome]:
    out: dict[str, Outcome] = {}
    for finding in judged.findings:
        if not finding.members and out.get(finding.rule) is not Outcome.BROKEN:
            out[finding.rule] = finding.outcome
    return out


def _of_rule(rule: str, want: Any, judged: Judged, said: Mapping[str, Outcome]) -> Iterator[str]:
    outcome = want.get("outcome") if isinstance(want, Mapping) else want
    is_said = said.get(rule) or judged.outcomes.get(rule)
    if is_said is None or not (is_said in _FOUND if outcome == _EITHER else is_said.value == outcome):
        found = is_said.value if is_said else "没有结果"
        yield f"规则“{rule}”应为 {outcome}，实为 {found}" + (f"（{_messages(judged, rule)}）" if rule in said else "")
        return
    facts = judged.report.facts
    named = {facts[i].name for f in judged.findings if f.rule == rule for i in f.facts if i in facts}
    missing = [name for name in (want.get("facts") or () if isinstance(want, Mapping) else ()) if name not in named]
    if missing:
        yield f"规则“{rule}”应指出{'、'.join(missing)}，实为{'、'.join(sorted(named)) or '没有数据项'}"


def _of_profile(wanted: Mapping[str, Any], judged: Judged) -> Iterator[tuple[Keys, str]]:
    profile = judged.report.profile
    for key in _PROFILE:
        if key in wanted:
            found = getattr(profile, key)
            want = wanted[key]
            if (None if found is None else str(found)) != (None if want is None else str(want)):
                yield (key,), f"{key} 应为 {want}，识别为 {found}"


def _messages(judged: Judged, rule: str) -> str:
    return "；".join([f.message for f in judged.findings if f.rule == rule][:2])
