"""A rule file that YAML cannot read -> the slips of the keyboard in it: where, what stands there, what to type instead.

In        the text as decoded, and the words that are keys somewhere; only asked of a text that cannot be read (or would
          be read otherwise than it looks), for what is a slip there may be plain text elsewhere
Out       Slips with character offsets from 0; `mend.safe` where nothing else can have been meant
How       line by line with the open indents, as a person reads it; values in braces by `braces`
Source    the commonest slips of people who type YAML in Notepad with a Chinese input method
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from auditor.rulebook.braces import Braces, scan
from auditor.rulebook.mistakes import Mend

# Keys whose values are sentences: a value that begins with a bracket or a sign is text there, never data.
TEXT_KEYS = frozenset(
    [
        "title",
        "message",
        "why",
        "verify",
        "remedy",
        "note",
        "reason",
        "conclude",
        "ask",
        "practice",
        "name",
        "short",
        "at",
        "source",
        "statement",
    ]
)
_MOST, _LONGEST = 200_000, 4_000
_WIDE_SPACE = "\u3000\u00a0\u2002\u2003\u2009\u200b"
_LEAD = re.compile(rf"[ \t{_WIDE_SPACE}]*")
_COMMENT = re.compile(r"(?:(?<=\s)|^)#.*$")
_BLOCK = re.compile(r"[|>][+-]?\d?[+-]?\s*(?:#.*)?$")
_BULLET = re.compile(r"[－—–‐•·●◆]\s*(?=\S)")
_KEY = re.compile(r"([^\s:：;；=＝,，{}\[\]'\"“”#]+)([ \u3000\u00a0]*)([:：﹕∶;；=＝]|(?=\s)|$)")
_PROPER = re.compile(r"((?:[^\s:#'\"\[\]{}&*!|>%@`-]|-\S)[^:]*?(?::\S[^:]*?)*)\s*:(?=\s|$)")
_QUOTED_KEY = re.compile(r"(['\"])(?:(?!\1).)*\1\s*:(?=\s|$)")
_SIGNS = {
    "&": "不允许使用锚点（&）；",
    "*": "不允许使用别名（*）；",
    "!": "不允许使用标签（!）；",
}
_SPECIAL = "&*!%@`|>"
_CLOSING = {"“": "”", "‘": "’", "「": "」", "『": "』", "＂": "＂"}


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip: the character it is shown at, the words for the author, the replacement where one can be named."""

    at: int
    words: str
    mend: Mend | None = None


def find(text: str, known: Collection[str] = ()) -> tuple[Slip, ...]:
    """All slips of a text that YAML refuses, in order. `known` are the words that are keys."""
    if len(text) > _MOST or any(len(line) > _LONGEST for line in text.split("\n")):
        return ()  # no one has typed this
    reader = _Reader(text, frozenset(known))
    reader.read()
    return tuple(sorted(reader.slips, key=lambda slip: slip.at))


def mended(text: str, mends: Collection[Mend]) -> tuple[str, list[Mend]]:
    """The text with the replacements made, and those that were: of two that overlap the first."""
    out, at, made = [], 0, []
    for mend in sorted(set(mends), key=lambda m: (m.start, m.end)):
        if mend.start < at:
            continue
        out += [text[at : mend.start], mend.new]
        at = mend.end
        made.append(mend)
    return "".join(out) + text[at:], made


def quoted(value: str) -> str:
    """A text in single quotes, as YAML wants it."""
    return "'" + value.replace("'", "''") + "'"


def plain(word: str) -> str:
    """A word in half-width small letters: what a key was meant to be."""
    return unicodedata.normalize("NFKC", word).strip().lower()


@dataclass
class _Level:
    """An open block: its column, whether it is a list, and the first key of a mapping (line, indent, place)."""

    column: int
    listed: bool
    start: int = 0
    lead: int = 0
    at: int = 0
    entries: int = 1


class _Reader:
    """Reads lines as a person does, and notes what is not as it must be."""

    def __init__(self, text: str, known: frozenset[str]) -> None:
        self.text, self.known = text, known
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.slips: list[Slip] = []
        self.levels: list[_Level] = []
        self.opened = True  # the last key had no value: what comes may be a block of its own
        self.scalar_column: int | None = None  # the last key had a text: deeper lines go on with it

    def read(self) -> None:
        number = 0
        while number < len(self.lines):
            number = max(self.line(number), number + 1)

    def slip(self, at: int, words: str, mend: Mend | None = None) -> None:
        self.slips.append(Slip(at, words, mend))

    # --- one line -------------------------------------------------------------------------------------

    def line(self, number: int) -> int:
        raw, start = self.lines[number], self.starts[number]
        lead = _LEAD.match(raw)
        assert lead is not None
        body, column = raw[lead.end() :], _width(lead[0])
        if not body or body.startswith("#"):
            return number + 1
        if self.comment(body, start + lead.end()):
            return number + 1
        goes_on = self.scalar_column is not None and column > self.scalar_column
        if lead[0].strip(" ") and not (goes_on and not self.is_key(body)):
            self.wide_lead(lead[0], start, column)
        return self.entry(number, start + lead.end(), column, start, len(lead[0]))

    def comment(self, body: str, at: int) -> bool:
        """A remark that does not begin with #."""
        sign = next((s for s in ("＃", "//", "/*", "<!--") if body.startswith(s)), "")
        if sign:
            mend = Mend(at, at + len(sign), "#" if sign == "＃" else "# ", safe=sign in ("＃", "//"))
            self.slip(at, f"说明文字前应写半角的 #，不是“{sign}”", mend)
        return bool(sign)

    def wide_lead(self, lead: str, start: int, column: int) -> None:
        first = next(i for i, c in enumerate(lead) if c != " ")
        name = {"\t": "制表符（Tab 键）", "\u3000": "全角空格"}.get(lead[first], "特殊空格")
        words = f"缩进不能用{name}，请改为半角空格" if lead[first] != "\t" else "缩进不能用制表符（Tab 键），请改为空格"
        self.slip(start + first, words, Mend(start, start + len(lead), " " * column, safe=True))

    def entry(self, number: int, at: int, column: int, start: int, lead: int) -> int:
        """Dashes, then a key with its value, or an item of a list, or more of a text."""
        dashed = False
        while True:
            rest = self.lines[number][at - start :]
            width = self.dash(rest, at, column)
            if width is None:
                break
            at, column, dashed = at + width[0], column + width[1], True
            lead += width[0]
            if at - start >= len(self.lines[number]):
                self.opened, self.scalar_column = True, None
                return number + 1
        rest = self.lines[number][at - start :]
        found = self.key(rest, at, column, dashed)
        if found is None:
            return self.item(number, rest, at, column, dashed)
        key, value_at = found
        self.place(at, column, start, lead, dashed, rest)
        return self.value(number, key, value_at, column)

    def dash(self, rest: str, at: int, column: int) -> tuple[int, int] | None:
        """(characters, columns) of the dash that a line begins with; None where it begins with none."""
        if rest.startswith("---"):
            return None
        good = re.match(rf"-(?:[ \t{_WIDE_SPACE}]+|$)", rest)
        if good:
            gap = good[0][1:]
            if gap.strip(" \t"):
                self.slip(at + 1, "“-”后面应是半角空格", Mend(at + 1, at + len(good[0]), " ", safe=True))
                gap = " "
            self.listed(column)
            return len(good[0]), 1 + max(len(gap), 1)
        bullet = _BULLET.match(rest)
        if bullet:
            sure = rest[0] in "－—–" and self.is_item(rest[bullet.end() :])
            words = f"列表每项前应是半角“-”加空格，不是“{rest[0]}”"
            self.slip(at, words, Mend(at, at + bullet.end(), "- ", safe=sure))
            self.listed(column)
            return bullet.end(), 2
        if re.match(r"-[^\s\d.-]", rest) and (self.is_item(rest[1:]) or self.in_list(column)):
            self.slip(at, "“-”后面要空一格", Mend(at + 1, at + 1, " ", safe=self.is_item(rest[1:])))
            self.listed(column)
            return 1, 2
        return None

    def is_item(self, rest: str) -> bool:
        """Whether a line goes on as only an item of a list can: a bracket, or a key that is known."""
        return rest[:1] in ("{", "[", "｛") or self.is_key(rest)

    def in_list(self, column: int) -> bool:
        return self.opened or any(level.listed and level.column == column for level in self.levels)

    def is_key(self, rest: str) -> bool:
        word = _KEY.match(rest)
        return bool(word and word[3] and plain(word[1]) in self.known)

    # --- keys -----------------------------------------------------------------------------------------

    def key(self, rest: str, at: int, column: int, dashed: bool) -> tuple[str, int] | None:
        """The key that a line begins with and where its value begins; None where there is none."""
        if rest[:1] in "[{｛［#":
            return None
        quoted_key = _QUOTED_KEY.match(rest)
        if quoted_key:
            return quoted_key[0].rstrip(":").strip("'\" "), at + quoted_key.end()
        if rest[:1] in "'\"":
            return None
        word = _KEY.match(rest)
        if word and plain(word[1]) in self.known:
            found = self.known_key(word, rest, at, column, dashed)
            if found is not None:
                return found
        proper = _PROPER.match(rest)
        if proper:
            end = proper.end()
            gap = rest[end : end + 1]
            if gap and gap in _WIDE_SPACE:
                wide = re.match(rf"[ {_WIDE_SPACE}]+", rest[end:])
                assert wide is not None
                self.slip(at + end, "冒号后面应是半角空格", Mend(at + end, at + end + wide.end(), " ", safe=True))
            return proper[1], at + end
        return self.guessed_key(rest, at, column, dashed)

    def known_key(self, word: re.Match[str], rest: str, at: int, column: int, dashed: bool) -> tuple[str, int] | None:
        key, sign, end = plain(word[1]), word[3], word.end()
        after = rest[end:]
        if not sign:
            return self.no_colon(word, rest, at, column, dashed)
        if sign == ":" and (not after or after[0] in " \t"):
            return key, at + end
        if sign == ":" and after[0] in _WIDE_SPACE:
            wide = re.match(rf"[ {_WIDE_SPACE}]+", after)
            assert wide is not None
            words = "冒号后面应是半角空格"
            self.slip(at + end, words, Mend(at + end, at + end + wide.end(), " ", safe=True))
            return key, at + end
        if sign == ":":
            self.slip(at, f"“{word[1]}:”的冒号后面要空一格", Mend(at + end, at + end, " ", safe=True))
            return key, at + end
        gap = len(after) - len(after.lstrip(" \t" + _WIDE_SPACE))
        new = ":" if not after[gap:] else ": "
        name = {"：": "全角冒号“：”", "﹕": "“﹕”", "∶": "比号“∶”"}.get(sign, f"“{sign}”")
        mend = Mend(at + word.start(3), at + end + gap, new, safe=True)
        self.slip(at + word.start(3), f"“{word[1]}”后面用了{name}，应为半角冒号加空格", mend)
        return key, at + end + gap

    def no_colon(self, word: re.Match[str], rest: str, at: int, column: int, dashed: bool) -> tuple[str, int] | None:
        """A key that is known, then its value with nothing between; only where a key must stand."""
        where = any(not level.listed and level.column == column for level in self.levels)
        if not word[1].isascii() or not where or dashed or re.search(r":(?:\s|$)", rest):
            return None
        end = len(word[1])
        self.slip(at + end, f"“{word[1]}”后面缺少冒号", Mend(at + end, at + end, ":", safe=bool(rest[end:].strip())))
        return plain(word[1]), at + end

    def guessed_key(self, rest: str, at: int, column: int, dashed: bool) -> tuple[str, int] | None:
        """A word that is no known key, but stands where keys stand, with a colon that is not right."""
        siblings = any(not level.listed and level.column == column for level in self.levels)
        word = re.match(r"([^\s:：,，。；]{1,30})[ ]*([:：])(?!//)", rest)
        if not word or not (siblings or self.opened) or (dashed and word[2] == ":"):
            return None
        end = at + word.end()
        if word[2] == ":":
            self.slip(at, f"“{word[1]}:”的冒号后面要空一格", Mend(end, end, " "))
        else:
            words = f"“{word[1]}”后面用了全角冒号“：”，应为半角冒号加空格"
            gap = len(rest[word.end() :]) - len(rest[word.end() :].lstrip())
            self.slip(end - 1, words, Mend(end - 1, end + gap, ": " if rest[word.end() :].strip() else ":"))
        return word[1], end

    # --- where it stands ------------------------------------------------------------------------------

    def listed(self, column: int) -> None:
        """An item of a list begins at a column."""
        self.levels = [level for level in self.levels if level.column <= column]
        if not (self.levels and self.levels[-1].listed and self.levels[-1].column == column):
            self.levels.append(_Level(column, True))
        self.opened, self.scalar_column = True, None

    def place(self, at: int, column: int, start: int, lead: int, dashed: bool, rest: str) -> None:
        """Finds the block that a key belongs to; a key beside every column is a slip."""
        new = _Level(column, False, start, lead, at)
        if dashed or not self.levels:
            self.levels.append(new)
            return
        while self.levels[-1].listed and self.levels[-1].column == column and len(self.levels) > 1:
            self.levels.pop()
        fitting = [level for level in self.levels if level.column == column and not level.listed]
        deeper = column > self.levels[-1].column
        if fitting:
            fitting[-1].entries += 1
            while self.levels[-1] is not fitting[-1]:
                self.levels.pop()
        elif deeper and self.opened:
            self.levels.append(new)
        else:
            self.misplaced(at, column, start, lead)

    def misplaced(self, at: int, column: int, start: int, lead: int) -> None:
        blocks = [level for level in self.levels if not level.listed]
        if not blocks:
            return
        wanted = min(blocks, key=lambda level: (abs(level.column - column), -level.column))
        if wanted.entries == 1 and wanted.column % 2 and not column % 2 and self.levels[0] is not wanted:
            # two keys that should be in line, and the first stands at an odd column
            at, start, lead, column, wanted.column = wanted.at, wanted.start, wanted.lead, wanted.column, column
        gap = column - wanted.column
        words = f"缩进{'多' if gap > 0 else '少'}了 {abs(gap)} 格，应与同一层的字段对齐（前面空 {wanted.column} 格）"
        alone = sum(1 for level in blocks if abs(level.column - column) == abs(gap)) == 1
        mend = Mend(start, start + lead, " " * wanted.column, safe=alone and abs(gap) == 1)
        if not any(s.mend and s.mend.start == start for s in self.slips):
            self.slip(at, words, mend)
        else:
            self.slips = [Slip(s.at, s.words, mend) if s.mend and s.mend.start == start else s for s in self.slips]
        while self.levels[-1] is not wanted:
            self.levels.pop()

    # --- values ---------------------------------------------------------------------------------------

    def item(self, number: int, rest: str, at: int, column: int, dashed: bool) -> int:
        """A line without a key: an item of a list, more of a text, or a remark that lost its #."""
        if dashed or (not self.levels and rest[:1] in "[{｛［"):
            return self.value(number, "", at, column - 2 if dashed else -1)
        if self.scalar_column is not None and column > self.scalar_column:
            self.inside_text(rest, at)
            return number + 1
        if self.opened and self.levels and column > self.levels[-1].column:
            return self.value(number, "", at, self.levels[-1].column)
        if not rest.startswith(("---", "...")):
            words = "这一行不是“字段: 值”；如果是说明文字，请在行首加 #；如果接着上一行，请比上一行的字段多空两格"
            self.slip(at, words)
        return number + 1

    def inside_text(self, rest: str, at: int) -> None:
        if re.search(r":(?:\s|$)", rest):
            self.slip(at, "文字里有“: ”时，整段文字要放在引号里，或把冒号改为全角“：”")

    def value(self, number: int, key: str, at: int, column: int) -> int:
        """What stands behind a key (or a dash); the number of the line that comes next."""
        line_end = self.starts[number] + len(self.lines[number])
        raw = self.text[at:line_end]
        at += len(raw) - len(raw.lstrip(" \t"))
        value = _COMMENT.sub("", self.text[at:line_end]).rstrip()
        self.opened, self.scalar_column = not value, None
        if not value:
            return number + 1
        self.scalar_column = column
        if _BLOCK.match(value):
            return self.block(number, column)
        if value[0] in "'\"":
            return self.in_quotes(number, value, at, column)
        if value[0] in "[{" or (value[0] in "［｛" and key not in TEXT_KEYS):
            self.scalar_column = None if key not in TEXT_KEYS else column
            return self.in_braces(number, key, value, at, column)
        self.plain_value(key, value, at, column)
        return number + 1

    def block(self, number: int, column: int) -> int:
        at = number + 1
        while at < len(self.lines) and (
            not self.lines[at].strip() or len(self.lines[at]) - len(self.lines[at].lstrip(" ")) > max(column, 0)
        ):
            at += 1
        self.scalar_column = None
        return at

    def plain_value(self, key: str, value: str, at: int, column: int) -> None:
        colon = re.search(r":(?=\s|$)", value)
        if value[0] in _SPECIAL:
            words = f"{_SIGNS.get(value[0], '')}以“{value[0]}”开头的文字要放在引号里"
            self.slip(at, words, Mend(at, at + len(value), quoted(value), safe=True))
        elif re.match(r"[-?:]\s", value) and key:
            if value[0] == "-" and key not in TEXT_KEYS:
                pad = "\n" + " " * (max(column, 0) + 2)
                self.slip(at, "列表的各项要另起一行", Mend(at, at, pad))
            else:
                words = f"以“{value[0]} ”开头的文字要放在引号里"
                self.slip(at, words, Mend(at, at + len(value), quoted(value), safe=True))
        elif colon:
            self.inner_colon(key, value, colon.start(), at, column)

    def inner_colon(self, key: str, value: str, colon: int, at: int, column: int) -> None:
        """A text with a colon and a space in it: YAML would take it for a key."""
        second = re.search(r"(\s+)([A-Za-z_]+)\s*:(?=\s|$)", value)
        if second and plain(second[2]) in self.known and key:
            new = "\n" + " " * max(column, 0)
            words = f"“{second[2]}”应另起一行，一行只写一个字段"
            self.slip(at + second.start(2), words, Mend(at + second.start(), at + second.end(1), new))
            return
        words = "文字里有“: ”时，整段文字要放在引号里"
        self.slip(at + colon, words, Mend(at, at + len(value), quoted(value), safe=True))

    def in_quotes(self, number: int, value: str, at: int, column: int) -> int:
        """A value in quotes; they may close on a later line."""
        sign, end = value[0], self.closing(at)
        stop = self.next_key(number, column)
        limit = self.starts[stop] if stop < len(self.lines) else len(self.text)
        self.scalar_column = None
        if end is None or end >= limit:
            self.unclosed(value, at)
            return number + 1
        rest_end = self.text.find("\n", end)
        rest = self.text[end + 1 : rest_end if rest_end >= 0 else len(self.text)]
        if sign == '"':
            self.escapes(at, end)
        tail = _COMMENT.sub("", rest).rstrip()
        if tail.strip():
            whole = self.text[at : end + 1] + tail
            stray = tail.strip() in {",", "，", ";", "；", "。", sign, "”", "’", "“"}
            new = self.text[at : end + 1] if stray else quoted(whole)
            words = "引号后面多了文字，请删去" if stray else "引号后面还有文字：整段文字要放在一对单引号里"
            self.slip(end + 1 + len(tail) - len(tail.lstrip()), words, Mend(at, end + 1 + len(tail), new, safe=stray))
        return self.text.count("\n", 0, end) + 1

    def closing(self, at: int) -> int | None:
        """Where the quote that opens at a character closes."""
        sign, here = self.text[at], at + 1
        while here < len(self.text):
            if sign == '"' and self.text[here] == "\\":
                here += 2
                continue
            if self.text[here] == sign:
                if sign == "'" and self.text[here + 1 : here + 2] == "'":
                    here += 2
                    continue
                return here
            here += 1
        return None

    def unclosed(self, value: str, at: int) -> None:
        sign, last = value[0], value[-1]
        if last in "”’＂＇" and len(value) > 1:
            words = f"引号没有成对：开头是半角“{sign}”，结尾是全角“{last}”"
            end = at + len(value)
            self.slip(at, words, Mend(end - 1, end, sign, safe=True))
            return
        words = f"引号没有成对：这一行只有开头的 {sign}，结尾缺少 {sign}"
        sure = sign == "'" or "\\" not in value
        self.slip(at, words, Mend(at + len(value), at + len(value), sign, safe=sure))

    def escapes(self, at: int, end: int) -> None:
        """A pattern in double quotes, where a backslash has a meaning of its own."""
        inside = self.text[at + 1 : end]
        wrong = re.search(r"\\[^0abtnvfre \"/\\N_LPxuU\n]", inside)
        if wrong:
            words = f"双引号里的“{wrong[0]}”会被当作转义，正则表达式请用单引号"
            sure = "\\\\" not in inside and '\\"' not in inside
            self.slip(at + 1 + wrong.start(), words, Mend(at, end + 1, quoted(inside), safe=sure))

    def next_key(self, number: int, column: int) -> int:
        """The next line that begins a key or an item no deeper than a column: a value cannot reach it."""
        for at in range(number + 1, len(self.lines)):
            line = self.lines[at]
            lead = _LEAD.match(line)
            assert lead is not None
            body = line[lead.end() :]
            if not body or body.startswith("#"):
                continue
            if _width(lead[0]) > max(column, 0):
                continue
            if self.is_key(re.sub(r"^(?:- +)+", "", body)) or body.startswith("- ") or column < 0:
                return at
        return len(self.lines)

    def in_braces(self, number: int, key: str, value: str, at: int, column: int) -> int:
        """A value in brackets; it may close on a later line."""
        stop = self.next_key(number, column)
        limit = self.starts[stop] - 1 if stop < len(self.lines) else len(self.text)
        limit = at + len(self.text[at:limit].rstrip())
        found = scan(self.text, at, limit, self.known)
        line_end = self.starts[number] + len(self.lines[number])
        if key in TEXT_KEYS:
            self.slip(at, f"以“{value[0]}”开头的文字要放在引号里", Mend(at, at + len(value), quoted(value), safe=True))
            return number + 1
        tail = _COMMENT.sub("", self.text[found.end : max(line_end, self.line_end(found.end))]).rstrip()
        if tail.strip() and found.closed:
            self.behind(key, value, tail, found, at)
        for shown, words, mend in found.slips:
            self.slip(shown, words, mend)
        return max(self.text.count("\n", 0, max(found.end - 1, at)) + 1, number + 1)

    def line_end(self, at: int) -> int:
        end = self.text.find("\n", at)
        return end if end >= 0 else len(self.text)

    def behind(self, key: str, value: str, tail: str, found: Braces, at: int) -> None:
        """Something stands behind the last bracket."""
        shown = found.end + len(tail) - len(tail.lstrip())
        if set(tail.strip()) <= set("]}）】］｝"):
            self.slip(
                shown, f"多了“{tail.strip()}”，括号没有成对", Mend(found.end, found.end + len(tail), "", safe=True)
            )
        elif tail.strip() in {",", "，", ";", "；", "。", "、"}:
            self.slip(shown, f"多了“{tail.strip()}”，请删去", Mend(found.end, found.end + len(tail), "", safe=True))
        elif self.text[at : found.end].count("\n") == 0:
            words = f"以“{value[0]}”开头的文字要放在引号里"
            self.slip(at, words, Mend(at, at + len(value), quoted(value)))


def _width(lead: str) -> int:
    """The columns of an indent: a tab and an ideographic space are two, a space of no width is none."""
    return sum({"\t": 2, "\u3000": 2, "\u200b": 0}.get(c, 1) for c in lead)
