"""Official papers: a Word template and its fields -> the bytes of a paper; and the fields that all papers share.

    path = matter.stationery.template("通知")
    fields = head(matter, f"关于……的通知", "禹山镇人民政府", undecided=len(unit.doubts))
    yield Made(name, fill(path, {**fields, "opening": "……", "problems": rows}), unit.unit)

Fields    {{ 机关标志 }} {{ 文号 }} {{ 标题 }} {{ 主送 }} {{ 附件 }} {{ 落款 }} {{ 成文日期 }} {{ 附注 }} {{ 抄送 }} {{ 印发机关 }} {{ 印发日期 }}
          {{ 草稿 }} {{ 经同意 }} {{ 联系方式 }} of `head`; what the kind adds. A line break in a value becomes one in Word
Commands  as docxtpl has them, so that an inspector edits a template in Word as its guide says: {{ field }}, {% if %}, {% for %};
          alone in a paragraph {%p … %}, in a row of a table {%tr … %}, in a cell {%tc … %}
Speed     a template is read and compiled once for each state of its file; filling one takes milliseconds
Safety    a sandbox with autoescape: words of a report are text, never markup, never a field
Refuses   a file that is no Word file, an unknown field, a broken command: StationeryError with file, what, what to do
Equal     equal fields give equal bytes: no clock in the container, none in its properties
Blank     文号, 成文日期 and 印发日期 that nobody entered are blanks to fill, never the run's date
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, Undefined, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from auditor.documents.matter import Matter
from auditor.documents.printing import line, printable
from auditor.documents.stationery import StationeryError
from auditor.documents.typesetting import typeset
from auditor.documents.words import ledger_words, rulebook_words
from auditor.model import Audit, CountyCard
from auditor.quarters.nouns import Letter

BLANK_DAY: Final = "　　　　年　　月　　日"
BLANK_ISSUER: Final = "（发文机关）"
_BLANKS: Final = {"{年}": "　　　　", "{号}": "　　"}
_FILLED: Final = re.compile(r"word/(document|header[^/]*|footer[^/]*|footnotes|endnotes)\.xml")
_CORE: Final = "docProps/core.xml"
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAK: Final = Markup('</w:t><w:br/><w:t xml:space="preserve">')


# --- the fields of every paper ---------------------------------------------------------------------


def head(
    matter: Matter,
    title: str,
    receivers: str = "",
    *,
    letter: Letter | None = None,
    as_letter: bool = False,
    annexes: Sequence[str] = (),
    undecided: int = 0,
) -> dict[str, object]:
    """The fields that all templates know.

    `letter`: the recorded one, whose number and day it bears; `as_letter`: in 信函格式, where the head is the name alone;
    `undecided`: how many findings a person must still decide before this paper may be signed (0: no draft mark).
    """
    county, entered = matter.tally.audit.county, matter.entered
    issuer = line(county.issuer) or BLANK_ISSUER
    day = entered.day or (letter.sent if letter is not None else None)
    return {
        "标题": line(title),
        "主送": line(receivers).rstrip("：:"),
        "机关标志": issuer if as_letter else f"{issuer}文件",
        "文号": number(matter, letter),
        "落款": issuer,
        "成文日期": day_words(day),
        "附件": [line(one) for one in annexes],
        "附注": line(entered.note).strip("（）()"),
        "抄送": "，".join(line(one).rstrip("。") for one in entered.copies),
        "印发机关": issuer,
        "印发日期": day_words(entered.printed),
        "草稿": matter.stationery.phrase("公文", "草稿", 数=undecided) if undecided else "",
        "经同意": consent(matter),
        "联系方式": line(county.contact),
        "来历": record(matter.tally.audit),
    }


def record(audit: Audit) -> str:
    """Of which run, rulebook and ledger a paper was made; it stands in the document's properties, never in what is signed."""
    run, kept = audit.run, ledger_words(audit)
    told = [f"批次{run.id}", rulebook_words(run), f"校验值{run.rulebook.sha256}", f"台账{kept}" if kept else ""]
    return "；".join(filter(None, told))


def number(matter: Matter, letter: Letter | None = None) -> str:
    """The 文号: as entered, as recorded, else the county's pattern with blanks to fill."""
    if matter.entered.number:
        return line(matter.entered.number)
    if letter is not None and letter.paper:
        return line(letter.paper)
    return blank_number(matter.tally.audit.county, matter.entered.day)


def blank_number(county: CountyCard, day: dt.date | None = None) -> str:
    """澄政办函〔　　　　〕　　号; the year is known where the day is."""
    pattern = line(county.numbering) or "〔{年}〕{号}号"
    blanks = {**_BLANKS, **({"{年}": str(day.year)} if day is not None else {})}
    for slot, filled_in in blanks.items():
        pattern = pattern.replace(slot, filled_in)
    return pattern


def day_words(day: dt.date | None) -> str:
    """2026年4月10日, or blanks to fill."""
    return BLANK_DAY if day is None else f"{day.year}年{day.month}月{day.day}日"


def consent(matter: Matter) -> str:
    """经县人民政府同意， where the issuer is not the government's own office, which alone may speak for it."""
    county = matter.tally.audit.county
    if county.issuer_is_office:
        return ""
    level = county.name[-1:] if county.name[-1:] in {"县", "市", "区", "旗"} else "县"
    return matter.stationery.phrase("公文", "经同意", 级=level)


# --- filling ---------------------------------------------------------------------------------------


def fill(path: Path, fields: Mapping[str, object]) -> bytes:
    """The template with its fields. Raises StationeryError where the template cannot be used."""
    try:
        state = path.stat()
    except OSError as error:
        raise StationeryError(f"没有找到模板“{path}”：请检查模板文件夹") from error
    return _compiled(path, state.st_mtime_ns, state.st_size).filled(fields)


@dataclass(frozen=True, slots=True)
class _Filling:
    """A template ready to be filled: members as they are, members with fields, style names by id."""

    path: Path
    members: tuple[tuple[str, bytes], ...]
    parts: Mapping[str, Template]
    styles: Mapping[str, str]

    def filled(self, fields: Mapping[str, object]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for name, data in self.members:
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
                target.writestr(info, self._member(name, data, fields))
        return out.getvalue()

    def _member(self, name: str, data: bytes, fields: Mapping[str, object]) -> bytes | str:
        if name == _CORE:
            return _properties(str(fields.get("标题", "")), str(fields.get("来历", "")))
        return self._part(name, fields) if name in self.parts else data

    def _part(self, name: str, fields: Mapping[str, object]) -> bytes:
        try:
            xml = self.parts[name].render(fields)
        except UndefinedError as error:
            raise _wrong(self.path, f"用了程序不认识的字段（{_field(error)}）") from error
        except SecurityError as error:
            raise _wrong(self.path, "用了不允许的写法（字段只能取值，不能调用程序）") from error
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise _wrong(self.path, f"有一处命令不能执行（{error}）") from error
        try:
            root = etree.fromstring(xml.encode("utf-8"), _PARSER)
        except etree.XMLSyntaxError as error:
            raise _wrong(
                self.path,
                "命令的位置不对，填出来的不是完整的 Word 文件（成段的命令写作 {%p … %}，表格中成行的写作 {%tr … %}）",
            ) from error
        typeset(root, self.styles)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


@lru_cache(maxsize=64)
def _compiled(path: Path, _changed: int, _size: int) -> _Filling:
    """The template read and compiled."""
    try:
        with zipfile.ZipFile(path) as source:
            members = tuple((name, source.read(name)) for name in source.namelist())
        tool = DocxTemplate(str(path))
        parts: dict[str, Template] = {}
        for name, data in members:
            if _FILLED.fullmatch(name):
                parts[name] = _template(path, tool.patch_xml(data.decode("utf-8")))
        names = _style_names(dict(members)["word/styles.xml"])
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise _wrong(path, "读不出来，不是完整的 Word 文件（.docx）") from error
    return _Filling(path, members, parts, names)


def _template(path: Path, xml: str) -> Template:
    # One paragraph a line, so that a mistake can be shown with the words around it.
    text = re.sub(r"<w:p([ >])", r"\n<w:p\1", xml)
    try:
        return _ENVIRONMENT.from_string(text)
    except TemplateSyntaxError as error:
        said = text.split("\n")[max(error.lineno - 1, 0)]
        near = line(re.sub(r"<[^>]*>", "", said))[:60]
        raise _wrong(path, f"有一处命令写得不对（“{near}”附近）") from error


def _finalized(value: object) -> object:
    """Words as they may be printed; a line break becomes one of Word."""
    if isinstance(value, Undefined):
        return str(value)
    if isinstance(value, Markup) or not isinstance(value, str):
        return value if isinstance(value, Markup | int | float) else _finalized(str(value))
    said = printable(value)
    return _BREAK.join(said.split("\n")) if "\n" in said else said


_ENVIRONMENT: Final = SandboxedEnvironment(
    autoescape=True, undefined=StrictUndefined, finalize=_finalized, keep_trailing_newline=True
)


def _style_names(styles: bytes) -> dict[str, str]:
    out = {}
    for style in etree.fromstring(styles, _PARSER).iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        if name is not None:
            out[style.get(f"{_W}styleId", "")] = name.get(f"{_W}val", "")
    return out


def _field(error: UndefinedError) -> str:
    found = re.findall(r"'([^']*)'", str(error))
    return f"“{found[-1]}”" if found else str(error)


def _wrong(path: Path, what: str) -> StationeryError:
    return StationeryError(
        f"模板“{path.name}”{what}：请对照随程序的同名模板在 Word 中改正，或者删去“{path}”，改用随程序的"
    )


def _properties(title: str, made_of: str = "") -> str:
    """The document's properties: its title, of what it was made (备注), and no time at all."""
    package = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    named = escape(line(title))
    remark = f"<dc:description>{escape(line(made_of))}</dc:description>" if made_of else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<cp:coreProperties xmlns:cp="{package}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{named}</dc:title>{remark}<dc:language>zh-CN</dc:language></cp:coreProperties>"
    )
