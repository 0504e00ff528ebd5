"""Quarters: what two runs say of the same finding, what people decided of it, what was mended. Pure: records in, records out."""
