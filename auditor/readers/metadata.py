"""What a page or a crawler's header says of itself -> metadata under the names of `Document.metadata`.

Names     as Chinese government sites write them (ArticleTitle, PubDate, ColumnName, SiteName …), in any case; the first filled wins
Titles    ArticleTitle is the title; the page's own <title>, where it says something else, is kept as page_title
Dates     ISO where the value begins with a date, else as written
Address   as the page states it; else the canonical link; else the comment with which browsers begin a page that they save
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from auditor.text import read_date

_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(\S+) -->")
_SAVED_FROM_WITHIN = 2000
_KEYS = {
    "title": ("articletitle", "og:title", "dc.title"),
    "published": (
        "pubdate",
        "publishdate",
        "publish_date",
        "publishtime",
        "article:published_time",
        "firstpublishedtime",
        "dc.date",
    ),
    "column": ("columnname", "channelname", "column"),
    "site": ("sitename", "og:site_name"),
    "url": ("url", "og:url", "articleurl", "canonical"),
    "base": ("base",),
    "source": ("contentsource", "source", "articlesource"),
    "author": ("author",),
    "keywords": ("keywords",),
}


def of_page(title: str, tags: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What a page's <title> and the attributes of its <meta> and <link> tags say of it."""
    given: dict[str, str] = {}
    for meta in tags:
        name = meta.get("name") or meta.get("property") or meta.get("itemprop") or ""
        value = " ".join(meta.get("content", "").split())
        if name and value:
            given.setdefault(name.lower().strip(), value)
        if meta.get("rel", "").lower() == "canonical" and meta.get("href"):
            given.setdefault("canonical", meta["href"].strip())
        elif meta.get("href") and not meta.get("rel"):  # only <base> has an address and no relation
            given.setdefault("base", meta["href"].strip())
    out: dict[str, str] = {}
    for key, names in _KEYS.items():
        value = next((given[name] for name in names if name in given), "")
        if value:
            out[key] = iso_date(value) if key == "published" else value
    if title:
        if out.get("title", title) != title:
            out["page_title"] = title
        out.setdefault("title", title)
    return out


def saved_from(text: str) -> str:
    """The address that a browser wrote at the head of a page when it saved it, "" where there is none."""
    found = _SAVED_FROM.search(text, 0, _SAVED_FROM_WITHIN)
    return found[1] if found else ""


def iso_date(text: str) -> str:
    """The ISO date at the head of a time stamp; the text itself where there is none."""
    head = re.match(r"\d{4}(?:年\d{1,2}月\d{1,2}日|([-/.])\d{1,2}\1\d{1,2})", text)
    value = read_date(head[0])[0] if head else None
    return value.isoformat() if value else text
