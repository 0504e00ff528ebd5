"""Any truth table of an official form -> a report in every dress it is met in, and back again."""
