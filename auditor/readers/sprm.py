"""Property modifiers of a Word 97-2003 file: a run of bytes -> (opcode, operand) one by one.

Sizes     the top three bits of an opcode tell the operand's size; of size 6 the operand begins with its own length, which is
          two bytes for the table definition, and not a length at all for a change of more than 254 tab stops
Damage    a run that ends within an operand gives what was whole before it
Source    [MS-DOC] 2.2.5.1 (Sprm) and 2.6 (the opcodes named here)
"""

from __future__ import annotations

from collections.abc import Iterator

C_DELETED, C_HIDDEN = 0x0800, 0x083C
P_STYLE, P_LEVEL, P_IN_TABLE, P_ROW_END = 0x4600, 0x2640, 0x2416, 0x2417
P_DEPTH, P_DEPTH_MORE, P_INNER_CELL_END, P_INNER_ROW_END = 0x6649, 0x664A, 0x244B, 0x244C
P_LIST, P_LIST_LEVEL, P_HUGE, P_HUGE_OLD = 0x460B, 0x260A, 0x6646, 0x6645
T_DEFINITION, T_MERGE, T_SPLIT, T_VERTICAL = 0xD608, 0x5624, 0x5625, 0xD62B
T_INSERT, T_DELETE, T_WIDTH = 0x7621, 0x5622, 0x7623

_OPERAND = (1, 1, 2, 4, 2, 2, -1, 3)
_TABS = 0xC615

# What a piece's one-byte modifier stands for ([MS-DOC] 2.9.215), as far as it bears on text and tables.
SHORT = {0x02: P_STYLE, 0x18: P_IN_TABLE, 0x19: P_ROW_END, 0x41: C_DELETED, 0x5C: C_HIDDEN}

Sprm = tuple[int, bytes]


def sprms(run: bytes) -> Iterator[Sprm]:
    """The modifiers of a grpprl in order; the operand of a sized one comes without its size."""
    at, end = 0, len(run)
    while at + 2 < end:
        opcode = run[at] | run[at + 1] << 8
        at += 2
        size = _OPERAND[opcode >> 13]
        if size < 0:
            size, head = _sized(run, at, opcode)
            at += head
        if size < 0 or at + size > end:
            return
        yield opcode, run[at : at + size]
        at += size


def _sized(run: bytes, at: int, opcode: int) -> tuple[int, int]:
    """(bytes of the operand, bytes of its size)."""
    if opcode == T_DEFINITION:
        return (run[at] | run[at + 1] << 8) - 1 if at + 1 < len(run) else -1, 2
    if opcode == _TABS and run[at] == 255:
        deleted = run[at + 1] if at + 1 < len(run) else 0
        added_at = at + 2 + 4 * deleted
        added = run[added_at] if added_at < len(run) else 0
        return 2 + 4 * deleted + 3 * added, 1
    return run[at], 1


def number(operand: bytes) -> int:
    """The operand as an unsigned whole number."""
    return int.from_bytes(operand, "little")
