"""HTML tags: their grammar, their attributes, and what each name means to whoever reads a page.

Grammar   as the HTML standard tokenises: quotes count only in attribute values
Names     those that shape blocks and tables; inline ones, which shape none; those whose content is no part of the page
Marks     h: hidden; c: looks like page furniture (menu, footer) by its name, class or id
"""

from __future__ import annotations

import re
from html import unescape

from auditor.readers import limits

_WS = r"\t\n\f\r "
_ATTRIBUTE_VALUE = rf"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|(?!["'>])[^{_WS}>]++)"""
_ATTRIBUTES = rf"(?:[{_WS}/]++|[^{_WS}/>][^{_WS}/>=]*+(?:[{_WS}]*+=[{_WS}]*+{_ATTRIBUTE_VALUE}?+)?+)*+"
TOKEN = re.compile(rf"<(?:(/?)([a-zA-Z][^{_WS}/>]*+)({_ATTRIBUTES})>|(!--)|([!?]|/(?![a-zA-Z]))|/?[a-zA-Z])")
_ONE_ATTRIBUTE = re.compile(
    rf"""([^{_WS}/>=][^{_WS}/>=]*+)(?:[{_WS}]*+=[{_WS}]*+(?:"([^"]*+)"|'([^']*+)'|([^{_WS}>"'][^{_WS}>]*+)))?+"""
)
COMMENT_END = re.compile(r"--!?>")
_QUOTED = re.compile(r""""[^"]*+"|'[^']*+'""")
_HIDING_STYLE = re.compile(r"(?:display\s*:\s*none|mso-hide\s*:\s*all)")
_HIDING_WORD = re.compile(rf"(?:^|[{_WS}/])hidden(?=[{_WS}/=]|$)")
_FURNITURE = re.compile(
    r"""\b(?:class|id)\s*=\s*["']?(?:[^"'>]*[\s_-])?"""
    r"(?:(?:top|main|sub|left|right|side|foot)?-?(?:nav|navi|navbar|navigation|menu)s?|footer|foot|bottom|copyright|friendlinks?"
    r"|friend-?links?|links?box|sidebar|side-?bar|topbar|toolbar|searchbox|search-?box|login|share|share-?box|bdshare\w*"
    r"|bdsharebuttonbox|jiathis\w*|bshare\w*|social-share|qrcode|qr-?code|ewm|erweima|gotop|backtop|back-?top|breadcrumbs?|crumbs?"
    r"|pagination|prevnext|prev-?next|related|relate|xgxw|xgyd|xgwz|zoomfont|fontsize|font-?size)"
    r"""(?=["'\s>]|$)"""
)

CONTAINERS = frozenset(
    (
        *(
            "div",
            "center",
            "blockquote",
            "ul",
            "ol",
            "dl",
            "dir",
            "menu",
            "section",
            "article",
            "main",
            "aside",
            "header",
        ),
        *("footer", "nav", "figure", "figcaption", "fieldset", "details", "summary", "address", "pre", "hgroup"),
    )
)
GROUPS = frozenset(("thead", "tbody", "tfoot"))
CELLS = frozenset(("td", "th"))
TABLE_PARTS = GROUPS | CELLS | {"tr", "caption"}
HEADINGS = {f"h{n}": n for n in range(1, 7)}
ITEMS = frozenset(("li", "dt", "dd"))
LEAVES = ITEMS | HEADINGS.keys() | {"p"}
STRUCTURE = CONTAINERS | TABLE_PARTS | LEAVES | {"table"}
NUMBERED = CELLS | {"table"}
BREAKS = frozenset(("br", "hr"))
INLINE = frozenset(
    (
        "span",
        "a",
        "b",
        "strong",
        "i",
        "em",
        "font",
        "u",
        "s",
        "small",
        "big",
        "label",
        "sub",
        "sup",
        "ins",
        "del",
        "q",
        "cite",
        "code",
        "tt",
        "o:p",
    )
)
SAYING = frozenset(("meta", "link", "base"))
RAW = {
    name: re.compile(rf"</{name}(?=[{_WS}/>])", re.I)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
}
WHOLE = {
    name: re.compile(rf"</{name}(?=[{_WS}/>])", re.I)
    for name in ("svg", "math", "template", "noscript", "canvas", "video", "audio", "datalist")
}
WHOLE["select"] = re.compile(rf"</select(?=[{_WS}/>])|<(?=(?:select|input|textarea|table|tr|td)[{_WS}/>])", re.I)
OPAQUE = RAW.keys() | WHOLE.keys()

_FURNITURE_NAMES = frozenset(("nav", "footer"))


def opaque_end(source: str, begin: int) -> int:
    """Where a comment or an element that is no part of the page ends which begins there; -1 where it does not end."""
    if source.startswith("<!--", begin):
        comment = COMMENT_END.search(source, begin + 2)
        return comment.end() if comment else -1
    token = TOKEN.match(source, begin)
    if token is None or not token[2]:
        return -1
    name = token[2].lower()
    end = (RAW.get(name) or WHOLE[name]).search(source, token.end())
    if end is None:
        return -1
    return end.start() if end[0] == "<" else source.find(">", end.end()) + 1 or -1


def attributes(raw: str) -> dict[str, str]:
    """The attributes of a tag by lower-case name, the first of a name wins; entities resolved."""
    out: dict[str, str] = {}
    for name, double, single, bare in _ONE_ATTRIBUTE.findall(raw):
        out.setdefault(name.lower(), unescape(double or single or bare))
    return out


def mark(name: str, raw: str) -> str:
    """h, c or nothing, of a tag of that name with these attributes."""
    low = raw.lower()
    if is_hidden(low):
        return "h"
    if name in _FURNITURE_NAMES or (name in CONTAINERS and name != "pre" and _FURNITURE.search(low)):
        return "c"
    return ""


def is_hidden(low: str) -> bool:
    """Whether attributes in lower case hide their element."""
    if ("display" in low or "mso-hide" in low) and _HIDING_STYLE.search(low):
        return True
    return "hidden" in low and bool(_HIDING_WORD.search(_QUOTED.sub('""', low)))


def spans(raw: str) -> tuple[int, int]:
    """(row span, column span) of a cell's attributes; row span 0 reaches to the end of the row group."""
    if "span" not in raw.lower():
        return 1, 1
    found = attributes(raw)
    return _span_value(found.get("rowspan", "")), min(_span_value(found.get("colspan", "")) or 1, limits.SPAN)


def _span_value(text: str) -> int:
    digits = re.match(r"\s*\+?(\d{1,9})", text)
    return int(digits[1]) if digits else 1
