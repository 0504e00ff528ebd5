"""The kinds of check: a closed list, one module each. A rule names one; a rule that fits none is a new module.

Every module gives NAME, SCOPE, WORDS (placeholders of its messages), a Keys class and `compile(keys, context) -> Check`.
SCOPE says which form `applies.form` means: `facts` the form of the tables found, `year` the form that the report year
orders, `form` either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.checks import agreement, attest, date, equation, filing, filled, form, section, similarity, wording
from auditor.checks.check import Check, Compiling, Keys


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of check."""

    name: str
    scope: str
    words: frozenset[str]
    keys: type[Keys]
    compile: Callable[[Any, Compiling], Check]


KINDS: Mapping[str, Kind] = {
    module.NAME: Kind(module.NAME, module.SCOPE, module.WORDS, keys, module.compile)
    for module, keys in (
        (equation, equation.EquationKeys),
        (filled, filled.FilledKeys),
        (section, section.SectionKeys),
        (wording, wording.WordingKeys),
        (agreement, agreement.AgreementKeys),
        (date, date.DateKeys),
        (form, form.FormKeys),
        (similarity, similarity.SimilarityKeys),
        (attest, attest.AttestKeys),
        (filing, filing.FilingKeys),
    )
}
