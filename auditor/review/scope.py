"""The scopes of two rules: whether they meet, whether one lies in the other.

Regions    are words in a unit's name: 某县 lies in 某市 only where its name says so; where the words do not tell, two
           regions are taken as apart
"""

from __future__ import annotations

from auditor.review.views import kinds_of, regions_meet
from auditor.rulebook import Ready
from auditor.rulebook.rule import Years


def meet(one: Ready, other: Ready) -> bool:
    """Whether some report may be asked both rules."""
    a, b = one.rule.applies, other.rule.applies
    return (
        bool(_letters(one) & _letters(other))
        and a.years.meets(b.years)
        and bool(kinds_of(a) & kinds_of(b))
        and regions_meet(a.region, b.region)
    )


def inside(narrow: Ready, wide: Ready) -> bool:
    """Whether every report that is asked the one rule is asked the other too."""
    a, b = narrow.rule.applies, wide.rule.applies
    return (
        _letters(narrow) <= _letters(wide)
        and (not b.form or bool(a.form))
        and _within(a.years, b.years)
        and kinds_of(a) <= kinds_of(b)
        and (not b.region or (bool(a.region) and all(any(w in r for w in b.region) for r in a.region)))
    )


def _letters(ready: Ready) -> frozenset[str]:
    """The forms in scope; a rule that speaks of no form meets every one."""
    return ready.forms or frozenset("ABC")


def _within(narrow: Years, wide: Years) -> bool:
    lower = wide.first is None or (narrow.first is not None and narrow.first >= wide.first)
    upper = wide.last is None or (narrow.last is not None and narrow.last <= wide.last)
    return lower and upper
