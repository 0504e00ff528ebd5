"""The parts of an Office Open XML file -> XML trees, hardened.

Guards    sizes and ratio of the ZIP by directory and by bytes counted; no entity is resolved, no network, no DTD, libxml2's own
          limits on depth and text length stay on
"""

from __future__ import annotations

import io
import posixpath
import re

from lxml import etree

from auditor.readers import limits
from auditor.readers.limits import Refusal
from auditor.readers.zipped import Entry, content, directory

_BROKEN = "文件内部结构已损坏，请用 Word、Excel 或 WPS 打开后另存再运行"
_DECLARATION = re.compile(r"\A[\s\ufeff]*<\?xml[^>]*\?>")
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_METADATA = {"title": "title", "creator": "author", "modified": "modified", "created": "created"}


def parse(data: bytes) -> etree._Element:
    """The root of an XML file. Raises Refusal where it is broken, declares entities or has more tags than a tree may."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    if data.count(b"<") > limits.XML_TAGS:
        raise Refusal(f"文件内部标签超过 {limits.XML_TAGS:,} 个，未予读取；请拆分文件或清除多余格式后重新运行")
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Refusal(_BROKEN) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refusal("文件内含文档类型声明（DTD），疑为恶意文件，未予读取")
    return root


def parse_text(text: str) -> etree._Element:
    """The root of an XML file that was decoded: what it declares of its encoding does not count."""
    return parse(_DECLARATION.sub("", text, count=1).encode("utf-8", "replace"))


class Package:
    """An Office file held in memory; parts are read when asked for. Raises Refusal where it passes a limit."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)
        entries = directory(self._file)
        if sum(entry.size for entry in entries) > limits.UNPACKED_BYTES:
            raise Refusal(f"文件解压后超过 {limits.UNPACKED_BYTES // 2**20} MiB，未予读取；请删去图片后重新运行")
        self._entries: dict[str, Entry] = {entry.name.lower(): entry for entry in entries}

    def xml(self, part: str) -> etree._Element | None:
        """The root of a part, None where there is no such part."""
        entry = self._entries.get(part.lower())
        if entry is None:
            return None
        return parse(content(self._file, entry))

    def needed(self, part: str) -> etree._Element:
        """The root of a part without which nothing can be read."""
        root = self.xml(part)
        if root is None:
            raise Refusal(_BROKEN)
        return root

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """id -> (last word of the type, part) of the relationships of a part that lead inside the package."""
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        out: dict[str, tuple[str, str]] = {}
        for item in root.iter(_RELATIONSHIP) if root is not None else ():
            if item.get("TargetMode") == "External":
                continue
            target = item.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            out[item.get("Id", "")] = (item.get("Type", "").rsplit("/", 1)[-1], path)
        return out

    def main(self, fallback: str) -> str:
        """The part in which the document stands."""
        found = [path for kind, path in self.related("").values() if kind == "officeDocument"]
        return found[0] if found else fallback

    def metadata(self) -> dict[str, str]:
        """title, author, modified, created of docProps/core.xml, where they are filled."""
        root = self.xml("docProps/core.xml")
        out: dict[str, str] = {}
        for item in root if root is not None else ():
            key = _METADATA.get(etree.QName(item).localname)
            if key and item.text and item.text.strip():
                out[key] = item.text.strip()
        return out
