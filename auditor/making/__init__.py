"""Examples made from a rule: from its formulas and keys, each judged by the rule itself before it is shown."""

from auditor.making.inserting import inserted
from auditor.making.search import Made, as_mapping, made

__all__ = ["Made", "as_mapping", "inserted", "made"]
