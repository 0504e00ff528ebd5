"""The pictures of README.md and README.zh-CN.md, made from the documents of the fictional county: `python tests/readme/pictures.py`.

In        reports/, audited as two quarters in a work folder of its own, every suspected finding found 属实, so that nothing is a draft
Out       pictures/*.png beside this file: the circular, an order, the ledger of problems, the page, an original with its evidence
Needs     soffice, pdftoppm and Chromium; says which one is missing
Small     a palette of few colours, under MOST bytes each; the same programs make the same pictures
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "documents")]

from chromium import Browser, find  # noqa: E402
from commands import auditor  # noqa: E402

from auditor.documents import pdf  # noqa: E402

OUT = HERE / "pictures"
MOST = 150_000
QUARTER = "2026Q1"
_RUNS = (("2025Q4", "2024年度", "2025-11-03T10:00"), (QUARTER, "2025年度", "2026-02-03T10:00"))
_OFFICE = ("--issuer", "澄湖县人民政府办公室", "--number", "澄政办函〔{年}〕{号}号", "--contact", "李某，0730-4780053")
_UNIT = "县自然资源局"


def run(home: Path, *words: object) -> None:
    """A command in the work folder, which must go well."""
    done = auditor(*words, cwd=home)
    assert done.returncode == 0, done.stdout + done.stderr


def papers(home: Path) -> Path:
    """The folder with all papers of the quarter."""
    place = ("--region", "云溪省岚江市澄湖县", "--assessment", "澄湖县政务公开考核办法", "--assessment-from", "2020")
    run(home, "init", ".", "--name", "澄湖县", *_OFFICE, *place, "--yes")
    shutil.copytree(ROOT / "reports", home / "reports", dirs_exist_ok=True)
    shutil.copy(ROOT / "reports" / "名册.xlsx", home / "名册.xlsx")
    for quarter, folder, at in _RUNS:
        run(home, "audit", f"reports/{folder}", "--quarter", quarter, "--at", at, "--formats", "json")
    run(home, "decide", "属实", "--run", QUARTER, "--suspected", "--by", "张三", "--at", "2026-02-10T10:00")
    run(home, "documents", QUARTER, "--at", "2026-02-11T10:00", "--out", "文书")
    return home / "文书"


def first_page(data: bytes | str, folder: Path, words: str = "") -> Image.Image:
    """The first page of a PDF on which these words stand, as a picture."""
    assert isinstance(data, bytes), data
    page = paged(data, words)
    (folder / "a.pdf").write_bytes(data)
    only = ("-f", str(page), "-l", str(page), "-singlefile")
    subprocess.run(["pdftoppm", "-r", "80", "-png", *only, str(folder / "a.pdf"), str(folder / "a")], check=True)
    with Image.open(folder / "a.png") as found:
        found.load()
        return found


def paged(data: bytes, words: str) -> int:
    """The number of that page, 1 where they stand nowhere."""
    document = pypdfium2.PdfDocument(data)
    try:
        said = (page.get_textpage().get_text_bounded() for page in document)
        return next((number for number, text in enumerate(said, 1) if words in text), 1)
    finally:
        document.close()


def printed(home: Path, folder: Path) -> Iterator[tuple[str, Image.Image]]:
    """What is printed on paper, by one start of soffice."""
    wanted = {"通报": "通报.docx", "通知": f"{_UNIT}/通知.docx", "问题台账": "问题台账.xlsx"}
    files = {name: (home / path).read_bytes() for name, path in wanted.items()}
    made = pdf.converted({f"{name}{Path(wanted[name]).suffix}": data for name, data in files.items()})
    for name, data in made.items():
        yield Path(name).stem, first_page(data, folder, "问题描述" if name.endswith(".xlsx") else "")


def shown(path: Path, folder: Path) -> Iterator[tuple[str, Image.Image]]:
    """The page as a browser shows it: the county, then a report with its original."""
    program = find()
    assert program is not None, "没有安装 Chromium"
    with Browser(program, folder) as browser, browser.page(1366, 900) as page:
        page.open(path)
        yield "网页", Image.open(io.BytesIO(page.picture()))
        unit = page.run(
            f"Array.from(document.querySelectorAll('a')).find(a => a.textContent.includes('{_UNIT[1:]}')).href"
        )
        page.run(f"location.href = {unit!r}; 0")
        page.until("document.querySelector('.original mark')")
        page.click(".finding .go")
        page.until("document.querySelector('.original .here')")
        yield "原文", Image.open(io.BytesIO(page.picture()))


def kept(name: str, picture: Image.Image) -> int:
    """The picture with so few colours that it is small; its bytes."""
    path = OUT / f"{name}.png"
    for colours in (64, 32, 16, 8):
        few = picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
        if path.stat().st_size <= MOST:
            break
    return path.stat().st_size


def main() -> int:
    """Makes them all."""
    missing = [name for name, there in (("soffice", pdf.office()), ("pdftoppm", shutil.which("pdftoppm"))) if not there]
    if missing or find() is None:
        print(f"没有安装 {'、'.join(missing) or 'Chromium'}，没有生成图片。", file=sys.stderr)
        return 2
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "澄湖县"
        home.mkdir()
        made = papers(home)
        browser = Path(folder) / "browser"
        browser.mkdir()
        for name, picture in (*printed(made, Path(folder)), *shown(made / "审计结果.html", browser)):
            print(f"{name}.png {kept(name, picture)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
