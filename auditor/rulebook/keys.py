"""The words that are keys somewhere in a file of rules: what tells a key from a text in a file that YAML cannot read."""

from __future__ import annotations

from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from auditor.rulebook.county import CountyEntry
from auditor.rulebook.holidays import YearEntry
from auditor.rulebook.laws import Law
from auditor.rulebook.parameters import ParameterEntry
from auditor.rulebook.rule import models

# Keys of the data files that have readers of their own.
_OTHERS = frozenset(
    (
        *(
            "id",
            "title",
            "when",
            "then",
            "all",
            "none",
            "at_least",
            "of",
            "conclude",
            "severity",
            "dimension",
            "absorbs",
        ),
        *(
            "withdraws",
            "certainty",
            "basis",
            "why",
            "verify",
            "remedy",
            "model",
            "severities",
            "caps",
            "gates",
            "grades",
        ),
        *(
            "times_per_table",
            "note",
            "at_most",
            "rules",
            "dimensions",
            "subjects",
            "scopes",
            "never",
            "plans",
            "negations",
        ),
        *("lacks", "subject", "units", "fact", "says", "formal", "unless", "did", "did_not", "children", "needs"),
        *("name", "weight", "measures", "sections", "indicators", "bonus", "items", "levels", "points", "beside"),
        *("extends", "variant", "prefix", "add", "after", "row", "columns", "spellings", "remove", "letter", "label"),
    )
)


@cache
def known_keys() -> frozenset[str]:
    """Every word that is a key of a rule, of a law, of a parameter or of another data file."""
    out = set(_OTHERS)
    seen: set[type[BaseModel]] = set()
    waiting: list[Any] = [*models().values(), Law, ParameterEntry, CountyEntry, YearEntry]
    while waiting:
        part = waiting.pop()
        if isinstance(part, type) and issubclass(part, BaseModel):
            if part not in seen:
                seen.add(part)
                out |= {info.alias or name for name, info in part.model_fields.items()}
                waiting += [info.annotation for info in part.model_fields.values()]
        else:
            waiting += get_args(part)
    return frozenset(out)
