"""Handbook: a rulebook in words -> one HTML file that needs nothing else, to be browsed, searched and printed.

Ways      by dimension, by article, by form and table; each rule stands once, the lists lead to it
Safety    as the page of an audit: autoescape in a sandbox, a content policy that names our own style and script
Script    only the search box; without it everything is there. In print all is open and the search box is gone
"""

from __future__ import annotations

import datetime as dt

from markupsafe import Markup

from auditor.documents.page import TEMPLATES, environment, policy_of
from auditor.model import SEVERITIES
from auditor.review.handbook import Handbook, RulePage


def render(book: Handbook, day: dt.date) -> bytes:
    """The file's bytes (UTF-8); `day` is that of the edition shown."""
    style = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.css", "handbook.css"))
    script = (TEMPLATES / "handbook.js").read_text(encoding="utf-8")
    pages = (*book.rules, *book.patterns)
    made = (
        environment()
        .get_template("handbook.html.j2")
        .render(
            book=book,
            day=f"{day.year}年{day.month}月{day.day}日",
            pages=pages,
            named={page.id: page for page in pages},
            tone={severity: f"s{at}" for at, severity in enumerate(SEVERITIES)},
            searched={page.id: searched(page) for page in pages},
            style=Markup(style),
            script=Markup(script),
            policy=policy_of(style, script),
        )
    )
    return made.encode("utf-8", "replace")


def searched(page: RulePage) -> str:
    """The words by which the search box finds a rule."""
    words = (
        page.id,
        page.title,
        page.dimension,
        page.kind,
        page.scope,
        page.why,
        page.remedy,
        *page.logic,
        *page.bases,
    )
    return "".join("".join(words).split()).lower()
