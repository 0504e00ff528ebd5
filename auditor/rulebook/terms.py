"""The texts of a rulebook -> how the county has faults mended, and the calendar: what letters need, without compiling any rule.

Refuses   mistakes in profile.yaml or holidays.yaml, all at once: RulebookError. Other files are not looked at
"""

from __future__ import annotations

from auditor.model import Calendar, MendingTerms
from auditor.rulebook.county import entry_from
from auditor.rulebook.holidays import calendar_from
from auditor.rulebook.keys import known_keys
from auditor.rulebook.mistakes import RulebookError
from auditor.rulebook.source import Source, parse
from auditor.rulebook.texts import COUNTY, HOLIDAYS, RuleFile, Texts


def terms_of(texts: Texts) -> tuple[MendingTerms, Calendar]:
    """The terms of mending and the calendar. Raises RulebookError."""
    files = [(file, _parsed(file)) for file in texts.files if file.room in (COUNTY, HOLIDAYS)]
    calendar = calendar_from([(file.root, source) for file, source in files if file.room == HOLIDAYS])
    own = next((source for file, source in files if file.room == COUNTY), None)
    entry = entry_from(own) if own is not None else None
    mistakes = [mistake for _, source in files for mistake in source.finished()]
    if mistakes:
        raise RulebookError(mistakes)
    return (entry.mending.terms() if entry is not None else MendingTerms()), calendar


def _parsed(file: RuleFile) -> Source:
    return parse(file.shown, file.text, known_keys())
