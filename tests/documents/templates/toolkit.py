"""Words and fields -> a Word template in the layout of official documents (GB/T 9704-2012); the same bytes every time.

Each kind of paper has a script beside this file, `<kind>.py`, with a function `build() -> bytes`; this file's `main` writes what
they make into `auditor/documents/templates/`, under the names of `FILES`:

    python tests/documents/templates/toolkit.py             every template
    python tests/documents/templates/toolkit.py circular order   these alone

A script looks like this (the fields in Chinese are those of `official.head`, others are the kind's own):

    from toolkit import Paper

    def build() -> bytes:
        paper = Paper()
        paper.red_head()                                        # 发文机关标志, 文号, red rule: {{ 机关标志 }} {{ 文号 }}
        paper.title()                                           # {{ 标题 }}, broken into balanced lines when it is filled
        paper.receivers()                                       # {{ 主送 }}：
        paper.text("{{ opening }}")                             # 仿宋, two characters in
        paper.heading("一、总体情况")                             # 黑体; level 2 楷体, level 3 仿宋 bold
        with paper.block("for one in problems"):                # {%p for … %} … {%p endfor %}; also "if …"
            paper.text("{{ one.words }}", lead="{{ one.lead }}")  # a lead in 楷体, then 仿宋 in the same paragraph
        paper.annex_list()                                      # 附件：1.… of {{ 附件 }}, a list of titles
        paper.signature()                                       # {{ 落款 }} {{ 成文日期 }}
        paper.note()                                            # （{{ 附注 }}）
        paper.attachment("附件1", "得分排名表")                    # on a new page
        paper.table(("名次", "单位"), (20, 60), ["for row in ranking", ("{{ row.rank }}", "{{ row.unit }}"), "endfor"], "cl")
        with paper.landscape():                                 # a wide table: own section, pages run on
            paper.attachment("附件2", "问题清单")
            paper.table(…)
        paper.imprint()                                         # 版记 at the bottom of the last face
        return paper.data()

`Paper(letter=True)` is the 信函格式: the issuer's name 30 mm from the top edge and the double red rules stand in the header and
footer of the first page; then `letter_number()` instead of `red_head()`; `imprint()` has no 印发机关, no date, no rules.
`Paper(page_numbers=False)` for forms of one page.

Draft     every page bears {{ 草稿 }} at its top where that field is not empty
Look      what depends on the words (size of the red head, place of the signature, lines of the title) is set by style when the
          template is filled (`auditor/documents/typesetting.py`), so that the template is an ordinary Word file
Units     widths in millimetres, sizes in points
Source    GB/T 9704-2012 党政机关公文格式
"""

from __future__ import annotations

import importlib.util
import io
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from auditor.documents.fonts import BODY, HEAD, SONG, STAND_INS, SUBHEAD, TITLE

HERE = Path(__file__).parent
TARGET = HERE.parents[2] / "auditor" / "documents" / "templates"

LATIN: Final = "Times New Roman"
NAMESPACES: Final = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
PROLOGUE: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RED: Final = "E60012"
LINE: Final = 579  # 28.95 pt: 22 lines fill 225 mm
TIGHT: Final = -5  # -0.25 pt a character: 28 of them fill 156 mm
CHARACTER: Final = 315  # 三号 less that
WIDTH: Final = 156.0
KEEP: Final = "<w:keepNext/>"
WIDE: Final = 225.0


def twips(millimetres: float) -> int:
    """Twentieths of a point."""
    return round(millimetres * 1440 / 25.4)


# --- paragraphs ------------------------------------------------------------------------------------


def run(words: str, style: str = "", properties: str = "") -> str:
    """A run; without the hint Word sets “ ” — … in the Latin font."""
    named = f'<w:rStyle w:val="{style}"/>' if style else ""
    return (
        f'<w:r><w:rPr>{named}<w:rFonts w:hint="eastAsia"/>{properties}</w:rPr>'
        f'<w:t xml:space="preserve">{escape(words)}</w:t></w:r>'
    )


def paragraph(style: str, runs: str = "", properties: str = "") -> str:
    """A paragraph of a style (by id; "" is the text's own) with further properties."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{runs}</w:p>"


def control(words: str) -> str:
    """A paragraph that is a command to the filling: for …, endfor, if …, endif."""
    return paragraph("", run("{%p " + words + " %}"))


def rule(eighths: float, *, colour: str = "000000", left: float = 0, right: float = 0) -> str:
    """A line across, in eighths of a point; `left` and `right` reach beyond the text, in millimetres."""
    border = f'<w:pBdr><w:bottom w:val="single" w:sz="{eighths:g}" w:space="0" w:color="{colour}"/></w:pBdr>'
    indent = f'<w:ind w:left="{-twips(left)}" w:right="{-twips(right)}"/>' if left or right else ""
    height = '<w:spacing w:line="34" w:lineRule="exact"/>'
    return paragraph("Rule", "", border + height + indent)


def bar(thickness: float) -> str:
    """A rule in the 版记, in points: a shaded line, for LibreOffice lets go of a frame whose paragraphs have borders."""
    height = f'<w:spacing w:line="{round(thickness * 20)}" w:lineRule="exact"/>'
    return paragraph("Rule", "", FRAME + '<w:shd w:val="clear" w:color="auto" w:fill="000000"/>' + height)


FRAME: Final = (
    f'<w:framePr w:w="{twips(WIDTH)}" w:wrap="notBeside" w:vAnchor="margin" w:hAnchor="margin" w:xAlign="left" '
    'w:yAlign="bottom"/>'
)


class Paper:
    """A template in the making; each method adds a part below what is there."""

    def __init__(self, *, letter: bool = False, page_numbers: bool = True, wide: bool = False) -> None:
        """`letter`: 信函格式; `wide`: the whole paper is landscape."""
        self._letter, self._numbers, self._wide = letter, page_numbers, wide
        self._parts: list[str] = []
        self._first_section = True
        self._fresh = True

    def _add(self, xml: str) -> None:
        self._parts.append(xml)
        self._fresh = False

    def raw(self, xml: str) -> None:
        """XML of one's own making, e.g. a table whose columns are not known before it is filled."""
        self._add(xml)

    # --- the head

    def red_head(self, words: str = "{{ 机关标志 }}", number: str = "{{ 文号 }}") -> None:
        """发文机关标志, 35 mm below the top of the text; 发文字号 two lines below it; 4 mm below that the red rule."""
        self._add(paragraph("Mark", run(words)))
        border = f'<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="11" w:color="{RED}"/></w:pBdr>'
        self._add(paragraph("DocumentNumber", run(number), border))

    def letter_number(self, number: str = "{{ 文号 }}") -> None:
        """文号 of the 信函格式: at the right, 7/8 of a character below the first red rules."""
        self._add(paragraph("LetterNumber", run(number)))

    def title(self, words: str = "{{ 标题 }}", *, after_head: bool = True) -> None:
        """Title in 小标宋 二号, two lines below the head (`after_head`), one blank line after it."""
        before = f'<w:spacing w:before="{2 * LINE}" w:after="{LINE}"/>' if after_head else ""
        self._add(paragraph("Title", run(words), before))

    def receivers(self, words: str = "{{ 主送 }}：") -> None:
        """主送机关, not indented."""
        self._add(paragraph("Receivers", run(words)))

    # --- the text

    def text(self, words: str, *, lead: str = "", style: str = "Text", lead_style: str = "Kai") -> None:
        """A paragraph of the body, two characters in. `lead` opens it in 楷体 (lead_style Kai), 黑体 (Hei) or bold (Strong)."""
        opening = run(lead, lead_style) if lead else ""
        self._add(paragraph(style, opening + run(words)))

    def pieces(self, *runs: tuple[str, str], style: str = "Text") -> None:
        """A paragraph of several runs: (words, character style Kai, Hei, Strong or "")."""
        self._add(paragraph(style, "".join(run(words, look) for words, look in runs)))

    def plain(self, words: str, style: str = "Receivers") -> None:
        """A paragraph of any style by its id: Receivers, Text, Indented, Remark, Cell …"""
        self._add(paragraph(style, run(words)))

    def heading(self, words: str, level: int = 1) -> None:
        """一、 in 黑体, （一） in 楷体, 1. in bold."""
        self._add(paragraph(f"Heading{level}", run(words)))

    def blank(self, style: str = "Receivers") -> None:
        """An empty line."""
        self._add(paragraph(style))

    def control(self, words: str) -> None:
        """{%p words %}."""
        self._parts.append(control(words))

    @contextmanager
    def block(self, clause: str) -> Iterator[None]:
        """What is written inside is repeated (for …) or left out (if …)."""
        self.control(clause)
        yield
        self.control(f"end{clause.split()[0]}")

    def annex_list(self, field: str = "附件") -> None:
        """附件说明: a blank line, then 附件：1.… ; `field` is a list of titles, no list no note. One alone bears no number.

        It stays on the page of the signature.
        """
        self.control(f"if {field}")
        self._add(paragraph("Receivers", "", KEEP))
        self.control(f"for 附件名称 in {field}")
        self.control("if loop.first")
        number = "{% if loop.length > 1 %}{{ loop.index }}.{% endif %}"
        self._add(paragraph("AnnexFirst", run("附件：" + number + "{{ 附件名称 }}"), KEEP))
        self.control("else")
        self._add(paragraph("AnnexNext", run("{{ loop.index }}.{{ 附件名称 }}"), KEEP))
        self.control("endif")
        self.control("endfor")
        self.control("endif")

    def signature(self, name: str = "{{ 落款 }}", day: str = "{{ 成文日期 }}") -> None:
        """Two blank lines for the seal, the issuer over the day, the day four characters from the right."""
        self._add(paragraph("Receivers", "", KEEP) + paragraph("Receivers", "", KEEP))
        self._add(paragraph("Signature", run(name)) + paragraph("SignedDay", run(day)))

    def note(self, field: str = "附注") -> None:
        """（附注） in brackets, two characters in, where there is one."""
        with self.block(f"if {field}"):
            self._add(paragraph("Text", run("（{{ " + field + " }}）")))

    # --- attachments, tables, sections

    def attachment(self, number: str, title: str, *, note: str = "") -> None:
        """On a new page: 附件1 in 黑体 at the left, its title in 小标宋 on the third line, a line in small type beneath."""
        apart = "" if self._fresh else "<w:pageBreakBefore/>"
        self._add(paragraph("Attachment", run(number), apart) + paragraph("AttachmentTitle", run(title)))
        if note:
            self._add(paragraph("TableNote", run(note)))

    def page_break(self) -> None:
        """What follows begins on a new page."""
        self._add(paragraph("Rule", '<w:r><w:br w:type="page"/></w:r>'))

    def remark(self, words: str) -> None:
        """A note in small type under a table."""
        self._add(paragraph("Remark", run(words)))

    def table(
        self,
        heads: Sequence[str],
        widths: Sequence[float],
        rows: Sequence[str | Sequence[str]],
        align: str,
        *,
        small: bool = False,
        shade: bool = True,
    ) -> None:
        """A table whose head repeats on every page and whose rows are not split.

        `rows`: a text is a command ("for row in ranking", "endfor"), a sequence is a row of cells; a row of one cell spans all.
        `align`: a letter a column, l, c or r. `small`: 小五 instead of 五号. `heads` empty: no head.
        """
        self._add(table(heads, widths, rows, align, small=small, shade=shade))

    @contextmanager
    def landscape(self) -> Iterator[None]:
        """What is written inside stands in a section of landscape pages; upright pages follow."""
        self._break(wide=False)
        yield
        self._break(wide=True)

    def _break(self, *, wide: bool) -> None:
        """Ends the section that is being written."""
        self._parts.append(paragraph("Rule", "", self._section(wide)))
        self._fresh, self._first_section = True, False

    def _section(self, wide: bool) -> str:
        kinds = ["default", "even"] + (["first"] if self._letter else [])
        named = "".join(
            f'<w:{part}Reference w:type="{kind}" r:id="{part}-{kind}"/>'
            for part in ("header", "footer")
            for kind in kinds
        )
        if wide:
            size = f'<w:pgSz w:w="{twips(297)}" w:h="{twips(210)}" w:orient="landscape"/>'
            top, right, bottom, left = 28.0, 37.0, 26.0, 35.0
        else:
            size = f'<w:pgSz w:w="{twips(210)}" w:h="{twips(297)}"/>'
            top, right, bottom, left = 37.0, 26.0, 35.0, 28.0
        # An upright foot is 20 mm from the edge (the lower red rules of a letter), its number 25.5 mm.
        foot = 20.0 if not wide else 11.0
        margin = (
            f'<w:pgMar w:top="{twips(top)}" w:right="{twips(right)}" w:bottom="{twips(bottom)}" w:left="{twips(left)}" '
            f'w:header="{twips(20 if not wide else 14)}" w:footer="{twips(foot)}" w:gutter="0"/>'
        )
        first = "<w:titlePg/>" if self._letter and self._first_section else ""
        grid = f'<w:docGrid w:type="lines" w:linePitch="{LINE}"/>'
        return (
            f'<w:sectPr>{named}<w:type w:val="nextPage"/>{size}{margin}<w:cols w:space="425"/>{first}{grid}</w:sectPr>'
        )

    # --- the end

    def imprint(self) -> None:
        """版记 at the bottom of this page: 抄送, then 印发机关 and 印发日期 between rules; of a letter 抄送 alone."""
        copies = paragraph("Imprint", run("抄送：{{ 抄送 }}。"), FRAME)
        if self._letter:
            self._parts += [control("if 抄送"), copies, control("endif"), paragraph("Rule")]
            return
        printed = run("{{ 印发机关 }}") + "<w:r><w:tab/></w:r>" + run("{{ 印发日期 }}印发")
        self._parts.append(bar(1.0))
        self._parts += [control("if 抄送"), copies, bar(0.7), control("endif")]
        self._parts.append(paragraph("ImprintLast", printed, FRAME))
        self._parts += [bar(1.0), paragraph("Rule")]

    def data(self) -> bytes:
        """The template's bytes."""
        # Word asks for a paragraph after a table that is the last of the text.
        last = paragraph("Rule") if self._parts and self._parts[-1].endswith("</w:tbl>") else ""
        body = f"<w:body>{''.join(self._parts)}{last}{self._section(self._wide)}</w:body>"
        members = {"word/document.xml": f"{PROLOGUE}<w:document {NAMESPACES}>{body}</w:document>"}
        members |= _edges(letter=self._letter, numbers=self._numbers)
        members |= {
            "word/styles.xml": _styles(),
            "word/settings.xml": _settings(),
            "word/fontTable.xml": _fonts(),
            "docProps/core.xml": CORE,
            "docProps/app.xml": f'{PROLOGUE}<Properties xmlns="{EXTENDED}"><Application>Microsoft Office Word</Application></Properties>',
        }
        members["word/_rels/document.xml.rels"] = _relations(members)
        members["_rels/.rels"] = ROOT_RELATIONS
        return _packed({"[Content_Types].xml": _types(members), **members})


# --- tables ----------------------------------------------------------------------------------------


def table(
    heads: Sequence[str],
    widths: Sequence[float],
    rows: Sequence[str | Sequence[str]],
    align: str,
    *,
    small: bool = False,
    shade: bool = True,
) -> str:
    """The XML of `Paper.table`."""
    style = "SmallCell" if small else "Cell"
    columns = [twips(width) for width in widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in columns)
    out = [_row(heads, columns, "c" * len(heads), "CellHead", head=True, shade=shade)] if heads else []
    for row in rows:
        cells = ("{%tr " + row + " %}",) if isinstance(row, str) else row
        out.append(_row(cells, columns, align if len(cells) > 1 else "l", style))
    margin = 40 if small else 60
    sides = "".join(f'<w:{side} w:w="{margin}" w:type="dxa"/>' for side in ("top", "left", "bottom", "right"))
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    look = (
        f'<w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{sides}</w:tblCellMar>'
    )
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(out)}</w:tbl>"


def _row(
    cells: Sequence[str], widths: Sequence[int], align: str, style: str, *, head: bool = False, shade: bool = False
) -> str:
    whole = len(cells) == 1 and len(widths) > 1
    if not whole and len(cells) != len(widths):
        raise ValueError(f"{len(widths)} columns, but {len(cells)} cells: {cells}")
    marks = "<w:cantSplit/>" + ("<w:tblHeader/>" if head else "")
    fill = '<w:shd w:val="clear" w:color="auto" w:fill="EDF1F5"/>' if head and shade else ""
    out = []
    for words, width, side in zip(cells, [sum(widths)] if whole else widths, align, strict=True):
        span = f'<w:gridSpan w:val="{len(widths)}"/>' if whole else ""
        place = {"l": "left", "c": "center", "r": "right"}[side]
        inside = "".join(paragraph(style, run(one), f'<w:jc w:val="{place}"/>') for one in words.split("\n"))
        out.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{fill}<w:vAlign w:val="center"/></w:tcPr>{inside}</w:tc>'
        )
    return f"<w:tr><w:trPr>{marks}</w:trPr>{''.join(out)}</w:tr>"


# --- heads and feet of pages -----------------------------------------------------------------------


def _edges(*, letter: bool, numbers: bool) -> dict[str, str]:
    """Headers and footers: odd pages (default), even ones, the first of a letter."""
    draft = (
        control("if 草稿")
        + paragraph("Draft", run("{{ 草稿 }}"))
        + control("else")
        + paragraph("Draft")
        + control("endif")
    )
    out = {f"word/header-{kind}.xml": _edge("hdr", draft) for kind in ("default", "even")}
    for kind, side in (("default", "right"), ("even", "left")):
        number = paragraph("PageNumber", _page_number() if numbers else "", f'<w:jc w:val="{side}"/>')
        out[f"word/footer-{kind}.xml"] = _edge("ftr", number + paragraph("UnderNumber"))
    if letter:
        top = rule(20, colour=RED, left=8, right=6) + rule(6, colour=RED, left=8, right=6)
        name = paragraph("LetterMark", run("{{ 机关标志 }}"))
        out["word/header-first.xml"] = _edge("hdr", draft + name + top)
        bottom = rule(6, colour=RED, left=8, right=6) + rule(20, colour=RED, left=8, right=6)
        out["word/footer-first.xml"] = _edge("ftr", bottom)
    return out


def _edge(kind: str, xml: str) -> str:
    return f"{PROLOGUE}<w:{kind} {NAMESPACES}>{xml}</w:{kind}>"


def _page_number() -> str:
    field = "".join(
        f'<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>{inside}</w:r>'
        for inside in (
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    return run("— ") + field + run(" —")


# --- styles ----------------------------------------------------------------------------------------


def _style(
    id: str,
    name: str,
    font: str,
    size: float,
    *,
    line: float = LINE / 20,
    align: str = "left",
    first: float = 0,
    before: float = 0,
    after: float = 0,
    colour: str = "000000",
    tight: bool = False,
    bold: bool = False,
    more: str = "",
    tabs: str = "",
    indent: str = "",
    outline: int | None = None,
    grid: bool = False,
) -> str:
    """A paragraph style; `first`: characters by which the first line is indented; `more`: properties before the spacing."""
    chars = f'w:firstLineChars="{first * 100:g}" w:firstLine="{first * (size * 20 + (TIGHT if tight else 0)):g}"'
    ind = indent or (f"<w:ind {chars}/>" if first else "")
    level = f'<w:outlineLvl w:val="{outline}"/>' if outline is not None else ""
    base = "" if id == "Normal" else '<w:basedOn w:val="Normal"/>'
    following = '<w:next w:val="Text"/>' if outline is not None or id == "Title" else ""
    snap = "" if grid else '<w:snapToGrid w:val="0"/>'
    spacing = (
        f'<w:spacing w:before="{before * 20:g}" w:after="{after * 20:g}" w:line="{line * 20:g}" w:lineRule="exact"/>'
    )
    default = ' w:default="1"' if id == "Normal" else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{id}"><w:name w:val="{name}"/>{base}{following}<w:qFormat/>'
        f'<w:pPr>{more}<w:widowControl w:val="0"/>{tabs}<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>{snap}'
        f'{spacing}{ind}<w:jc w:val="{align}"/>{level}</w:pPr>'
        f"<w:rPr>{_fonts_of(font)}{'<w:b/>' if bold else ''}"
        f'<w:color w:val="{colour}"/><w:spacing w:val="{TIGHT if tight else 0}"/>'
        f'<w:sz w:val="{size * 2:g}"/><w:szCs w:val="{size * 2:g}"/></w:rPr></w:style>'
    )


def _fonts_of(font: str) -> str:
    latin = LATIN if font != SONG else SONG
    return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{font}" w:cs="{LATIN}"/>'


def _character(id: str, name: str, font: str, bold: bool = False) -> str:
    weight = "<w:b/>" if bold else ""
    return (
        f'<w:style w:type="character" w:styleId="{id}"><w:name w:val="{name}"/><w:qFormat/>'
        f"<w:rPr>{_fonts_of(font)}{weight}</w:rPr></w:style>"
    )


def _hanging(left: float, hanging: float) -> str:
    """In characters of 三号."""
    return f'<w:ind w:left="{left * CHARACTER:g}" w:hanging="{hanging * CHARACTER:g}"/>'


def _styles() -> str:
    """Ids in Latin letters, which Word keeps; names as the clerk reads them."""
    edge = '<w:ind w:left="280" w:right="280"/>'
    at_right = f'<w:tabs><w:tab w:val="right" w:pos="{twips(WIDTH) - 280}"/></w:tabs>'
    styles = (
        _style("Normal", "Normal", BODY, 16, tight=True, align="both", grid=True),
        _style("Text", "公文正文", BODY, 16, tight=True, align="both", first=2, grid=True),
        _style("Title", "Title", TITLE, 22, line=36, align="center", after=LINE / 20),
        _style(
            "Heading1",
            "heading 1",
            HEAD,
            16,
            tight=True,
            align="both",
            first=2,
            more="<w:keepNext/>",
            outline=0,
            grid=True,
        ),
        _style(
            "Heading2",
            "heading 2",
            SUBHEAD,
            16,
            tight=True,
            align="both",
            first=2,
            more="<w:keepNext/>",
            outline=1,
            grid=True,
        ),
        _style(
            "Heading3",
            "heading 3",
            BODY,
            16,
            tight=True,
            align="both",
            first=2,
            bold=True,
            more="<w:keepNext/>",
            outline=2,
            grid=True,
        ),
        _style("Receivers", "主送机关", BODY, 16, tight=True, align="both", grid=True),
        _style(
            "Indented",
            "下级问题",
            BODY,
            16,
            tight=True,
            align="both",
            grid=True,
            indent=f'<w:ind w:left="{2 * CHARACTER}" w:firstLine="{2 * CHARACTER}"/>',
        ),
        _style("Mark", "发文机关标志", TITLE, 48, line=58, align="center", colour=RED, before=94),
        _style("LetterMark", "信函机关标志", TITLE, 32, line=40, align="center", colour=RED, after=6),
        _style("DocumentNumber", "发文字号", BODY, 16, align="center", tight=True, before=2 * LINE / 20),
        _style("LetterNumber", "信函文号", BODY, 16, align="right", tight=True, before=8),
        _style("AnnexFirst", "附件说明", BODY, 16, tight=True, align="left", indent=_hanging(5.75, 3.75), grid=True),
        _style("AnnexNext", "附件说明续", BODY, 16, tight=True, align="left", indent=_hanging(5.75, 0.75), grid=True),
        _style("Signature", "落款", BODY, 16, tight=True, align="center", more="<w:keepNext/>", grid=True),
        _style(
            "SignedDay",
            "成文日期",
            BODY,
            16,
            tight=True,
            align="right",
            indent=f'<w:ind w:right="{4 * CHARACTER}"/>',
            grid=True,
        ),
        _style("Attachment", "附件", HEAD, 16, tight=True, outline=0, grid=True),
        _style(
            "AttachmentTitle",
            "附件标题",
            TITLE,
            22,
            line=36,
            align="center",
            before=LINE / 20,
            after=10,
            more="<w:keepNext/>",
        ),
        _style("CellHead", "表格标题", HEAD, 10.5, line=16, align="center"),
        _style("Cell", "表格文字", BODY, 10.5, line=16),
        _style("SmallCell", "小表文字", BODY, 9, line=12),
        _style("TableTitle", "表名", HEAD, 12, line=24, align="center", before=6, after=2, more="<w:keepNext/>"),
        _style("TableNote", "表头说明", BODY, 10.5, line=18, align="left", more="<w:keepNext/>"),
        _style("Remark", "表注", BODY, 10.5, line=16, align="both", before=3),
        _style(
            "Imprint",
            "版记",
            BODY,
            14,
            line=24,
            align="both",
            indent='<w:ind w:left="1120" w:right="280" w:hanging="840"/>',
        ),
        _style("ImprintLast", "版记印发", BODY, 14, line=24, indent=edge, tabs=at_right),
        _style("Rule", "线", BODY, 1, line=0.5),
        _style("Draft", "草稿标记", HEAD, 14, line=16, align="center", after=12.35, colour="C00000"),
        _style("PageNumber", "页码", SONG, 14, line=14, indent=edge),
        _style("UnderNumber", "页码下", SONG, 5, line=15.6),
        _character("Kai", "楷体字", SUBHEAD),
        _character("Hei", "黑体字", HEAD),
        _character("Strong", "加粗字", BODY, bold=True),
    )
    defaults = (
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        f'{_fonts_of(BODY)}<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    )
    plain = (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr>'
        '<w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>'
        '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    )
    return f"{PROLOGUE}<w:styles {NAMESPACES}>{defaults}{''.join(styles)}{plain}</w:styles>"


# --- the other parts -------------------------------------------------------------------------------


def _settings() -> str:
    compat = '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    return (
        f'{PROLOGUE}<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
        '<w:drawingGridVerticalSpacing w:val="579"/><w:characterSpacingControl w:val="compressPunctuation"/>'
        f"<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/>"
        f"<w:doNotExpandShiftReturn/><w:useFELayout/>{compat}</w:compat>"
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def _fonts() -> str:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{",".join(others)}"/><w:charset w:val="86"/>'
        '<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name, others in STAND_INS.items()
    )
    latin = f'<w:font w:name="{LATIN}"><w:charset w:val="00"/><w:family w:val="roman"/></w:font>'
    return f"{PROLOGUE}<w:fonts {NAMESPACES}>{fonts}{latin}</w:fonts>"


PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EXTENDED: Final = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
CORE: Final = (
    f'{PROLOGUE}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title></dc:title><dc:language>zh-CN</dc:language></cp:coreProperties>'
)
ROOT_RELATIONS: Final = (
    f'{PROLOGUE}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    f'<Relationship Id="rId3" Type="{OFFICE}/extended-properties" Target="docProps/app.xml"/></Relationships>'
)


def _relations(members: dict[str, str]) -> str:
    named = [("styles", "styles"), ("settings", "settings"), ("fontTable", "fontTable")]
    edges = [
        name.removeprefix("word/").removesuffix(".xml") for name in members if "/header-" in name or "/footer-" in name
    ]
    out = [f'<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{id}.xml"/>' for id, kind in named]
    out += [f'<Relationship Id="{id}" Type="{OFFICE}/{id.split("-")[0]}" Target="{id}.xml"/>' for id in edges]
    return f'{PROLOGUE}<Relationships xmlns="{PACKAGE}/relationships">{"".join(out)}</Relationships>'


def _types(members: dict[str, str]) -> str:
    kinds = {
        "word/document.xml": f"{WORD}.document.main+xml",
        "word/styles.xml": f"{WORD}.styles+xml",
        "word/settings.xml": f"{WORD}.settings+xml",
        "word/fontTable.xml": f"{WORD}.fontTable+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    }
    for name in members:
        if "/header-" in name or "/footer-" in name:
            kinds[name] = f"{WORD}.{name.removeprefix('word/').split('-')[0]}+xml"
    listed = "".join(
        f"<Override PartName={quoteattr('/' + name)} ContentType={quoteattr(kind)}/>" for name, kind in kinds.items()
    )
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return (
        f'{PROLOGUE}<Types xmlns="{PACKAGE}/content-types">{rels}<Default Extension="xml" ContentType="application/xml"/>'
        f"{listed}</Types>"
    )


def _packed(members: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in members.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            target.writestr(info, text)
    return out.getvalue()


FILES = {
    "advice": "更正建议表",
    "circular": "通报",
    "confirmation": "核查单",
    "inquiry": "反馈函",
    "order": "通知",
    "quarterly": "季度汇总统计",
    "request": "函",
    "scorecard": "考核评分表",
}
"""A script beside this one -> the template that it makes, by the name under which an inspector knows the paper."""


def kinds() -> list[str]:
    """The templates that have a script."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in {"toolkit", "__init__"})


def build(kind: str) -> bytes:
    """What the script of a kind makes."""
    if str(HERE) not in sys.path:
        sys.path.insert(0, str(HERE))
    spec = importlib.util.spec_from_file_location(f"template_{kind}", HERE / f"{kind}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.build()
    assert isinstance(made, bytes)
    return made


def main(names: Sequence[str]) -> None:
    """Writes the templates of these kinds, all where none is named."""
    for kind in names or kinds():
        (TARGET / f"{FILES[kind]}.docx").write_bytes(build(kind))
        print(kind)


if __name__ == "__main__":
    main(sys.argv[1:])
