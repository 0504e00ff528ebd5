"""Sentences of the prose for a subject of claims.yaml, made from its own phrases and read back before they are used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.facts import Hints, extract
from auditor.facts.lexicon import Lexicon, Subject
from auditor.model import Document, Paragraph, Report, Segment, SourceMap, Text

_HINTS = Hints(year=2024, unit_kind="乡镇", organisation="某县某镇人民政府")


def spoken(phrase: str, number: str = "") -> str:
    """A phrase as the shortest text that it finds: the first of several, nothing of what may be left out."""
    out: list[str] = []
    skipped = 0
    taken: list[bool] = []  # of every open bracket ( whether its first part is still being read
    for char in phrase.replace("……", "").replace("…", "").replace("^", ""):
        if char == "[":
            skipped += 1
        elif char == "]":
            skipped -= 1
        elif skipped:
            continue
        elif char == "(":
            taken.append(True)
        elif char == ")":
            taken.pop()
        elif char == "|" and taken:
            taken[-1] = False
        elif all(taken):
            out.append(number if char == "#" else char)
    return "".join(out)


@dataclass(frozen=True)
class Sentences:
    """Sentences made of the phrases of one lexicon; what was read once is kept."""

    lexicon: Lexicon
    _reports: dict[str, Report] = field(default_factory=dict)

    def numbered(self, subject: str, number: int) -> str | None:
        """A sentence that states this number of a subject, a certain one where there is one; None where there is none."""
        found = self._subject(subject)
        doubtful = None
        for phrase in (*found.formal, *found.says) if found else ():
            for lead in ("", *found.needs[:2]) if found else ():
                sentence = f"{lead}{spoken(phrase, f'{number}{found.unit}' if found else '')}。"
                said = [c for c in self._read(sentence).claims_of(subject) if c.value == number]
                if any(c.certain for c in said):
                    return sentence
                doubtful = doubtful or (sentence if said else None)
        return doubtful

    def stated(self, subject: str) -> Iterator[str]:
        """Sentences that say "did" or "did not" of a subject without a number."""
        found = self._subject(subject)
        for phrase in (*found.did[:4], *found.did_not[:2]) if found else ():
            sentence = f"{spoken(phrase)}。"
            if any(True for _ in self._read(sentence).claims_of(subject)):
                yield sentence

    def _subject(self, name: str) -> Subject | None:
        return next((s for s in self.lexicon.claims.subjects if s.name == name), None)

    def _read(self, text: str) -> Report:
        if text not in self._reports:
            block = Paragraph(Text(text, SourceMap((Segment(0, len(text), 0, len(text)),))))
            document = Document("例子", "0" * 64, "txt", (block,), "example")
            self._reports[text] = extract(document, self.lexicon, _HINTS)
        return self._reports[text]
