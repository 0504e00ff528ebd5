"""Profile: a document's lines in, whose report it is out: unit, year, title, dates, signatories, column, contacts.

Names     every name is kept with its role; `organisation` is the fullest that does not contradict the title
Years     title before body title before period before table head before file name; every mention is kept
Dates     `published_certain` only for what the page itself calls 公开日期, 发布日期, 公布日期 or 首次公开
Cells     a label may stand in a cell and its value in the next one (the index table of public pages since 2021)
Kind      by how the name ends (`rules/organisations.yaml`), by 我镇 / 我局 where no name is found, never by guessing
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from auditor.facts.flow import Flow, fold
from auditor.facts.lexicon import Lexicon, OrganisationWords, ProfileWords
from auditor.facts.periods import read_contacts, read_periods
from auditor.facts.phrases import Phrases, any_of
from auditor.facts.prose import FURNITURE, SIGNATURE, SIGNING_ROLES, Layout
from auditor.facts.titles import Title, read_title
from auditor.model import Cell, DateMention, Document, Mention, Period, Place, Profile, Table, Text, YearMention
from auditor.text import read_date

_CERTAIN = "公布日期"
_DATE = re.compile(
    r"\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*[日号]?|[二〇零一三四五六七八九十]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日"
)
_TABLE_YEAR = re.compile(
    r"^[(]?((?:19|20)\d{2})年度?[)]?$|统计表\(?((?:19|20)\d{2})年|^((?:19|20)\d{2})年度?.{0,40}统计表"
)
_FILE_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_NAME = re.compile(r"[\w、·()]{2,40}")
_HEAD_CHARS = 600
_TITLE_LINES = 60
_MOST_CELLS = 60  # a larger table holds no page data


@dataclass(frozen=True, slots=True)
class Lines:
    """What the profile reads before the prose is known: the titles, and the years they give."""

    titles: tuple[tuple[str, Title, Place | None], ...]
    labelled: tuple[Mention, ...] = ()

    @property
    def year(self) -> int | None:
        """The year of the first title that has one."""
        return next((title.year for _, title, _ in self.titles if title.year), None)


@dataclass(frozen=True, slots=True)
class _Patterns:
    labels: re.Pattern[str]
    roles: dict[str, str] = field(hash=False)


@lru_cache(maxsize=8)
def _label_patterns(words: ProfileWords) -> _Patterns:
    roles: dict[str, str] = {}
    for role, labels in words.labels:
        for label in labels:
            roles.setdefault(fold(label), role)
    spaced = [r"\s{0,8}".join(map(re.escape, label)) for label in sorted(roles, key=len, reverse=True)]
    return _Patterns(re.compile(rf"(?P<label>{'|'.join(spaced)})\s*(?:\([^()\n]{{1,6}}\)\s*)?:"), roles)


# --- titles ----------------------------------------------------------------------------------------


def read_titles(document: Document, layout: Layout) -> Lines:
    """The page's title and the body's title, in that order of trust."""
    found: list[tuple[Title, Place | None]] = []
    stated: list[tuple[Title, Place | None]] = []
    container = read_title(document.metadata.get("title", ""), whole=False)
    if container and (container.unit or container.year):
        stated.append((container, None))
    previous = ""
    for kind, text in _head_lines(layout):
        for start, end in _chunks(text.text):
            chunk = text.text[start:end]
            title = read_title(chunk)
            before, previous = previous, chunk
            if title is None:
                continue
            whole = start == 0 and end == len(text.text)
            if (title.year or (whole and ends_like_name(title.unit))) and "统计表" not in chunk:
                name = "" if title.unit else "".join(fold(before).split())
                if ends_like_name(name):
                    title = Title(name + title.text, name, title.year)
                labelled = kind == FURNITURE and re.match(r"\s*标题", chunk)
                (stated if labelled else found).append((title, text.place(start, end)))
    if len(found) > 1:  # a page prints its own title above that of the report
        stated.append(found[0])
    titles = [("页面标题", *pair) for pair in stated] + [("正文标题", *pair) for pair in found[-1:]]
    return Lines(tuple(titles))


def _head_lines(layout: Layout) -> Iterator[tuple[str, Text]]:
    """The first lines of the page in order, furniture and prose."""
    lines = [(o.block, o.kind, o.text) for o in layout.outside if o.kind != SIGNATURE][:_TITLE_LINES]
    lines += [(b, "", p.text) for b, p in zip(layout.blocks[:_TITLE_LINES], layout.prose.parts, strict=False)]
    lines.sort(key=lambda line: line[0])
    for _, kind, text in lines[:_TITLE_LINES]:
        yield kind, text


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    """A short line as a whole; the head of a long one cut at white space."""
    if len(text) <= 100:
        yield 0, len(text)
        return
    if "报" not in text[:_HEAD_CHARS]:  # no title stands here
        yield 0, 0
        return
    for match in re.finditer(r"\S+", text[:_HEAD_CHARS]):
        if match.end() - match.start() <= 100:
            yield match.span()


def ends_like_name(line: str) -> bool:
    """Whether a line ends as the name of a unit does."""
    return 4 <= len(line) <= 30 and line.endswith(
        ("人民政府", "办事处", "局", "委员会", "办公室", "办公厅", "中心", "管委会")
    )


# --- labelled values -------------------------------------------------------------------------------


def _labelled(text: Text, words: ProfileWords) -> Iterator[Mention]:
    """Every label of a line with its value ("" where none is printed)."""
    patterns = _label_patterns(words)
    folded = fold(text.text)
    if ":" not in folded:
        return
    found = list(patterns.labels.finditer(folded))
    for index, match in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(folded)
        start = match.end()
        raw = text.text[start:end]
        value = raw.strip(" \t\r\n\xa0　_")
        start += len(raw) - len(raw.lstrip(" \t\r\n\xa0　_"))
        label = "".join(match["label"].split())
        yield Mention(patterns.roles[label], value, text.place(start, start + len(value)))


def _label_role(cell: str, roles: dict[str, str]) -> str | None:
    """The role of a cell that holds a label and nothing else."""
    return roles.get("".join(fold(cell).split()).rstrip(":"))


def _labelled_cells(table: Table, words: ProfileWords) -> Iterator[Mention]:
    """Labels of a small table of page data with the cell that stands beside (or, under a row of labels, below) each."""
    roles = _label_patterns(words).roles
    filled = [cell for cell in table.cells if cell.text.strip()]
    labels = {id(cell): role for cell in filled if (role := _label_role(cell.text, roles))}
    if len(filled) > _MOST_CELLS or len(labels) < 2 or 4 * len(labels) < len(filled):
        return
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    for row, cells in sorted(rows.items()):
        headed = len(cells) > 1 and all(id(cell) in labels for cell in cells)
        for at, cell in enumerate(cells):
            if id(cell) not in labels:
                continue
            beside = cells[at + 1] if at + 1 < len(cells) else None
            below = next((c for c in rows.get(row + 1, ()) if c.column == cell.column), None)
            value = below if headed else beside
            if value is not None and id(value) not in labels:
                yield Mention(labels[id(cell)], value.text.strip(" \t\r\n\xa0　_"), value.place)


def _date_in(value: str) -> str:
    match = _DATE.search(fold(value))
    return (match.group() if match else value).strip()


def _date_mention(role: str, mention: Mention) -> DateMention | None:
    raw = _date_in(mention.text)
    value, readings, standard = read_date(raw)
    if not readings and not re.search(r"\d", raw):
        return None
    return DateMention(role, raw, value, readings, standard, mention.place)


# --- everything ------------------------------------------------------------------------------------


def read_profile(
    document: Document,
    layout: Layout,
    text: Flow,
    lines: Lines,
    lexicon: Lexicon,
    form: str | None,
    loose: Sequence[Text] = (),
    used: Collection[int] = (),
) -> Profile:
    """The whole profile; `loose` are lines of tables that belong to no official row, `form` the tables' form,
    `used` the blocks of the official tables."""
    mentions = [m for line in _outside(layout, loose) for m in _labelled(line, lexicon.profile)]
    for index, block in enumerate(document.blocks):
        if isinstance(block, Table) and index not in used:
            mentions += _labelled_cells(block, lexicon.profile)
    names = _names(lines, mentions, layout, document)
    periods = read_periods(text, layout.prose)
    dates = _dates(mentions, layout, document)
    years = _years(lines, periods, layout, loose, document)
    organisation = _organisation(names)
    published, certain = _published(dates)
    return Profile(
        organisation=organisation,
        unit_kind=unit_kind(organisation, text.text, lexicon.organisations),
        year=years[0].year if years else None,
        form=form,
        title=lines.titles[0][1].text if lines.titles else None,
        published=published,
        published_certain=certain,
        filled=next((d.value for d in dates if d.role == "填报日期" and d.value), None),
        names=names,
        years=years,
        dates=dates,
        periods=periods,
        signatories=tuple(m for m in mentions if m.role in SIGNING_ROLES),
        column_path=_column(mentions, document),
        contacts=read_contacts(text, layout.prose),
        url=document.metadata.get("url") or None,
    )


def _outside(layout: Layout, loose: Sequence[Text]) -> Iterator[Text]:
    yield from (line.text for line in layout.outside)
    yield from loose


def _names(lines: Lines, mentions: Sequence[Mention], layout: Layout, document: Document) -> tuple[Mention, ...]:
    out = [Mention(role, title.unit, place) for role, title, place in lines.titles if title.unit]
    for role in ("填报单位", "发布机构"):
        out += [Mention(role, m.text, m.place) for m in mentions if m.role == role and _NAME.fullmatch(m.text)]
    author = document.metadata.get("publisher", "")
    if _NAME.fullmatch(author) and ends_like_name(author):
        out.append(Mention("发布机构", author))
    return (*out, *_signed_by(layout))


def _signed_by(layout: Layout) -> Iterator[Mention]:
    """落款: a name that stands alone at the end of the prose, before the tables or after them."""
    for part in layout.prose.parts[-4:]:
        shown = part.text.text
        tail = len(shown) - min(len(shown), 80)
        for match in re.finditer(r"\S+", shown[tail:]):
            name = fold(match.group())
            alone = tail + match.start() > 0 or len(shown) <= 40
            if alone and ends_like_name(name) and _NAME.fullmatch(name):
                start = tail + match.start()
                if start and not shown[:start].rstrip().endswith(("。", "”", "；")):
                    continue
                yield Mention("落款", match.group(), part.text.place(start, tail + match.end()))


def _organisation(names: Sequence[Mention]) -> str | None:
    """The first name by trust, or the longer one of which it is the short form."""
    order = {"页面标题": 0, "正文标题": 1, "填报单位": 2, "落款": 3, "发布机构": 4}
    ranked = sorted(names, key=lambda m: order.get(m.role, 9))
    if not ranked:
        return None
    best = ranked[0].text
    core = re.sub(r"(?:人民政府|政府|办事处|委员会|管委会|局)$", "", best) or best
    for mention in ranked[1:]:
        longer = mention.text
        if len(longer) > len(best) and core in longer and _same_body(core, longer, best):
            best = longer
    return best


def _same_body(core: str, longer: str, best: str) -> bool:
    """Whether the longer name only adds a place before or the rest of the name after (not an office of the body)."""
    after = longer[longer.index(core) + len(core) :]
    ending = best[best.index(core) + len(core) :] if core in best else ""
    return after == ending or (after in ("人民政府", "办事处", "管理委员会", "委员会", "局") and not ending)


def _dates(mentions: Sequence[Mention], layout: Layout, document: Document) -> tuple[DateMention, ...]:
    roles = ("公布日期", "生成日期", "页面日期", "填报日期")
    out = [d for m in mentions if m.role in roles and m.text and (d := _date_mention(m.role, m))]
    if not any(d.role == "页面日期" for d in out):
        for line in layout.outside:
            shown = fold(line.text.text) if line.kind == FURNITURE else ""
            if shown.lstrip(" \t•·").startswith("来源") and (match := _DATE.search(shown)):
                mention = Mention("页面日期", match.group(), line.text.place(*match.span()))
                out += [d] if (d := _date_mention("页面日期", mention)) else []
    stated = document.metadata.get("published", "")
    if stated and not any(d.role in (_CERTAIN, "页面日期") for d in out):
        out += [d] if (d := _date_mention("页面日期", Mention("页面日期", stated[:10]))) else []
    return tuple(out)


def _published(dates: Sequence[DateMention]) -> tuple[dt.date | None, bool]:
    """The earliest date that the page itself calls its publication, else the date of the page."""
    certain = [d.value for d in dates if d.role == _CERTAIN and d.value]
    if certain:
        return min(certain), True
    page = [d.value for d in dates if d.role == "页面日期" and d.value]
    return (min(page), False) if page else (None, False)


def _years(
    lines: Lines, periods: Sequence[Period], layout: Layout, loose: Sequence[Text], document: Document
) -> tuple[YearMention, ...]:
    out = [YearMention(role, t.year, t.text, place) for role, t, place in lines.titles if t.year]
    for period in periods:
        for side in dict.fromkeys(s.value.year for s in (period.start, period.end) if s and s.value):
            out.append(YearMention("统计期限", side, period.text, period.place))
    for line in _outside(layout, loose):
        if "年" not in line.text:
            continue
        shown = "".join(fold(line.text).split())
        if len(shown) <= 60 and (match := _TABLE_YEAR.search(shown)):
            out.append(YearMention("统计表", int(next(filter(None, match.groups()))), shown, line.place()))
    base = re.split(r"[/\\]|!/", document.source)[-1]
    named = dict.fromkeys(_FILE_YEAR.findall(base))
    if len(named) == 1:
        out.append(YearMention("文件名", int(next(iter(named))), base))
    return tuple(out)


def _column(mentions: Sequence[Mention], document: Document) -> str | None:
    for mention in mentions:
        if mention.role == "当前位置" and mention.text:
            path = re.sub(r"\s*(?:->|>+|»|›|/|→)\s*", ">", fold(mention.text).strip())
            return path.split()[0].strip(">")
    for mention in mentions:
        if mention.role == "栏目" and mention.text:
            return mention.text
    return document.metadata.get("column") or None


# --- the kind of unit ------------------------------------------------------------------------------


def unit_kind(organisation: str | None, text: str, words: OrganisationWords) -> str:
    """乡镇 街道 部门 县级以上政府 by the name, 其他 where nothing says so."""
    if organisation:
        name = "".join(fold(organisation).split())
        if name.endswith(words.office):
            return _office_kind(name, text, words)
        for ending, kind in words.kinds:
            if name.endswith(ending):
                return kind
    counts = Counter({kind: text.count(word) for word, kind in words.self_words if word in text})
    ranked = counts.most_common(2)
    if ranked and (len(ranked) == 1 or ranked[0][1] > 2 * ranked[1][1]) and not organisation:
        return ranked[0][0]
    return "其他"


@lru_cache(maxsize=16)
def _any(phrases: tuple[str, ...]) -> Phrases:
    """Whether any of the phrases occurs."""
    return Phrases([any_of(phrases)])


def _office_kind(name: str, text: str, words: OrganisationWords) -> str:
    """A government's office: for its government, for itself, or neither can be told from its words."""
    stem = next(name[: -len(e)] for e in sorted(words.office, key=len, reverse=True) if name.endswith(e))
    if stem.endswith(("镇", "乡", "镇人民政府", "乡人民政府", "镇政府", "乡政府")):
        return "乡镇"
    if "街道" in stem:
        return "街道"
    government = bool(_any(words.for_government).found(text))
    itself = bool(_any(words.for_itself).found(text))
    if government == itself:
        return "其他"
    return "县级以上政府" if government else "部门"
