"""Texts -> a compiled Rulebook, or RulebookError with every mistake at once.

Order       data files, forms, laws, parameters, lexicon; then every rule by itself; then what only shows among all
            (ids twice, unknown ids in covers and patterns); a mistake in one file never hides those of another
Merging     a later folder's data files are laid over the packaged ones: mappings merge, lists of values go first
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from auditor.checks import KINDS
from auditor.checks.check import SECTION_WORDS, Compiling, KeyMistake, PatternSet
from auditor.checks.relation import Formulas, formulas
from auditor.facts.lexicon import Lexicon
from auditor.form import Form
from auditor.model import RulebookStamp
from auditor.rulebook import meaning
from auditor.rulebook.book import Edition, Ready, Rulebook
from auditor.rulebook.county import County, CountyEntry, county_from, entry_from, problems
from auditor.rulebook.forms import form_from
from auditor.rulebook.holidays import calendar_from
from auditor.rulebook.keys import known_keys
from auditor.rulebook.laws import Law
from auditor.rulebook.lexicon import lexicon_from
from auditor.rulebook.mistakes import Mend, Mistake, RulebookError
from auditor.rulebook.models import TABLES
from auditor.rulebook.parameters import Parameter, ParameterEntry, bad_value
from auditor.rulebook.pattern import Pattern, pattern_from, set_problems
from auditor.rulebook.rule import Grade, Rule, Years, kind_keys, models
from auditor.rulebook.scoring import Scoring, scoring_from
from auditor.rulebook.source import Path as Keys
from auditor.rulebook.source import Source, parse
from auditor.rulebook.texts import ABOVE, BESIDE, COUNTY, HOLIDAYS, SCORING, RuleFile, Texts, read_texts
from auditor.rulebook.weighing import reweighed
from auditor.rulebook.words import kind_words, tell, value_mend
from auditor.spelling import nearest

# Words that every message may use beside the names of cells and its kind's own words.
COMMON_WORDS = frozenset(
    {"单位", "年度", "章节", "rule", "each", "数量", "比例", "天数", "同类", "本年报告", "上年报告"}
)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def load(folders: Iterable[Path | str] = (), work: Path | None = None, instead: Texts | None = None) -> Rulebook:
    """The packaged rulebook (or a pack's, `instead`) with a work folder's profile and the folders of --rules.

    Raises RulebookError.
    """
    told: list[Mistake] = []
    texts = read_texts(folders, work, instead, told)
    return _Loader(texts, among=told).rulebook()


def build(texts: Texts) -> Rulebook:
    """The rulebook of some texts. Raises RulebookError with every mistake."""
    return _Loader(texts).rulebook()


def compiled(book: Rulebook, data: Mapping[str, Any]) -> Ready | tuple[Mistake, ...]:
    """One rule's data compiled against a loaded rulebook, which is not built anew; its mistakes where it is refused.

    The mistakes have no lines: the data may never have been a file. What only shows among all rules (ids twice, unknown
    ids in covers) is not looked at.
    """
    entry = _Entry(Source("", "", dict(data)), (), 0, dict(data))
    rule = _rule(entry)
    if rule is None:
        return tuple(entry.source.mistakes)
    loader = _Loader(book.texts, patterns=book.pattern_set)
    loader._basis(entry, rule, book.laws)
    subjects = frozenset(s.name for s in book.lexicon.claims.subjects)
    ready = loader._compiled(entry, rule, book.forms, frozenset(book.parameters), subjects)
    return tuple(entry.source.mistakes) if entry.source.mistakes or ready is None else ready


@dataclass
class _Entry:
    """A rule's data with the place it came from; `partial` where what is wrong was left out of its rule."""

    source: Source
    path: Keys
    root: int
    data: dict[str, Any]
    partial: bool = False


@dataclass
class _Loader:
    """One load: sources by file, and the mistakes among files."""

    texts: Texts
    sources: dict[str, Source] = field(default_factory=dict)
    among: list[Mistake] = field(default_factory=list)
    patterns: PatternSet = field(default_factory=PatternSet)

    def rulebook(self) -> Rulebook:
        for file in self.texts.files:
            self.sources[file.shown] = parse(file.shown, file.text, known_keys())
        forms = self._forms()
        laws = self._laws()
        edition = self._edition()
        own = self._county()
        calendar = calendar_from([(file.root, source) for file, source in self._files(HOLIDAYS)])
        shipped = self._parameters()
        parameters = self._own_parameters(own, shipped)
        lexicon = self._lexicon(forms)
        forms = tuple(form for form in forms if not form.variant)
        scoring = self._scoring(forms)
        subjects = frozenset(s.name for s in lexicon.claims.subjects) if lexicon else frozenset()
        rules = self._rules(forms, laws, frozenset(parameters), subjects)
        patterns = self._patterns(rules, laws)
        if not self.among:  # a file that cannot be read may hold what others name
            self._across(rules, patterns)
        if scoring is not None:
            self._scoring(forms, {*self._named_ids(), *(p.id for p in patterns), *self._pattern_ids()})
        county = self._local(own, rules, patterns, forms, scoring)
        mistakes = [m for s in self.sources.values() for m in s.finished()] + self.among
        if mistakes or lexicon is None or scoring is None or not forms:
            raise RulebookError(mistakes or [Mistake("rules", 1, 1, "规则库不完整")])
        active = sum(1 for r in rules if r.rule.status != "retired")
        stamp = RulebookStamp(self.texts.sha256, active, edition.version if edition else "", county.name)
        current = tuple(r for r in rules if r.rule.status != "retired")
        return Rulebook(
            self.texts,
            stamp,
            forms,
            lexicon,
            laws,
            parameters,
            scoring,
            current,
            patterns,
            self.patterns,
            dict(self.sources),
            county,
            edition,
            shipped,
            calendar,
        )

    # data files

    def _files(self, room: str) -> list[tuple[RuleFile, Source]]:
        return [(f, self.sources[f.shown]) for f in self.texts.files if f.room == room]

    def _forms(self) -> tuple[Form, ...]:
        """National forms in order of their letters, each followed by the provinces' prints of it."""
        out: list[Form] = []
        plain: dict[str, Mapping[str, object]] = {}
        prefixes: dict[str, str] = {}
        files = [(source, source.data) for _, source in self._files("forms")]
        for source, data in sorted(files, key=lambda file: isinstance(file[1], dict) and "extends" in file[1]):
            if not isinstance(data, dict):
                self._shape(source)
                continue
            base = plain.get(str(data.get("extends")))
            form = form_from(data, lambda path, words, source=source: _tell(source, path, words), base)  # type: ignore[misc]
            if form is None:
                continue
            out.append(form)
            if not form.variant:
                if form.letter in plain:
                    _tell(source, ("letter",), f"格式 {form.letter} 已在其他文件中定义")
                plain[form.letter] = data
            elif prefix := str(data.get("prefix") or ""):
                if prefix in prefixes:
                    _tell(source, ("prefix",), f"前缀 {prefix} 已用于“{prefixes[prefix]}”")
                prefixes[prefix] = form.variant
        return tuple(sorted(out, key=lambda f: (f.letter, f.variant)))

    def _shape(self, source: Source, wanted: str = "映射（字段: 值）") -> None:
        if not source.mistakes:
            source.missing(f"文件内容应为{wanted}")

    def _laws(self) -> dict[str, Law]:
        out: dict[str, Law] = {}
        for _, source in self._files("laws"):
            items = source.data if isinstance(source.data, list) else [source.data]
            if source.data is None:
                self._shape(source)
                continue
            for at, item in enumerate(items):
                path: Keys = (at,) if isinstance(source.data, list) else ()
                try:
                    law = Law.model_validate(item)
                except ValidationError as error:
                    tell(source, path, error, Law)
                    continue
                if law.id in out:
                    source.mistake((*path, "id"), f"法规 id“{law.id}”重复")
                out[law.id] = law
        return out

    def _edition(self) -> Edition | None:
        """The rulebook's own version; it is the shipped rulebook's alone."""
        files = self._files("rulebook.yaml")
        for file, source in files:
            if file.root:
                source.missing("版本文件 rulebook.yaml 只属于随程序提供的规则库，请移走")
        found = next((source for file, source in files if not file.root), None)
        if found is None:
            self.among.append(Mistake("rules/rulebook.yaml", 1, 1, "缺少此文件"))
            return None
        if found.mistakes:
            return None
        try:
            return Edition.model_validate(found.data)
        except ValidationError as error:
            tell(found, (), error, Edition)
            return None

    def _county(self) -> tuple[Source, CountyEntry] | None:
        """The work folder's profile; of several (a pack's and a work folder's) there is only one."""
        for _, source in self._files(COUNTY):
            entry = entry_from(source)
            return (source, entry) if entry else None
        return None

    def _parameters(self) -> dict[str, Parameter]:
        out: dict[str, Parameter] = {}
        for file, source in self._files("parameters.yaml"):
            if not isinstance(source.data, dict):
                self._shape(source)
                continue
            for name, data in source.data.items():
                merged = _under(data, out[name].entry) if file.root and name in out and isinstance(data, dict) else data
                try:
                    entry = ParameterEntry.model_validate(merged)
                except ValidationError as error:
                    tell(source, (name,), error, ParameterEntry)
                    continue
                for at in range(len(entry.values)):
                    if words := bad_value(entry, at):
                        _bad_value(source, (name, "values", at, "value"), words, entry, at)
                out[name] = Parameter(name, entry)
        return out

    def _own_parameters(
        self, own: tuple[Source, CountyEntry] | None, shipped: Mapping[str, Parameter]
    ) -> dict[str, Parameter]:
        """The parameters with the county's values before those of the rulebook."""
        out = dict(shipped)
        if own is None:
            return out
        source, county = own
        for name, values in county.parameters.items():
            if name not in out:
                source.mistake(("parameters", name), f"未知的参数“{name}”{nearest(name, out)}", key=True)
                continue
            entry = out[name].entry.model_copy(update={"values": (*values, *out[name].entry.values)})
            out[name] = Parameter(name, entry)
            under: Keys = ("parameters", name, "values")
            base = under if under in source.values else under[:2]
            for at in range(len(values)):
                if words := bad_value(entry, at):
                    _bad_value(source, (*base, at, "value"), words, entry, at)
        return out

    def _merged(self, room: str) -> Any:
        merged: Any = None
        for _, source in self._files(room):
            merged = source.data if merged is None else _laid_over(merged, source.data)
        return merged

    def _lexicon(self, forms: tuple[Form, ...]) -> Lexicon | None:
        rooms = ("claims.yaml", "organisations.yaml", "profile.yaml")
        for room in rooms:
            if not self._files(room):
                self.among.append(Mistake(f"rules/{room}", 1, 1, "缺少此文件"))
                return None

        def problem(file: str, path: Keys, words: str) -> None:
            room = file if file.endswith(".yaml") else f"{file}.yaml"
            holders = [s for _, s in self._files(room) if not path or path in s.values or path[:-1] in s.values]
            _tell(holders[-1] if holders else self._files(room)[-1][1], path, words)

        return lexicon_from(self._merged(rooms[0]), self._merged(rooms[1]), self._merged(rooms[2]), forms, problem)

    def _scoring(self, forms: tuple[Form, ...], rule_ids: Collection[str] | None = None) -> Scoring | None:
        """The scoring in force; a mistake is told in the last file that has the key."""
        files = [source for _, source in self._files(SCORING)]
        if not files:
            self.among.append(Mistake("rules/scoring.yaml", 1, 1, "缺少此文件"))
            return None
        data = _scoring_data([source.data for source in files])
        second = self._second(data, files)

        def problem(path: Keys, words: str) -> None:
            if second is not None and path[:1] == ("beside",):
                _tell(second, path[1:], words)
                return
            holders = [s for s in files if isinstance(s.data, dict) and path and path[0] in s.data]
            _tell(holders[-1] if holders else files[-1], path, words)

        return scoring_from(data, problem, rule_ids=rule_ids, sections=_sections(forms))

    def _second(self, data: Any, files: Sequence[Source]) -> Source | None:
        """The file of the second model, its data put in its place; None where it is written in the scoring itself."""
        name = data.get("beside") if isinstance(data, dict) else None
        if not isinstance(name, str):
            return None
        beside = {file.inside.removeprefix(ABOVE): source for file, source in self._files(BESIDE)}
        if name not in beside:
            if not files[-1].mistakes:
                _tell(files[-1], ("beside",), f"工作文件夹里没有“{name}”这个文件")
            data["beside"] = None
            return None
        source = beside[name]
        if not isinstance(source.data, dict) and not source.mistakes:
            self._shape(source)
        data["beside"] = source.data if isinstance(source.data, dict) else None
        return source

    # rules

    def _entries(self) -> list[_Entry]:
        out: list[_Entry] = []
        for file, source in self._files("rules"):
            if source.data is None and source.mistakes:
                continue
            listed = isinstance(source.data, list)
            if source.data is None or not isinstance(source.data, list | dict):
                self._shape(source, "一条规则，或规则的列表")
                continue
            for at, data in enumerate(source.data if listed else [source.data]):
                path: Keys = (at,) if listed else ()
                if not isinstance(data, dict):
                    source.mistake(path, "规则应为映射（字段: 值）")
                    continue
                out.append(_Entry(source, path, file.root, data))
        return out

    def _rules(
        self, forms: tuple[Form, ...], laws: Mapping[str, Law], parameters: frozenset[str], subjects: frozenset[str]
    ) -> list[Ready]:
        out: list[Ready] = []
        for entry in self._entries():
            rule = _rule(entry)
            if rule is None:
                continue
            self._basis(entry, rule, laws)
            ready = self._compiled(entry, rule, forms, parameters, subjects)
            if ready is not None and not entry.partial:
                out.append(ready)
        return out

    def _basis(self, entry: _Entry, rule: Rule, laws: Mapping[str, Law]) -> None:
        for at, basis in enumerate(rule.basis):
            if basis.law is None:
                continue
            law = laws.get(basis.law)
            where = (*entry.path, "basis", at, "law")
            if law is None:
                entry.source.mistake(where, f"未知的法规“{basis.law}”{nearest(basis.law, laws)}")
            elif law.goes_by(basis.at) != "audited" and not law.years.meets(_scope_years(rule)):
                entry.source.mistake(where, f"“{law.short}”不适用于本规则的年度（该法规管 {_years_words(law.years)}）")
            elif basis.at is not None and law.articles and law.article(basis.at) is None:
                known = [article.at for article in law.articles]
                words = (
                    f"“{law.short}”没有列出条款“{basis.at}”{nearest(basis.at, known) or '，'}可用：{'、'.join(known)}"
                )
                entry.source.mistake((*entry.path, "basis", at, "at"), words)

    def _compiled(
        self, entry: _Entry, rule: Rule, forms: tuple[Form, ...], parameters: frozenset[str], subjects: frozenset[str]
    ) -> Ready | None:
        kind = KINDS[rule.check]
        scope = tuple(f for f in forms if _in_scope(rule, f))
        if not scope and (rule.applies.form or kind.scope == "facts"):
            entry.source.mistake((*entry.path, "applies"), "适用的格式与年度没有交集，规则永远不会生效")
            return None
        context = Compiling(scope, forms, subjects, parameters, self.patterns, rule.id)
        before = len(entry.source.mistakes)
        check = self._try(entry, lambda: kind.compile(kind_keys(rule), context))
        when = self._try(entry, lambda: formulas(rule.when, context, ("when",)) if rule.when else None)
        grades: list[tuple[Grade, Formulas]] = []
        for at, grade in enumerate(rule.grades):
            made = self._try(entry, partial(_grade_formulas, grade, rule, context, at))
            if made is not None:
                grades.append((grade, made))
        self._messages(entry, rule, context)
        if len(entry.source.mistakes) > before or check is None:
            return None
        given = getattr(rule, "expect", None)
        expect = formulas(given, context, ("expect",), getattr(rule, "each", None)) if given else None
        mark = entry.source.values.get(entry.path)
        place = f"{entry.source.name}:{(mark.line if mark else 0) + 1}"
        letters = frozenset(f.letter for f in scope)
        return Ready(rule, check, kind.scope, when, tuple(grades), letters, place, entry.root, expect)

    def _try(self, entry: _Entry, make: Any) -> Any:
        try:
            return make()
        except KeyMistake as wrong:
            path = (*entry.path, *wrong.path)
            if not wrong.path:
                entry.source.mistake((*entry.path, "check"), wrong.message)
            else:
                mend = _mend(entry.source, path, wrong)
                entry.source.mistake(path, wrong.message, offset=wrong.offset, mend=mend)
            return None

    def _messages(self, entry: _Entry, rule: Rule, context: Compiling) -> None:
        known = KINDS[rule.check].words | COMMON_WORDS
        texts: list[tuple[Keys, str]] = [(("message",), rule.message), (("why",), rule.why)]
        texts += [
            (("grades", i, k), v) for i, g in enumerate(rule.grades) for k in ("message", "why") if (v := getattr(g, k))
        ]
        for path, text in texts:
            for match in _PLACEHOLDER.finditer(text):
                for name in (one.strip() for one in match[1].split("|")):
                    if name in known or name in context.vocabulary.names:
                        continue
                    words = f"消息中的“{{{name}}}”不是本规则可用的名称{nearest(name, known | context.vocabulary.names)}"
                    entry.source.mistake((*entry.path, *path), words, offset=match.start(1))
            if (alone := _unpaired(text)) is not None:
                entry.source.mistake((*entry.path, *path), "消息中的花括号没有成对", offset=alone)

    # patterns, and what only shows among all

    def _patterns(self, rules: Sequence[Ready], laws: Mapping[str, Law]) -> tuple[Pattern, ...]:
        ids = {i for r in rules for i in (r.id, *r.rule.aliases)} | self._named_ids()
        titles = {law.id: law.title for law in laws.values()}
        out: list[Pattern] = []
        places: dict[str, tuple[Source, Keys]] = {}
        for _, source in self._files("patterns"):
            items = source.data if isinstance(source.data, list) else [source.data]
            if source.data is None:
                self._shape(source)
                continue
            for at, item in enumerate(items):
                base: Keys = (at,) if isinstance(source.data, list) else ()
                pattern = pattern_from(item, ids, partial(_tell_under, source, base), laws=titles)
                if pattern is not None:
                    out.append(pattern)
                    places[pattern.id] = (source, base)
        for id, words in set_problems(out):
            source, base = places[id]
            source.mistake((*base, "id"), words)
        return tuple(sorted(out, key=lambda p: p.id))

    def _named_ids(self) -> set[str]:
        """Ids of rules that did not compile: a pattern must not be blamed for them."""
        return {str(e.data["id"]) for e in self._entries() if "id" in e.data}

    def _across(self, rules: list[Ready], patterns: Sequence[Pattern]) -> None:
        self._replaced(rules)
        ids = self._named_ids()
        seen: dict[str, str] = {}
        for ready in rules:
            source, path = self._where(ready)
            for id in (ready.id, *ready.rule.aliases):
                if id in seen:
                    source.mistake(
                        (*path, "id" if id == ready.id else "aliases"), f"规则 id“{id}”重复，已见于 {seen[id]}"
                    )
                seen[id] = ready.place
            for at, covered in enumerate(ready.rule.covers):
                if covered not in ids:
                    source.mistake((*path, "covers", at), f"未知的规则“{covered}”{nearest(covered, ids)}")
            if ready.rule.successor and ready.rule.successor not in ids:
                source.mistake(
                    (*path, "successor"), f"未知的规则“{ready.rule.successor}”{nearest(ready.rule.successor, ids)}"
                )
            if ready.rule.status == "retired" and not ready.rule.reason:
                source.mistake((*path, "status"), "停用的规则须写 reason（停用原因）")

    def _where(self, ready: Ready) -> tuple[Source, Keys]:
        name = ready.place.rsplit(":", 1)[0]
        source = self.sources[name]
        data = source.data
        if isinstance(data, list):
            at = next(i for i, item in enumerate(data) if isinstance(item, dict) and item.get("id") == ready.id)
            return source, (at,)
        return source, ()

    def _replaced(self, rules: list[Ready]) -> None:
        for ready in [r for r in rules if r.rule.replaces]:
            target = ready.rule.replaces
            found = [r for r in rules if r is not ready and r.id == target and r.root < ready.root]
            if not found:
                source, path = self._where(ready)
                ids = {r.id for r in rules}
                source.mistake((*path, "replaces"), f"没有可替换的规则“{target}”{nearest(str(target), ids)}")
            for old in found:
                rules.remove(old)

    def _local(
        self,
        own: tuple[Source, CountyEntry] | None,
        rules: list[Ready],
        patterns: Sequence[Pattern],
        forms: Sequence[Form],
        scoring: Scoring | None,
    ) -> County:
        """The profile over the rules: what it enables and weighs otherwise. What it switches off is asked case by case."""
        if own is None:
            return County()
        source, entry = own
        statuses = dict.fromkeys(self._named_ids(), "")
        statuses |= {id: r.rule.status for r in rules for id in (r.id, *r.rule.aliases)}
        problems(entry, source, statuses, {p.id for p in patterns} | self._pattern_ids(), forms)
        county = county_from(entry, forms)
        if scoring is not None:
            rules[:] = [reweighed(ready, county, scoring) for ready in rules]
        ids = {id: r.id for r in rules for id in r.rule.aliases}
        off = (replace(one, rules=tuple(ids.get(id, id) for id in one.rules)) for one in county.off)
        return replace(county, off=tuple(off))

    def _pattern_ids(self) -> set[str]:
        """Ids of patterns that did not compile: the profile must not be blamed for them."""
        found: set[str] = set()
        for _, source in self._files("patterns"):
            items = source.data if isinstance(source.data, list) else [source.data]
            found |= {str(item["id"]) for item in items if isinstance(item, dict) and "id" in item}
        return found


def _unpaired(text: str) -> int | None:
    """Where a brace without a partner stands."""
    opened: int | None = None
    for at, char in enumerate(text):
        if char == "{":
            if opened is not None:
                return opened
            opened = at
        elif char == "}":
            if opened is None:
                return at
            opened = None
    return opened


def _mend(source: Source, path: Keys, wrong: KeyMistake) -> Mend | None:
    """What a mistake in a formula should read instead."""
    place = source.span(path, wrong.offset, wrong.length) if wrong.instead is not None else None
    if place is None or wrong.instead is None:
        return None
    return Mend(*place, wrong.instead, wrong.sure and source.raw(path)[:1] != '"')


def _tell_under(source: Source, base: Keys, path: Keys, words: str) -> None:
    """A mistake of another room, its path counted from an item of the file."""
    _tell(source, (*base, *path), words)


def _tell(source: Source, path: Keys, words: str) -> None:
    """A mistake that another room found; a missing or unknown key is shown at the key."""
    key = path in source.keys and ("未知字段" in words or "重复" in words)
    if path and path not in source.values and path not in source.keys and "缺少" in words:
        source.missing(words)
        return
    source.mistake(path, words, key=key)


def _laid_over(base: Any, other: Any) -> Any:
    if isinstance(base, dict) and isinstance(other, dict):
        return {**base, **{k: _laid_over(base[k], v) if k in base else v for k, v in other.items()}}
    if isinstance(base, list) and isinstance(other, list):
        return [*other, *base]
    return base if other is None else other


# What a later scoring.yaml says of these replaces all that an earlier one says; severities are laid over one by one.
_WHOLE = ("caps", "gates", "grades", "indicators", "levels", "items", "bonus", "beside")


def _scoring_data(layers: Sequence[Any]) -> Any:
    """The layers as one: a county that writes its own caps, gates or grades means these and no others.

    A later layer with a model of its own does not inherit what belongs to another model.
    """
    merged: Any = None
    for layer in layers:
        if not isinstance(merged, dict) or not isinstance(layer, dict):
            merged = layer if layer is not None else merged
            continue
        model = layer.get("model", merged.get("model"))
        kept = {k: v for k, v in merged.items() if k not in layer or k not in _WHOLE}
        kept = {k: v for k, v in kept.items() if model == merged.get("model") or k in _ANY_MODEL}
        merged = {**kept, **{k: _laid_over(kept.get(k), v) for k, v in layer.items()}}
    return dict(merged) if isinstance(merged, dict) else merged


_ANY_MODEL = ("severities", "gates", "grades")


def _sections(forms: Sequence[Form]) -> frozenset[str]:
    """What a scoring may call a section: tables, parts of the forms, kinds of sections."""
    tables = {cell.table for form in forms for cell in form.cells.values()}
    parts = {cell.part for form in forms for cell in form.cells.values()}
    return frozenset({*SECTION_WORDS, *(TABLES.get(table, table) for table in tables), *parts})


def _under(data: dict[str, Any], entry: ParameterEntry) -> dict[str, Any]:
    """A local folder's values come first; what it leaves out stays as packaged."""
    base = {
        "title": entry.title,
        "kind": entry.kind,
        "otherwise": entry.otherwise,
        "unit": entry.unit,
        "note": entry.note,
    }
    given = data.get("values")
    return {
        **base,
        **data,
        "values": [*(given or []), *entry.values] if given is None or isinstance(given, list) else given,
    }


def _bad_value(source: Source, path: Keys, words: str, entry: ParameterEntry, at: int) -> None:
    """A value of a parameter that is not of its kind, and what it was meant to be."""
    value = str(entry.values[at].value)
    readers = {"日期": meaning.month_day, "是否": meaning.truth, "数值": meaning.number}
    meant = readers[entry.kind](value)
    source.mistake(path, words, mend=value_mend(source, path, meant) if meant else None)


def _rule(entry: _Entry) -> Rule | None:
    check = entry.data.get("check", _check_meant(entry))
    if check is None and "check" not in entry.data:
        entry.source.missing(f"规则“{entry.data.get('id', '?')}”缺少字段“check”，可用：{'、'.join(KINDS)}")
        return None
    if not isinstance(check, str) or check not in KINDS:
        words, meant = kind_words(check, KINDS)
        path = (*entry.path, "check")
        entry.source.mistake(path, words, mend=value_mend(entry.source, path, meant) if meant else None)
        check = meant.value if meant is not None else ""
    if check not in KINDS:
        return None
    model = models()[check]
    data = {**entry.data, "check": check} if "check" in entry.data else entry.data
    try:
        return model.model_validate(data)
    except ValidationError as error:
        tell(entry.source, entry.path, error, model, str(entry.data.get("id", "?")))
        entry.partial = True
        return _in_part(model, {**data, "check": check}, error)


def _check_meant(entry: _Entry) -> object:
    """The kind of a rule whose key `check` is misspelt or in Chinese."""
    for key, value in entry.data.items():
        meant = meaning.key(key, tuple(Rule.model_fields), entry.data)
        if meant is not None and meant.value == "check" and value in KINDS:
            return value
    return None


# What every rule says and no check asks: a rule that lacks it, or has it wrong, can be compiled all the same.
_SAID: Mapping[str, Any] = {
    "id": "unnamed",
    "title": "？",
    "severity": "一般",
    "dimension": "内容完整",
    "certainty": "certain",
    "status": "active",
    "basis": [{"practice": "？"}],
    "message": "？",
    "why": "？",
    "remedy": "？",
    "verify": "",
    "deduct": None,
    "note": None,
    "examples": {},
}


def _in_part(model: type[Rule], data: Mapping[str, Any], error: ValidationError) -> Rule | None:
    """The rule with what is wrong left out, so that its formulas are looked at too; None where they depend on it."""
    wrong = {str(item["loc"][0]) for item in error.errors(include_url=False) if item["loc"]}
    unknown = wrong - _SAID.keys()
    if unknown & {name for field in model.model_fields for name in (field, model.model_fields[field].alias or field)}:
        return None
    kept = {key: value for key, value in data.items() if key not in wrong}
    try:
        return model.model_validate({**kept, **{key: _SAID[key] for key in wrong & _SAID.keys()}})
    except ValidationError:
        return None


def _scope_years(rule: Rule) -> Years:
    years = rule.applies.years
    if years.first is not None or years.last is not None:
        return years
    spans = {"A": (2014, 2018), "B": (2019, 2020), "C": (2021, None)}
    if not rule.applies.form:
        return Years()
    firsts, lasts = zip(*(spans[letter] for letter in rule.applies.form), strict=True)
    return Years(first=min(firsts), last=None if None in lasts else max(x for x in lasts if x is not None))


def _years_words(years: Years) -> str:
    return f"{years.first or ''}—{years.last or ''}年度"


def _in_scope(rule: Rule, form: Form) -> bool:
    if rule.applies.form and form.letter not in rule.applies.form:
        return False
    return Years(first=form.first_year, last=form.last_year).meets(rule.applies.years)


def _grade_formulas(grade: Grade, rule: Rule, context: Compiling, at: int) -> Formulas:
    return formulas(grade.when, context, ("grades", at, "when"), getattr(rule, "each", None), measures=True)
