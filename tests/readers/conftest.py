"""What the tests of the readers share: the samples, if they are there, and small Office files made on the spot."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parents[3] / "shared"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SAMPLES.is_dir():
        pytest.skip("the folder of real reports is not beside the repository")
    return SAMPLES


def zipped(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.fixture
def make_zip() -> Callable[..., bytes]:
    return zipped


@pytest.fixture
def make_docx() -> Callable[..., bytes]:
    def make(body: str, **others: str) -> bytes:
        """`others`: styles, numbering as inner XML; core as whole XML."""
        namespaces = (
            f'xmlns:w="{_WORD}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
            ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
        )
        parts = {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {namespaces}><w:body>{body}</w:body></w:document>",
        }
        for name in ("styles", "numbering"):
            if name in others:
                parts[f"word/{name}.xml"] = f"<w:{name} {namespaces}>{others[name]}</w:{name}>"
        if "core" in others:
            parts["docProps/core.xml"] = others["core"]
        return zipped(parts)

    return make


@pytest.fixture
def make_xlsx() -> Callable[..., bytes]:
    def make(*sheets: str, states: tuple[str, ...] = (), **others: str) -> bytes:
        """Each sheet is the inner XML of its worksheet; `others`: styles, shared as inner XML, book ahead of the sheets."""
        listed, related = "", ""
        parts = {"[Content_Types].xml": "<Types/>"}
        for number, sheet in enumerate(sheets, 1):
            state = f' state="{states[number - 1]}"' if number <= len(states) else ""
            listed += f'<sheet name="表{number}" sheetId="{number}"{state} r:id="rId{number}"/>'
            related += (
                f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
            )
            parts[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{_SHEET}">{sheet}</worksheet>'
        parts["xl/workbook.xml"] = (
            f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}">{others.get("book", "")}<sheets>{listed}</sheets></workbook>'
        )
        parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{_PACKAGE}">{related}</Relationships>'
        if "styles" in others:
            parts["xl/styles.xml"] = f'<styleSheet xmlns="{_SHEET}">{others["styles"]}</styleSheet>'
        if "shared" in others:
            parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_SHEET}">{others["shared"]}</sst>'
        return zipped(parts)

    return make
