"""Formula text -> syntax tree. Every node keeps its columns, so that a mistake is shown at the wrong word.

Width      full-width digits, operators and brackets read like half-width ones, character by character
Refuses    unknown names, unknown functions, unbalanced brackets, sums of truths, a bare number as a condition
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, VisitError
from lark.lexer import Lexer

from auditor.formula import slips
from auditor.formula.vocabulary import (
    LAST_YEAR,
    PARAMETER,
    PEERS,
    PROFILE_NAMES,
    PROSE,
    TEXT_NAMES,
    Vocabulary,
    partial_names,
)


class FormulaError(Exception):
    """A mistake in a formula: what is wrong, and at which characters of its text (from 0).

    `instead` is what to type there, None where none can be named; `sure` where nothing else can be meant.
    """

    def __init__(self, message: str, start: int, end: int, instead: str | None = None, *, sure: bool = False) -> None:
        super().__init__(message)
        self.message, self.start, self.end = message, start, end
        self.instead, self.sure = instead, sure


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a formula. `kind`: number, string, name, last, peers, said, parameter, profile, call, or an operator."""

    kind: str
    start: int
    end: int
    value: str = ""
    number: Fraction = Fraction(0)
    children: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


NUMERIC_CALLS = {"合计", "最大", "最小", "绝对值"}
TRUTH_CALLS = {"空", "已填", "有"}
_TRUTHS = {"and", "or", "not", "=", "≠", "<", "≤", ">", "≥"}

_GRAMMAR = r"""
?start: or
?or: and | or OR and -> binary
?and: not | and AND not -> binary
?not: rel | NOT not -> unary
?rel: sum | sum REL sum -> binary
?sum: product | sum (PLUS | MINUS) product -> binary
?product: signed | product (TIMES | OVER) signed -> binary
?signed: atom | MINUS signed -> unary
?atom: NUMBER -> number | STRING -> string | NAME -> name | FUNCTION LPAR or (COMMA or)* RPAR -> call | LPAR or RPAR -> inner
%declare OR AND NOT REL PLUS MINUS TIMES OVER NUMBER STRING NAME FUNCTION LPAR RPAR COMMA
"""

_WIDTH = str.maketrans("０１２３４５６７８９．＋－＊／（），＝＜＞×÷≦≧“”＂‘’　", '0123456789.+-*/(),=<>*/≤≥""""" ')
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_STRING = re.compile(r'"([^"]*)"')
_OPERATORS = {
    "<=": ("REL", "≤"), ">=": ("REL", "≥"), "!=": ("REL", "≠"), "==": ("REL", "="), "<>": ("REL", "≠"),
    "=": ("REL", "="), "≠": ("REL", "≠"), "<": ("REL", "<"), "≤": ("REL", "≤"), ">": ("REL", ">"), "≥": ("REL", "≥"),
    "+": ("PLUS", "+"), "-": ("MINUS", "-"), "*": ("TIMES", "*"), "/": ("OVER", "/"),
    "(": ("LPAR", "("), ")": ("RPAR", ")"), ",": ("COMMA", ","), "、": ("COMMA", ","),
    "且": ("AND", "and"), "或": ("OR", "or"), "非": ("NOT", "not"),
}  # fmt: skip
_WORD = re.compile(r"[\w.]+")


class _Formula:
    """What lark hands to the lexer: the text with the vocabulary that its names are looked up in."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text, self.vocabulary = text, vocabulary


class _NameLexer(Lexer):
    """Names first and longest first: no general lexer can split Chinese names that hold operator words."""

    def __init__(self, lexer_conf: Any) -> None:
        pass

    def lex(self, data: Any) -> Iterator[Token]:  # type: ignore[override]
        formula: _Formula = data
        text, at = formula.text.translate(_WIDTH), 0
        while at < len(text):
            if text[at].isspace():
                at += 1
                continue
            type_, value, end = _next(text, at, formula.vocabulary)
            yield Token(type_, value, start_pos=at, end_pos=end, line=1, column=at + 1)
            at = end


def _next(text: str, at: int, vocabulary: Vocabulary) -> tuple[str, str, int]:
    name = vocabulary.pattern.match(text, at)
    if name and not _goes_on(text, name.end()):
        return "NAME", name.group(), name.end()
    word = _WORD.match(text, at)
    call = re.compile(r"([^\W\d]+?)\s*\(").match(text, at)
    if call and call[1] in NUMERIC_CALLS | TRUTH_CALLS:
        return "FUNCTION", call[1], call.end(1)
    for length in (2, 1):
        found = _OPERATORS.get(text[at : at + length])
        if found and len(text[at : at + length]) == length:
            return found[0], found[1], at + length
    for type_, pattern in (("NUMBER", _NUMBER), ("STRING", _STRING)):
        match = pattern.match(text, at)
        if match:
            return type_, match[1] if type_ == "STRING" else match[0], match.end()
    end = word.end() if word else at + 1
    meant = slips.function(call[1], at) if call else None
    if meant is None and call is None:
        meant = slips.word(text, at, end, vocabulary.names)
    if meant is not None:
        raise FormulaError(meant.words, meant.start, meant.end, meant.instead, sure=meant.sure)
    raise FormulaError(_unknown(text[at:end], call[1] if call else None, vocabulary), at, end)


def _goes_on(text: str, end: int) -> bool:
    """Whether a word goes on after a known name (总计数): then the whole word is unknown."""
    return end < len(text) and (text[end].isalnum() or text[end] == "_") and text[end] not in "且或非"


def _unknown(word: str, call: str | None, vocabulary: Vocabulary) -> str:
    if call:
        return f"未知函数“{call}”，可用：{'、'.join(sorted(NUMERIC_CALLS | TRUTH_CALLS))}"
    if not (word[0].isalnum() or word[0] == "_"):
        return f"无法识别的符号“{word}”"
    others = [form.letter for form in vocabulary.all_forms if word in form.by_name or word in partial_names(form)]
    if others:
        here = "、".join(form.letter for form in vocabulary.forms)
        return f"未知名称“{word}”：它是格式{'、'.join(others)}的指标，本规则的公式用于格式{here}"
    near = vocabulary.nearest(word)
    return f"未知名称“{word}”" + (f"，是否为“{near}”？" if near else "，请用 auditor rules check 所列表样中的名称")


class _Tree(Transformer[Token, Node]):
    """Lark's tree -> nodes, checking what may stand where."""

    @v_args(inline=True)
    def number(self, token: Token) -> Node:
        return Node("number", _start(token), _end(token), str(token), Fraction(str(token)))

    @v_args(inline=True)
    def string(self, token: Token) -> Node:
        return Node("string", _start(token), _end(token), str(token))

    @v_args(inline=True)
    def name(self, token: Token) -> Node:
        text = str(token)
        for prefix, kind in ((LAST_YEAR, "last"), (PEERS, "peers"), (PROSE, "said"), (PARAMETER, "parameter")):
            if text.startswith(prefix):
                return Node(kind, _start(token), _end(token), text[len(prefix) :])
        return Node("profile" if text in PROFILE_NAMES else "name", _start(token), _end(token), text)

    def call(self, parts: list[Any]) -> Node:
        function, inner, closing = parts[0], [p for p in parts[1:] if isinstance(p, Node)], parts[-1]
        name = str(function)
        if name in TRUTH_CALLS and (len(inner) != 1 or inner[0].kind not in ("name", "last", "peers", "said")):
            raise FormulaError(f"{name}() 里只能写一个名称", _start(function), _end(closing))
        if name in ("空", "已填") and inner[0].kind == "peers":
            raise FormulaError("“同类.”是同类单位的中位数，没有空白与否，请用 有()", inner[0].start, inner[0].end)
        for part in inner if name in NUMERIC_CALLS else []:
            _need_number(part)
        if name == "绝对值" and len(inner) != 1:
            raise FormulaError("绝对值() 里只能写一项", _start(function), _end(closing))
        return Node("call", _start(function), _end(closing), name, children=tuple(inner))

    @v_args(inline=True)
    def inner(self, left: Token, node: Node, right: Token) -> Node:
        return Node(node.kind, _start(left), _end(right), node.value, node.number, node.children)

    @v_args(inline=True)
    def binary(self, left: Node, operator: Token, right: Node) -> Node:
        kind = str(operator)
        for part in (left, right):
            if kind in ("and", "or"):
                _need_truth(part)
            elif kind not in ("=", "≠") or not _texts(left, right):
                _need_number(part)
        if kind == "/" and right.kind == "number" and right.number == 0:
            raise FormulaError("除数不能是 0", right.start, right.end)
        return Node(kind, left.start, right.end, children=(left, right))

    @v_args(inline=True)
    def unary(self, operator: Token, part: Node) -> Node:
        if str(operator) == "not":
            _need_truth(part)
            return Node("not", _start(operator), part.end, children=(part,))
        _need_number(part)
        return Node("negative", _start(operator), part.end, children=(part,))


def _start(token: Token) -> int:
    return int(token.start_pos or 0)


def _end(token: Token) -> int:
    return int(token.end_pos or 0)


def is_truth(node: Node) -> bool:
    """Whether a node is true or false (and not a number or a word)."""
    return node.kind in _TRUTHS or (node.kind == "call" and node.value in TRUTH_CALLS)


def is_text(node: Node) -> bool:
    """Whether a node is a word: a string or a profile name such as 单位类型."""
    return node.kind == "string" or (node.kind == "profile" and node.value in TEXT_NAMES)


def _texts(left: Node, right: Node) -> bool:
    return is_text(left) and is_text(right)


def _need_number(node: Node) -> None:
    if is_truth(node) or is_text(node):
        raise FormulaError("此处应为数值，不能是条件或文字", node.start, node.end)


def _need_truth(node: Node) -> None:
    if not is_truth(node):
        raise FormulaError("此处应为条件（如 甲 = 乙），不能只是一个数值", node.start, node.end)


@lru_cache(maxsize=1)
def _lark() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer=_NameLexer)


def parse(text: str, vocabulary: Vocabulary) -> Node:
    """The syntax tree of a condition. Raises FormulaError at the first mistake."""
    if not text.strip():
        raise FormulaError("公式是空的", 0, 1)
    try:
        tree = _lark().parse(_Formula(text, vocabulary))
        node: Node = _Tree().transform(tree)
    except VisitError as error:
        if isinstance(error.orig_exc, FormulaError):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        raise _misplaced(error, text) from None
    if not is_truth(node):
        raise FormulaError("公式应是一个条件（如 甲 = 乙 + 丙）", node.start, node.end)
    return node


def _unclosed(text: str) -> int | None:
    """Where the last bracket without a partner opens."""
    open_at: list[int] = []
    for at, char in enumerate(text.translate(_WIDTH)):
        if char == "(":
            open_at.append(at)
        elif char == ")" and open_at:
            open_at.pop()
    return open_at[-1] if open_at else None


def _misplaced(error: UnexpectedInput, text: str) -> FormulaError:
    token = getattr(error, "token", None)
    if token is None or token.type == "$END":
        bracket = _unclosed(text)
        if bracket is not None:
            return FormulaError("左括号没有对应的右括号，公式没有写完", bracket, bracket + 1)
        return FormulaError("公式没有写完，缺少后半部分", max(len(text) - 1, 0), len(text))
    start, end = _start(token), _end(token)
    if token.type == "REL":
        return FormulaError("关系符号不能连用，请用“且”分成两个条件", start, end)
    if token.type == "RPAR" and _unopened(text) == start:
        return FormulaError("右括号没有对应的左括号，请删去或补上左括号", start, end, "")
    if token.type == "COMMA" and (number := re.search(r"\d+$", text[:start])) and re.match(r"\d{3}(?!\d)", text[end:]):
        whole = number[0] + text[end : end + 3]
        return FormulaError(f"数字里不写千位分隔符，应为 {whole}", number.start(), end + 3, whole, sure=True)
    if token.type in ("NAME", "NUMBER", "FUNCTION", "LPAR", "STRING", "NOT"):
        return _missing_sign(text, start, end)
    return FormulaError(f"“{text[start:end]}”不应出现在这里", start, end)


def _unopened(text: str) -> int | None:
    """The first closing bracket without a partner."""
    depth = 0
    for at, char in enumerate(text.translate(_WIDTH)):
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return at
    return None


def _missing_sign(text: str, start: int, end: int) -> FormulaError:
    """Two names or two conditions stand side by side."""
    before = re.split(r"[且或]", text[:start].translate(_WIDTH))[-1]
    if re.search(r"[=≠<≤>≥]", before) or before.rstrip().endswith(")"):
        return FormulaError(
            f"“{text[start:end]}”前缺少“且”或“或”：两个条件要用它连接", start, end, f"且 {text[start:end]}"
        )
    return FormulaError(f"“{text[start:end]}”前缺少运算符（+ - * / 或 = ≤ ≥ 等）", start, end)
