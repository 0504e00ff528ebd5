"""A rule's data -> its mutants: the same rule with one small fault, each with words that say what was changed.

A mutant that every example passes shows that no example speaks of the changed part. `omits` mutants leave something out
(a clause, a pattern, a grade, a form letter): what can be left out without an example noticing is not covered.

    formulas    `trees`: relations, arithmetic, 且 或 非, calls, operands and clauses left out, numbers shifted
    keys        `keys`: whatever the kind of check reads: lists, thresholds, switches, modes
    scope       `scopes`: applies, when, certainty, grades
Equals     a mutant that means the same by construction is not made: `formula.meaning`, and words that another word covers
Refused    a mutant that the loader refuses is nobody's fault to catch: whoever runs the mutants leaves it out
"""

from auditor.mutants.mutant import Mutant
from auditor.mutants.rules import mutants

__all__ = ["Mutant", "mutants"]
