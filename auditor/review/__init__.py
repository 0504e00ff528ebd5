"""A rulebook looked at by itself, without any report: what in it is dead, doubled, contradictory, uncovered or lapsed."""

from auditor.review.remarks import Remark, Weight
from auditor.review.reviewing import review

__all__ = ["Remark", "Weight", "review"]
