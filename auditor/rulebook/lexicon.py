"""Lexicon: the plain data of claims.yaml, organisations.yaml and profile.yaml in, the facts room's words out.

In        mappings, sequences and strings as a YAML loader gives them; nothing is opened here
Checks    unknown and missing keys, subjects that stand twice, phrases that cannot be read, units that no number has,
          facts that no form knows, `children` that are no subjects, kinds of unit that do not exist
Refuses   by `problem(file, path, words)`, in Chinese, every mistake at once; then None is returned
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from auditor.facts.lexicon import ClaimWords, Lexicon, OrganisationWords, ProfileWords, Subject
from auditor.facts.numbers import UNITS
from auditor.facts.phrases import PhraseError, to_pattern
from auditor.form import Form
from auditor.model import UNIT_KINDS
from auditor.spelling import nearest

Path = tuple[str | int, ...]
Problem = Callable[[str, Path, str], None]

CLAIMS, ORGANISATIONS, PROFILE = "claims.yaml", "organisations.yaml", "profile.yaml"
_SUBJECT_KEYS = (
    *("subject", "unit", "units", "fact", "says", "formal", "unless", "did", "did_not", "children", "needs", "note"),
)
_LABEL_ROLES = (
    *(
        "标题",
        "发布机构",
        "公布日期",
        "生成日期",
        "页面日期",
        "填报单位",
        "单位负责人",
        "审核人",
        "填报人",
        "联系电话",
        "填报日期",
    ),
    *("栏目", "当前位置", "其他"),
)
_SECTION_KINDS = ("overview", "proactive", "requests", "fees", "disputes", "problems", "other", "statistics")


def lexicon_from(
    claims: object, organisations: object, profile: object, forms: tuple[Form, ...], problem: Problem
) -> Lexicon | None:
    """The lexicon, or None after every mistake has been told."""
    told = False

    def tell(file: str, path: Path, words: str) -> None:
        nonlocal told
        told = True
        problem(file, path, words)

    claim_words = _claims(_Reader(CLAIMS, tell), claims, forms)
    organisation_words = _organisations(_Reader(ORGANISATIONS, tell), organisations)
    profile_words = _profile(_Reader(PROFILE, tell), profile)
    return None if told else Lexicon(forms, claim_words, profile_words, organisation_words)


class _Reader:
    """Reads one file's data; what is wrong is told and read as empty."""

    def __init__(self, file: str, tell: Problem) -> None:
        self.file, self._tell = file, tell

    def tell(self, path: Path, words: str) -> None:
        self._tell(self.file, path, words)

    def mapping(self, value: object, path: Path, keys: Sequence[str] | None = None) -> dict[str, object]:
        """A mapping with known keys only (any keys where `keys` is None)."""
        if not isinstance(value, Mapping):
            self.tell(path, "此处应为一组“键: 值”")
            return {}
        out: dict[str, object] = {}
        for key, inner in value.items():
            if not isinstance(key, str) or (keys is not None and key not in keys):
                self.tell((*path, key if isinstance(key, str) else str(key)), _unknown(str(key), keys or ()))
            else:
                out[key] = inner
        return out

    def word(self, value: object, path: Path) -> str:
        """A word that is not empty."""
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.tell(path, "此处应为文字，不能为空")
        return ""

    def words(self, value: object, path: Path) -> tuple[str, ...]:
        """A list of words without repetition; a missing one is empty."""
        if value is None:
            return ()
        if not isinstance(value, Sequence) or isinstance(value, str):
            self.tell(path, "此处应为列表，例如 [网站, 网络]")
            return ()
        out = tuple(self.word(item, (*path, i)) for i, item in enumerate(value))
        for i, item in enumerate(out):
            if item and item in out[:i]:
                self.tell((*path, i), f"“{item}”重复")
        return out

    def phrases(self, value: object, path: Path, *, number: bool | None) -> tuple[str, ...]:
        """Phrases that can be read; `number` says whether each must, or must not, hold the sign #."""
        out = self.words(value, path)
        for i, phrase in enumerate(out):
            if not phrase:
                continue
            try:
                to_pattern(phrase)
            except PhraseError as error:
                self.tell((*path, i), str(error))
            if number is True and phrase.count("#") != 1:
                self.tell((*path, i), f"短语“{phrase}”应有且只有一个代表数字的 #")
            if number is False and "#" in phrase:
                self.tell((*path, i), f"短语“{phrase}”不应有 #，这里不读数字")
        return out

    def require(self, data: Mapping[str, object], path: Path, keys: Iterable[str]) -> None:
        """Tell every key that is missing."""
        for key in keys:
            if key not in data:
                self.tell(path, f"缺少 {key}")


def _unknown(key: str, keys: Sequence[str]) -> str:
    return f"未知字段 {key}" + (nearest(key, keys) or (f"，可用：{'、'.join(keys)}" if keys else ""))


def _digest(data: object) -> str:
    return hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


# --- claims.yaml -----------------------------------------------------------------------------------


def _claims(read: _Reader, data: object, forms: tuple[Form, ...]) -> ClaimWords:
    top = read.mapping(data, (), ("subjects", "scopes", "never", "plans", "negations", "lacks"))
    read.require(top, (), ("subjects", "scopes", "never", "plans", "negations", "lacks"))
    entries = top.get("subjects")
    if not isinstance(entries, Sequence) or isinstance(entries, str) or not entries:
        read.tell(("subjects",), "subjects 应为列表，每项一个主题")
        entries = []
    subjects = tuple(_subject(read, entry, ("subjects", i), forms) for i, entry in enumerate(entries))
    names = [s.name for s in subjects]
    for i, subject in enumerate(subjects):
        if subject.name and subject.name in names[:i]:
            read.tell(("subjects", i, "subject"), f"主题“{subject.name}”重复")
        for k, child in enumerate(subject.children):
            if child not in names:
                read.tell(("subjects", i, "children", k), _unknown(child, names).replace("未知字段", "没有主题"))
    scopes = read.mapping(top.get("scopes", {}), ("scopes",), ("own", "whole", "part"))
    read.require(scopes, ("scopes",), ("own", "whole", "part"))
    own, part = (read.phrases(scopes.get(k), ("scopes", k), number=False) for k in ("own", "part"))
    areas = read.mapping(scopes.get("whole", {}), ("scopes", "whole"))
    whole = tuple((name, read.phrases(w, ("scopes", "whole", name), number=False)) for name, w in areas.items())
    plans, negations, lacks = (read.phrases(top.get(k), (k,), number=False) for k in ("plans", "negations", "lacks"))
    never = read.phrases(top.get("never"), ("never",), number=True)
    return ClaimWords(_digest(data), subjects, own, whole, part, never, plans, negations, lacks)


def _subject(read: _Reader, data: object, path: Path, forms: tuple[Form, ...]) -> Subject:
    entry = read.mapping(data, path, _SUBJECT_KEYS)
    read.require(entry, path, ("subject", "unit"))
    name = read.word(entry.get("subject", "？"), (*path, "subject"))
    unit = str(entry.get("unit") or "")
    units = read.words(entry.get("units"), (*path, "units")) or ((unit,) if unit else ())
    for i, word in enumerate(units):
        if word and word not in UNITS:
            where = (*path, "units", i) if entry.get("units") else (*path, "unit")
            read.tell(where, _unknown(word, UNITS).replace("未知字段", "不认识的计量单位"))
    says = read.phrases(entry.get("says"), (*path, "says"), number=True)
    formal = read.phrases(entry.get("formal"), (*path, "formal"), number=True)
    did = read.phrases(entry.get("did"), (*path, "did"), number=False)
    did_not = read.phrases(entry.get("did_not"), (*path, "did_not"), number=False)
    if not (says or formal or did or did_not):
        read.tell(path, f"主题“{name}”没有任何短语（says、formal、did、did_not 至少一项）")
    if (says or formal) and not units:
        read.tell(path, f"主题“{name}”读数字，须写明 unit")
    return Subject(
        name=name, unit=unit, units=units, says=says, formal=formal,
        unless=read.phrases(entry.get("unless"), (*path, "unless"), number=None), did=did, did_not=did_not,
        facts=_facts(read, entry.get("fact"), (*path, "fact"), forms),
        children=read.words(entry.get("children"), (*path, "children")),
        needs=read.phrases(entry.get("needs"), (*path, "needs"), number=False),
    )  # fmt: skip


def _facts(read: _Reader, data: object, path: Path, forms: tuple[Form, ...]) -> tuple[tuple[str, str], ...]:
    if data is None:
        return ()
    by_letter = {form.letter: form for form in forms if not form.variant}
    out: list[tuple[str, str]] = []
    for letter, value in read.mapping(data, path).items():
        fact = read.word(value, (*path, letter))
        form = by_letter.get(letter)
        if forms and form is None:
            read.tell((*path, letter), f"没有格式 {letter}，现有：{'、'.join(sorted(by_letter))}")
        elif form and fact and fact not in form.by_name:
            read.tell(
                (*path, letter), _unknown(fact, tuple(form.by_name)).replace("未知字段", f"格式 {letter} 没有指标")
            )
        out.append((letter, fact))
    return tuple(out)


# --- organisations.yaml, profile.yaml --------------------------------------------------------------


def _organisations(read: _Reader, data: object) -> OrganisationWords:
    keys = ("kinds", "office", "for_government", "for_itself", "self_words")
    top = read.mapping(data, (), keys)
    read.require(top, (), keys)
    entries = top.get("kinds")
    kinds: list[tuple[str, str]] = []
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        read.tell(("kinds",), "kinds 应为列表，每项写明 kind 和 endings，按先后顺序匹配")
        entries = []
    for i, item in enumerate(entries):
        entry = read.mapping(item, ("kinds", i), ("kind", "endings"))
        kind = _kind(read, entry.get("kind"), ("kinds", i, "kind"))
        kinds += [(ending, kind) for ending in read.words(entry.get("endings"), ("kinds", i, "endings"))]
    self_words: list[tuple[str, str]] = []
    for kind, words in read.mapping(top.get("self_words", {}), ("self_words",)).items():
        checked = _kind(read, kind, ("self_words", kind))
        self_words += [(word, checked) for word in read.words(words, ("self_words", kind))]
    return OrganisationWords(
        _digest(data), tuple(kinds), read.words(top.get("office"), ("office",)),
        read.phrases(top.get("for_government"), ("for_government",), number=False),
        read.phrases(top.get("for_itself"), ("for_itself",), number=False), tuple(self_words),
    )  # fmt: skip


def _kind(read: _Reader, value: object, path: Path) -> str:
    kind = read.word(value, path)
    if kind and kind not in UNIT_KINDS:
        read.tell(path, _unknown(kind, UNIT_KINDS).replace("未知字段", "没有单位类型"))
    return kind


def _profile(read: _Reader, data: object) -> ProfileWords:
    keys = ("furniture", "chrome", "table_titles", "labels", "headings")
    top = read.mapping(data, (), keys)
    read.require(top, (), keys)
    labels = read.mapping(top.get("labels", {}), ("labels",), _LABEL_ROLES)
    headings = read.mapping(top.get("headings", {}), ("headings",), _SECTION_KINDS)
    return ProfileWords(
        _digest(data),
        read.phrases(top.get("furniture"), ("furniture",), number=False),
        read.phrases(top.get("chrome"), ("chrome",), number=False),
        read.phrases(top.get("table_titles"), ("table_titles",), number=False),
        tuple((role, read.words(words, ("labels", role))) for role, words in labels.items()),
        tuple((kind, w) for kind, words in headings.items() for w in read.words(words, ("headings", kind))),
    )  # fmt: skip
