"""Faults: the findings of one report and its cells in; which cells are wrong, and what they should say, out.

algebra    linear equations -> the fewest cells whose change mends a group of broken ones
relations  the rules of a rulebook -> the equations they demand of a report's cells
slips      how a number may have become another: digits, units, sums, exchanges
clearing   which findings would be gone with other numbers in some cells
locating   all of it for one report; `single` what needs no equation
conclusions  located faults -> conclusions, by the patterns that ask for them
Source     the method of fault localisation by minimal edits (Fellegi and Holt, 1976), here exact for one and two cells
"""

from auditor.faults.conclusions import concluded
from auditor.faults.fault import Change, Fault
from auditor.faults.locating import locate

__all__ = ["Change", "Fault", "concluded", "locate"]
