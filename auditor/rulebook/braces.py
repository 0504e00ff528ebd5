"""A value in brackets ({…} or […]) -> the slips in it: full-width signs, brackets that do not match, colons without a space.

In        the text, where the value begins, and where it must have ended at the latest
Out       where it ends, whether it closed, and (character, words, replacement) of every slip
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from auditor.rulebook.mistakes import Mend

_WIDE = {"［": "[", "］": "]", "｛": "{", "｝": "}"}
_CLOSES = {"[": "]", "{": "}"}
_COMMAS = "，、；﹐"
_QUOTES = {"'": "'", '"': '"', "“": "”", "‘": "’", "『": "』", "「": "」"}
_PROPER = re.compile(r"[^,，{}\[\]:]{0,200}:\s")
_SPACES = re.compile("[ \u3000]*")
_NEXT_KEY = re.compile(r"\s*([^\s,，:：{}\[\]、；]{1,40})\s*([:：])")


@dataclass
class _Open:
    """A bracket that is open: where, which, and the entry of a mapping that is being read."""

    at: int
    sign: str
    has_colon: bool = False
    entry: int = 0


@dataclass
class Braces:
    """What was found of a value in brackets."""

    end: int
    closed: bool = False
    slips: list[tuple[int, str, Mend | None]] = field(default_factory=list)


def scan(text: str, start: int, limit: int, known: Collection[str] = ()) -> Braces:
    """Reads a value in brackets from `start`, never beyond `limit`."""
    return _Scanner(text, start, limit, known).scan()


class _Scanner:
    def __init__(self, text: str, start: int, limit: int, known: Collection[str]) -> None:
        self.text, self.at, self.limit, self.known = text, start, limit, known
        self.start = start
        self.stack: list[_Open] = []
        self.out = Braces(limit)
        self.fresh = True  # the next character begins an item or a value
        self.before = " "  # the last character that was no space

    def tell(self, at: int, words: str, mend: Mend | None) -> None:
        self.out.slips.append((at, words, mend))

    def scan(self) -> Braces:
        while self.at < self.limit:
            here = self.at
            self.step(self.text[here])
            if not self.text[here].isspace():
                self.before = self.text[self.at - 1]
            if not self.stack:
                self.out.end, self.out.closed = self.at, True
                return self.out
        self.unclosed()
        return self.out

    def step(self, char: str) -> None:
        half = _WIDE.get(char, char)
        if char.isspace():
            self.at += 1
        elif char == "#" and self.text[self.at - 1].isspace():
            end = self.text.find("\n", self.at)
            self.at = end if 0 <= end < self.limit else self.limit
        elif self.fresh and char in _QUOTES:
            self.quote(char)
        elif half in "[{" and self.fresh:
            self.open(char, half)
        elif half in "]}" and (half == char or self.closes_here(half)):
            self.close(char, half)
        elif char == ",":
            self.entry_ends()
            self.at += 1
        elif char in _COMMAS and self.separates():
            end = self.at + 1
            gap = self.gap(end)
            self.tell(self.at, f"各项之间应用半角逗号，不是“{char}”", Mend(self.at, end + gap, ", ", safe=True))
            self.entry_ends()
            self.at = end
        elif char in ":：" and self.stack[-1].sign == "{" and not self.stack[-1].has_colon:
            self.colon(char)
        else:
            self.fresh = False
            self.at += 1

    def open(self, char: str, half: str) -> None:
        if char != half:
            self.tell(self.at, f"应用半角括号“{half}”，不是“{char}”", Mend(self.at, self.at + 1, half, safe=True))
        self.stack.append(_Open(self.at, half, entry=self.at + 1))
        self.at += 1
        self.fresh = True

    def closes_here(self, half: str) -> bool:
        """Whether a full-width bracket stands where the half-width one is wanted."""
        return bool(self.stack) and _CLOSES[self.stack[-1].sign] == half

    def close(self, char: str, half: str) -> None:
        self.bare_entry()
        if _CLOSES[self.stack[-1].sign] != half:
            if any(_CLOSES[one.sign] == half for one in self.stack):
                while _CLOSES[self.stack[-1].sign] != half:
                    missing = self.stack.pop()
                    wanted = _CLOSES[missing.sign]
                    words = f"括号没有成对：这里的“{missing.sign}”缺少“{wanted}”"
                    self.tell(missing.at, words, Mend(self.at, self.at, wanted, safe=True))
            else:
                wanted = _CLOSES[self.stack[-1].sign]
                self.tell(self.at, f"括号没有成对：此处应为“{wanted}”", Mend(self.at, self.at + 1, wanted))
        elif char != half:
            self.tell(self.at, f"应用半角括号“{half}”，不是“{char}”", Mend(self.at, self.at + 1, half, safe=True))
        self.stack.pop()
        self.at += 1
        self.fresh = False

    def entry_ends(self) -> None:
        self.bare_entry()
        self.stack[-1].has_colon = False
        self.stack[-1].entry = self.at + 1
        self.fresh = True

    def bare_entry(self) -> None:
        """An entry of a mapping without a colon that YAML sees: {form:A}."""
        top = self.stack[-1]
        if top.sign != "{" or top.has_colon:
            return
        entry = self.text[top.entry : min(self.at, top.entry + 200)]
        found = re.match(r"\s*([^\s:：,，]+)[ ]*([:：])(?=\S)", entry)
        if found:
            at = top.entry + found.start(2)
            wide = found[2] == "："
            words = "应用半角冒号加空格，不是“：”" if wide else f"“{found[1]}:”的冒号后面要空一格"
            self.tell(at if wide else top.entry + found.start(1), words, Mend(at, at + 1, ": ", safe=True))

    def separates(self) -> bool:
        """Whether a full-width comma stands between two items, and is not part of a text."""
        if self.before in "}]｝］'\"" and not self.fresh:
            return True
        top = self.stack[-1]
        if top.sign != "{" or not top.has_colon:
            return False
        following = _NEXT_KEY.match(self.text, self.at + 1, self.limit)
        if following is None:
            return False
        sure = following[2] == ":" and self.text[following.end() : following.end() + 1].isspace()
        number = re.fullmatch(r"[^:：]*[:：]\s*[\d.０-９]*\s*", self.text[max(top.entry, self.at - 100) : self.at])
        return sure or following[1] in self.known or number is not None

    def colon(self, char: str) -> None:
        after = self.text[self.at + 1 : self.at + 2]
        top = self.stack[-1]
        quoted_before = self.before in "'\""
        if char == ":" and (not after or after.isspace() or after in ",]}" or quoted_before):
            if after and after in "\u3000\u00a0":
                self.tell(self.at + 1, "冒号后面应是半角空格", Mend(self.at + 1, self.at + 2, " ", safe=True))
            top.has_colon = True
            self.fresh = True
        elif char == "：" and not self.proper_follows():
            gap = self.gap(self.at + 1)
            mend = Mend(self.at, self.at + 1 + gap, ": ", safe=True)
            self.tell(self.at, "应用半角冒号加空格，不是“：”", mend)
            top.has_colon = True
            self.fresh = True
        self.at += 1

    def proper_follows(self) -> bool:
        """Whether a half-width colon comes before the entry ends: then the full-width one belongs to the key."""
        return bool(_PROPER.match(self.text, self.at + 1, self.limit))

    def gap(self, at: int) -> int:
        """How many spaces stand at a character."""
        found = _SPACES.match(self.text, at, self.limit)
        return len(found[0]) if found else 0

    def quote(self, char: str) -> None:
        end = self.text.find(_QUOTES[char], self.at + 1, self.limit)
        while char == "'" and end >= 0 and self.text[end + 1 : end + 2] == "'":
            end = self.text.find("'", end + 2, self.limit)
        while char == '"' and end >= 0 and self.text[end - 1] == "\\":
            end = self.text.find('"', end + 1, self.limit)
        self.fresh = False
        if end < 0:
            if char in "'\"":
                self.open_quote(char)
            self.at += 1
            return
        if char == '"':
            self.escapes(end)
        after = self.text[end + 1 : min(self.limit, end + 200)].lstrip()[:1]
        if char in "'\"" and after and after not in ",]}:#" + _COMMAS + "］｝：":
            self.tell(self.at, f"引号没有成对，请检查这一项前后的 {char}", None)
        self.at = end + 1

    def open_quote(self, char: str) -> None:
        """A quote that never closes: its end is put before the next comma or bracket."""
        stop = re.search(r"[”’]?(?=\s*[,，\]}］｝\n])", self.text[self.at + 1 : self.limit] + "\n")
        assert stop is not None
        start, end = self.at + 1 + stop.start(), self.at + 1 + stop.end()
        self.tell(self.at, f"引号没有成对：这里的 {char} 缺少后一半", Mend(start, min(end, self.limit), char))
        self.at = min(end, self.limit) - 1

    def escapes(self, end: int) -> None:
        inside = self.text[self.at + 1 : end]
        wrong = re.search(r"\\[^0abtnvfre \"/\\N_LPxuU\n]", inside)
        if wrong:
            words = f"双引号里的“{wrong[0]}”会被当作转义，正则表达式请用单引号"
            new = "'" + inside.replace("'", "''") + "'"
            sure = "\\\\" not in inside and '\\"' not in inside
            self.tell(self.at + 1 + wrong.start(), words, Mend(self.at, end + 1, new, safe=sure))

    def unclosed(self) -> None:
        """The value must have ended and brackets are open still: the first is shown, all are closed."""
        end = self.last_character()
        self.out.end = end
        wanted = "".join(_CLOSES[one.sign] for one in reversed(self.stack))
        shown = self.stack[0]
        last = self.text[end - 1]
        # a bracket of another kind where the right one was meant
        if last in "）)】〕〉》" and len(wanted) == 1:
            mend, words = Mend(end - 1, end, wanted, safe=False), f"括号没有成对：结尾是“{last}”，应为“{wanted}”"
        else:
            mend = Mend(end, end, wanted, safe=True)
            words = f"括号没有成对：这里的“{shown.sign}”缺少“{_CLOSES[shown.sign]}”"
            if len(wanted) > 1:
                words = f"括号没有成对：从这里开始的括号，结尾缺少“{wanted}”"
        self.tell(shown.at, words, mend)

    def last_character(self) -> int:
        """Where the value ends: before a remark of the last line."""
        end = self.limit
        line = self.text.rfind("\n", 0, end) + 1
        remark = re.search(r"\s+#.*$", self.text[max(line, self.start) : end])
        return max(line, self.start) + remark.start() if remark else end
