"""Texts with mistakes -> the same with the safe replacements made, and what was changed.

Only what a mistake's own `mend` says, only where it is safe, and only where there are fewer mistakes afterwards: a text
without mistakes is never touched, and a second pass finds nothing more to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from auditor.rulebook.loading import build
from auditor.rulebook.mistakes import Mend, Mistake, RulebookError
from auditor.rulebook.slips import mended
from auditor.rulebook.texts import Texts

_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Change:
    """One line that was changed: the file, the number of the line in the new text, the lines before and after."""

    path: str
    line: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Correction:
    """The texts afterwards, and the files of which anything changed with their new text."""

    texts: Texts
    files: Mapping[str, str]


def corrected(texts: Texts, own: Collection[str]) -> Correction:
    """Makes every safe replacement in the files of `own` (names as shown)."""
    now, given_up = texts, set[str]()
    mistakes = _mistakes(now)
    for _ in range(_ROUNDS):
        trial = _tried(now, mistakes, {name for name in own if name not in given_up})
        if not trial:
            break
        after = _mistakes(_with(now, trial))
        better = {name for name in trial if _fewer(name, after, mistakes)}
        given_up |= trial.keys() - better
        if better != trial.keys():
            trial = {name: text for name, text in trial.items() if name in better}
            after = _mistakes(_with(now, trial)) if trial else mistakes
        now, mistakes = _with(now, trial), after
    old = {file.shown: file.text for file in texts.files}
    return Correction(now, {f.shown: f.text for f in now.files if f.text != old[f.shown]})


def changes(path: str, before: str, after: str) -> list[Change]:
    """The lines in which two versions of a file differ, in order."""
    from difflib import SequenceMatcher

    old, new = before.split("\n"), after.split("\n")
    out = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if b - a == d - c:
            out += [Change(path, c + at + 1, old[a + at], new[c + at]) for at in range(b - a)]
        else:
            out.append(Change(path, c + 1, "\n".join(old[a:b]), "\n".join(new[c:d])))
    return out


def _mistakes(texts: Texts) -> tuple[Mistake, ...]:
    try:
        build(texts)
    except RulebookError as error:
        return error.mistakes
    return ()


def _tried(texts: Texts, mistakes: Collection[Mistake], own: Collection[str]) -> dict[str, str]:
    """The files of `own` with the safe replacements of their mistakes."""
    mends: dict[str, list[Mend]] = {}
    for mistake in mistakes:
        if mistake.mend is not None and mistake.mend.safe and mistake.path in own:
            mends.setdefault(mistake.path, []).append(mistake.mend)
    return {f.shown: mended(f.text, mends[f.shown])[0] for f in texts.files if f.shown in mends}


def _with(texts: Texts, changed: Mapping[str, str]) -> Texts:
    return Texts(tuple(replace(f, text=changed.get(f.shown, f.text)) for f in texts.files))


def _fewer(name: str, after: Collection[Mistake], before: Collection[Mistake]) -> bool:
    """Whether a file has fewer mistakes, or fewer that could be mended."""
    counts = [Counter(m.path for m in some)[name] for some in (after, before)]
    return counts[0] < counts[1]
