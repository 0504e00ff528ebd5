"""A Word document as one XML file (Word 2003 XML, or a DOCX unpacked into one file) -> blocks, by the reader of DOCX.

Both come from offices whose systems fill a template and name the result .doc.

2003        elements are those of DOCX under another namespace; what differs is renamed: merges, notes, comments; the number
            that Word printed ahead of a paragraph stands in the file as a hint and is put in front of its text
Places      part `w:wordDocument` for 2003, else the part's own name; paragraphs, tables, rows and cells count as in DOCX
Guards      those of any XML part: no entity is resolved, tags and depth are limited
Source      the 2003 schemas of Word (wordml, auxHint); ECMA-376 part 2 and the flat form of it
"""

from __future__ import annotations

from lxml import etree

from auditor.model import Document
from auditor.readers.decode import decode
from auditor.readers.docx import read_parts
from auditor.readers.limits import Refusal
from auditor.readers.numbering import W
from auditor.readers.package import Package, parse_text

_OLD = "{http://schemas.microsoft.com/office/word/2003/wordml}"
_HINT = "{http://schemas.microsoft.com/office/word/2003/auxHint}"
_NOTED = "{http://schemas.microsoft.com/aml/2001/core}annotation"
_OFFICE = "{urn:schemas-microsoft-com:office:office}"
_FLAT = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_MAIN = "w:wordDocument"
_RENAMED = {"vmerge": "vMerge", "hmerge": "hMerge", "footnote": "del", "endnote": "del"}
_METADATA = {"Title": "title", "Author": "author", "LastSaved": "modified", "Created": "created"}
_BULLETS = "·•●○■□◆◇"
_UNKNOWN = "文件为 XML，但不是 Word 文档，请用 Word 打开，另存为 Word 文档（.docx）后重新运行"


def read_word_xml(name: str, data: bytes, sha256: str) -> Document:
    """The blocks of the document. Raises Refusal where it is broken or passes a limit."""
    root = parse_text(decode(data).text)
    if root.tag == f"{_FLAT}package":
        return read_parts(name, sha256, "word-xml", _Flat(root))
    if root.tag == f"{_OLD}wordDocument":
        return read_parts(name, sha256, "word-xml", _Old(root))
    raise Refusal(_UNKNOWN)


class _Flat(Package):
    """A DOCX whose parts stand in one XML file."""

    def __init__(self, root: etree._Element) -> None:
        self._roots: dict[str, etree._Element] = {}
        for part in root.iterchildren(f"{_FLAT}part"):
            content = part.find(f"{_FLAT}xmlData")
            if content is not None and len(content):
                self._roots[part.get(f"{_FLAT}name", "").lstrip("/").lower()] = content[0]

    def xml(self, part: str) -> etree._Element | None:
        """The root of a part, None where there is no such part."""
        return self._roots.get(part.lower())


class _Old(Package):
    """A document of Word 2003, its elements renamed to those of DOCX."""

    def __init__(self, root: etree._Element) -> None:
        self._said = {
            _METADATA[key]: item.text.strip()
            for item in root.iterfind(f"{_OFFICE}DocumentProperties/*")
            if (key := etree.QName(item).localname) in _METADATA and item.text and item.text.strip()
        }
        for item in root.iter():
            _rename(item)
        self._roots = {_MAIN: root, "word/styles.xml": root.find(f"{W}styles")}

    def xml(self, part: str) -> etree._Element | None:
        """The root of a part, None where there is no such part."""
        return self._roots.get(part)

    def main(self, fallback: str) -> str:
        """The part in which the document stands."""
        return _MAIN

    def metadata(self) -> dict[str, str]:
        """title, author, modified, created, where they are filled."""
        return self._said


def _rename(item: etree._Element) -> None:
    if not isinstance(item.tag, str):
        return
    if item.tag.startswith(_OLD):
        local = item.tag.removeprefix(_OLD)
        item.tag = f"{W}{_RENAMED.get(local, local)}"
        for key in [key for key in item.attrib if str(key).startswith(_OLD)]:
            item.set(f"{W}{str(key).removeprefix(_OLD)}", item.attrib.pop(key))
        if local == "listPr":
            _print_number(item)
    elif item.tag == _NOTED and item.get(f"{_OLD}type") == "Word.Comment":
        item.tag = f"{W}del"


def _print_number(hint: etree._Element) -> None:
    """Puts the number that Word printed in front of the paragraph's text."""
    text = hint.find(f"{_HINT}t")
    properties = hint.getparent()
    paragraph = properties.getparent() if properties is not None else None
    number = text.get(f"{_HINT}val", "") if text is not None else ""
    if properties is None or paragraph is None or paragraph.tag != f"{W}p" or not number.strip():
        return
    if any((ord(c) >= 0xF000 and ord(c) <= 0xF0FF) or c in "·•●■◆" for c in number):
        return  # a bullet is no number
    run = etree.Element(f"{W}r")
    etree.SubElement(run, f"{W}t").text = number
    paragraph.insert(paragraph.index(properties) + 1, run)
