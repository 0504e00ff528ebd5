"""Files that were seen, or may be thought, to hang, crash or flood whoever reads them. name -> (file name, bytes).

Each is made on the spot, from a few lines: nothing hostile lies in the repository.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_LAUGHS = "<!DOCTYPE d [" + '<!ENTITY a0 "哈哈哈哈哈哈哈哈哈哈">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
) + "]>"  # fmt: skip
_OUTSIDE = '<!DOCTYPE d [<!ENTITY a11 SYSTEM "file:///etc/passwd">]>'


# --- packages --------------------------------------------------------------------------------------


def zipped(parts: Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]], method: int = 8) -> bytes:
    """A ZIP of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts.items() if isinstance(parts, Mapping) else parts:
            archive.writestr(name, content)
    return file.getvalue()


def docx(body: str, prologue: str = "") -> bytes:
    """A DOCX around the inner XML of its body."""
    document = f'{prologue}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document})


def xlsx(sheet: str, prologue: str = "", shared: str = "") -> bytes:
    """An XLSX of one sheet around the inner XML of its worksheet."""
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/sharedStrings.xml": f'<sst xmlns="{_SHEET}">{shared}</sst>',
            "xl/worksheets/sheet1.xml": f'{prologue}<worksheet xmlns="{_SHEET}">{sheet}</worksheet>',
        }
    )


def matryoshka(depth: int) -> bytes:
    """ZIPs in ZIPs, ten in each."""
    data = zipped({"甲.txt": "甲" * 1000})
    for _ in range(depth):
        data = zipped({f"{n}.zip": data for n in range(10)})
    return data


def overlapping(count: int) -> bytes:
    """A ZIP whose directory names the same 29 MiB so many times."""
    grains = random.Random(1).randbytes(1024)
    data = zipped({"00000.txt": (grains + b"x" * 100_000) * 300})
    at, end = data.rfind(b"PK\x01\x02"), data.rfind(b"PK\x05\x06")
    many = b"".join(data[at:end].replace(b"00000.txt", f"{n:05d}.txt".encode()) for n in range(count))
    counts = struct.pack("<HHI", count, count, len(many))
    return data[:at] + many + data[end : end + 8] + counts + data[end + 16 :]


_FAR = (
    '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>'
    '<mergeCells><mergeCell ref="A1:XFC1048575"/></mergeCells>'
)
_MERGES = "<sheetData/><mergeCells>" + "".join(
    f'<mergeCell ref="A{n}:XFD{n + 500}"/>' for n in range(1, 20_000)
) + "</mergeCells>"  # fmt: skip


# --- PDF -------------------------------------------------------------------------------------------


def pdf(objects: Mapping[int, bytes], root: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, with a cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % offsets.get(number, 0)
    out += b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF" % (size, root, trailer, start)
    return bytes(out)


def bomb(block: bytes, times: int) -> bytes:
    """A block so many times over, deflated: made in no time, since deflated blocks may simply be repeated."""
    deflate = zlib.compressobj(9)
    packed = deflate.compress(block) + deflate.flush(zlib.Z_FULL_FLUSH)
    check = 1
    for _ in range(times):
        check = zlib.adler32(block, check)
    return packed[:2] + packed[2:] * times + b"\x03\x00" + struct.pack(">I", check)


def deflated(data: bytes, more: bytes = b"", *, times: int = 1) -> bytes:
    """A stream object of data that is deflated so many times already."""
    filters = b"[" + b"/FlateDecode " * times + b"]"
    return b"<< /Length %d /Filter %s %s >>\nstream\n" % (len(data), filters, more) + data + b"\nendstream"


def stream(data: bytes, more: bytes = b"") -> bytes:
    """A stream object."""
    return deflated(zlib.compress(data), more)


def page(content: bytes, *, box: bytes = b"0 0 595 842", resources: bytes = b"", **more: bytes) -> bytes:
    """A PDF of one page with this content; `more`: objects by `o<number>`, which may be the content itself (o4)."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> %s >> >>"
        % (box, resources),
        4: stream(content),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    return pdf(objects | {int(name[1:]): body for name, body in more.items()})


_HELLO = b"BT /F1 12 Tf 72 700 Td (2024) Tj ET\n"


def page_tree(kids: bytes, count: int) -> bytes:
    """A PDF whose page tree is this."""
    return pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [%s] /Count %d /Parent 2 0 R >>" % (kids, count),
        }
    )


def paths(count: int) -> bytes:
    """A page with so many ruled lines, each in a place of its own."""
    return b"".join(b"%d %d m %d %d l S\n" % (n % 595, n % 842, n % 593 + 2, n % 839 + 1) for n in range(count))


def many_pages(count: int) -> bytes:
    """A PDF with so many pages, all the same object."""
    return pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [" + b"3 0 R " * count + b"] /Count %d >>" % count,
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
            4: stream(paths(200)),
        }
    )


def picture_page(width: int, height: int) -> bytes:
    """A page that is one picture, all white."""
    picture = deflated(
        zlib.compress(bomb(b"\xff" * width, height)),
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /DeviceGray"
        % (width, height),
        times=2,
    )
    return page(b"q 595 0 0 842 0 0 cm /Im1 Do Q", resources=b"/XObject << /Im1 6 0 R >>", o6=picture)


# --- OLE -------------------------------------------------------------------------------------------


def ole(streams: Mapping[str, bytes], *, loop: bool = False, directory_loop: bool = False) -> bytes:
    """An OLE file of version 3 with these streams; `loop`: the last sector of each chain leads back to its first."""
    sectors: list[bytes] = []
    fat: list[int] = []
    entries = [_entry("Root Entry", 5, 1 if streams else -1, -2, 0)]
    for at, (name, data) in enumerate(streams.items(), 1):
        data = data.ljust(max(4096, -(-len(data) // 512) * 512), b"\0")
        first = len(sectors)
        count = len(data) // 512
        sectors += [data[n * 512 : (n + 1) * 512] for n in range(count)]
        fat += [*range(first + 1, first + count), first if loop else 0xFFFFFFFE]
        right = (1 if directory_loop else at + 1) if at < len(streams) or directory_loop else -1
        entries.append(_entry(name, 2, -1, first, len(data), right))
    entries += [bytes(128)] * (-len(entries) % 4)
    directory = len(sectors)
    body = b"".join(entries)
    count = len(body) // 512
    sectors += [body[n * 512 : (n + 1) * 512] for n in range(count)]
    fat += [*range(directory + 1, directory + count), directory if directory_loop else 0xFFFFFFFE]
    tables = -(-(len(fat) + 8) // 128)
    first_table = len(sectors)
    fat += [0xFFFFFFFD] * tables
    fat += [0xFFFFFFFF] * (tables * 128 - len(fat))
    packed = struct.pack(f"<{len(fat)}I", *fat)
    sectors += [packed[n * 512 : (n + 1) * 512] for n in range(tables)]
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6,
        0, tables, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0,
    )  # fmt: skip
    listed = [*range(first_table, first_table + tables)][:109]
    header += struct.pack("<109I", *listed, *[0xFFFFFFFF] * (109 - len(listed)))
    return header + b"".join(sectors)


def _entry(name: str, kind: int, child: int, first: int, size: int, right: int = -1) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBiii16xIQQIQ", raw, len(raw), kind, 1, -1, right, child, 0, 0, 0, first & 0xFFFFFFFF, size
    )


def word_stream(pieces: int) -> bytes:
    """The head of a WordDocument whose piece table is announced with so many bytes."""
    head = bytearray(struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0x804, 0, 0x200).ljust(0x200, b"\0"))
    head[0x20:0x22], head[0x3E:0x40] = struct.pack("<H", 14), struct.pack("<H", 22)
    head[0x4C:0x50] = struct.pack("<I", 0x7FFFFFFF)
    head[0x1A2:0x1AA] = struct.pack("<II", 0, pieces)
    return bytes(head)


def records(*given: tuple[int, bytes]) -> bytes:
    """BIFF records."""
    return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in given)


_BOF = (0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
_SHEET_BOF = (0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
_EOF = (0x0A, b"")
_BOUND = (0x85, struct.pack("<IBBBB", 0, 0, 0, 1, 0) + b"A")


def workbook(*cells: tuple[int, bytes]) -> bytes:
    """The Workbook stream of one sheet with these records."""
    head = records(_BOF, _BOUND, _EOF)
    bound = (0x85, struct.pack("<IBBBB", len(head), 0, 0, 1, 0) + b"A")
    return records(_BOF, bound, _EOF) + records(_SHEET_BOF, *cells, _EOF)


# --- pictures --------------------------------------------------------------------------------------


def png(width: int, height: int) -> bytes:
    """A black picture of this size, one bit a pixel."""
    rows = bomb(b"\0" + bytes(-(-width // 8)), height)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


# --- texts -----------------------------------------------------------------------------------------


def html(body: str) -> bytes:
    """A page of the present form's title around this."""
    return f"<html><head><meta charset=utf-8></head><body><p>某镇2024年政府信息公开工作年度报告</p>{body}".encode()


def report(body: str) -> bytes:
    """Flat text that begins as a report does."""
    return f"某镇2024年政府信息公开工作年度报告\n一、总体情况\n{body}\n二、主动公开政府信息情况\n".encode()


_GRAINS = random.Random(3)
_HAN = "".join(chr(_GRAINS.randrange(0x4E00, 0x9FA5)) for _ in range(5000))

Maker = Callable[[], bytes]

PACKAGES: dict[str, tuple[str, Maker]] = {
    "laughs in a document": ("a.docx", lambda: docx("<w:p><w:r><w:t>&a11;</w:t></w:r></w:p>", _LAUGHS)),
    "laughs in a workbook": ("a.xlsx", lambda: xlsx("<sheetData>&a11;</sheetData>", _LAUGHS)),
    "a file of the machine in a document": ("a.docx", lambda: docx("<w:p><w:r><w:t>&a11;</w:t></w:r></w:p>", _OUTSIDE)),
    "a file of the machine in a workbook": ("a.xlsx", lambda: xlsx("<sheetData>&a11;</sheetData>", _OUTSIDE)),
    "a cell at the far corner": ("a.xlsx", lambda: xlsx(_FAR)),
    "merges over merges": ("a.xlsx", lambda: xlsx(_MERGES)),
    "a shared string of 60 million characters": (
        "a.xlsx",
        lambda: xlsx("<sheetData/>", shared=f"<si><t>{_HAN * 3}{'甲' * 20_000_000}</t></si>"),
    ),
    "a document that unpacks to 600 MB": ("a.docx", lambda: docx("<w:p/>" * 10_000_000)),
    "100,000 nested tables": ("a.docx", lambda: docx("<w:tbl><w:tr><w:tc>" * 30_000)),
    "ZIPs in ZIPs in ZIPs": ("a.zip", lambda: matryoshka(5)),
    "members that overlap": ("a.zip", lambda: overlapping(300)),
    "a member that is another's directory": ("a.zip", lambda: zipped({"a.zip": overlapping(20)})),
    "paths out of the archive": (
        "a.zip",
        lambda: zipped({"../../甲.txt": "甲", "C:\\甲.txt": "甲", "/etc/甲.txt": "甲"}),
    ),
    "names that say too much": (
        "a.zip",
        lambda: zipped({"甲\n乙\x1b[2J.txt": "甲", "甲\0乙.txt": "乙", "a" * 60_000: "丙"}),
    ),
    "twice the same name": ("a.zip", lambda: zipped([("甲.txt", "甲"), ("./甲.txt", "乙")])),
}

PDFS: dict[str, tuple[str, Maker]] = {
    "a content of 264 MB of blanks": ("a.pdf", lambda: page(b"", o4=deflated(bomb(_HELLO + b" " * 264_000, 1000)))),
    "a content of 264 MB of lines": ("a.pdf", lambda: page(b"", o4=deflated(bomb(b"0 0 m 9 9 l S\n" * 19_000, 1000)))),
    "a content deflated thrice to 1 GB": (
        "a.pdf",
        lambda: page(b"", o4=deflated(zlib.compress(zlib.compress(bomb(b"\n" * 2**20, 1024))), times=3)),
    ),
    "a page tree that holds itself": ("a.pdf", lambda: page_tree(b"2 0 R 2 0 R", 2)),
    "a page tree of two billion": ("a.pdf", lambda: page_tree(b"2 0 R", 2**31 - 1)),
    "a million lines": ("a.pdf", lambda: page(_HELLO + paths(600_000))),
    "a huge page": ("a.pdf", lambda: page(_HELLO + paths(100), box=b"0 0 1000000000 1000000000")),
    "a page of no size": ("a.pdf", lambda: page(_HELLO, box=b"0 0 0 0")),
    "a page of no number": ("a.pdf", lambda: page(_HELLO, box=b"-1e38 nan 1e38 inf")),
    "a drawing that draws itself": (
        "a.pdf",
        lambda: page(
            b"/Fm1 Do " * 1000, resources=b"/XObject << /Fm1 6 0 R >>",
            o6=stream(b"/Fm1 Do " * 100, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /Fm1 6 0 R >> >>"),
        ),
    ),
    "20,000 pages": ("a.pdf", lambda: many_pages(20_000)),
    "nested beyond measure": ("a.pdf", lambda: pdf({1: b"[" * 200_000 + b"]" * 200_000})),
    "a cross-reference that leads to itself": ("a.pdf", lambda: pdf({1: b"<< >>"}, trailer=b"/Prev 20")),
    "a picture of 20,000 by 20,000": ("a.pdf", lambda: picture_page(20_000, 20_000)),
    "half a million glyphs": ("a.pdf", lambda: page(b"BT /F1 1 Tf " + b"1 0 Td (123) Tj " * 150_000 + b"ET")),
    "only a head": ("a.pdf", lambda: b"%PDF-1.7\n"),
    "noise": ("a.pdf", lambda: b"%PDF-1.7\n" + random.Random(5).randbytes(300_000)),
    "encrypted": ("a.pdf", lambda: pdf({1: b"<< /Type /Catalog >>"}, trailer=b"/Encrypt << /Filter /Standard /V 9 /R 9 >>")),
}  # fmt: skip

OLES: dict[str, tuple[str, Maker]] = {
    "a chain of sectors that closes": ("a.doc", lambda: ole({"WordDocument": word_stream(40)}, loop=True)),
    "a directory that closes": ("a.doc", lambda: ole({"WordDocument": word_stream(40)}, directory_loop=True)),
    "a piece table of 2 GB": ("a.doc", lambda: ole({"WordDocument": word_stream(0x7FFFFFF0), "1Table": bytes(4096)})),
    "a thousand streams": ("a.xls", lambda: ole({f"{n:x}": b"" for n in range(1000)})),
    "strings of 4 billion": (
        "a.xls",
        lambda: ole({"Workbook": records(_BOF, (0xFC, struct.pack("<II", 2**32 - 1, 2**32 - 1)), _EOF)}),
    ),
    "a cell in every corner": (
        "a.xls",
        lambda: ole(
            {"Workbook": workbook(*((0x203, struct.pack("<HHHd", row, 255, 0, 1.0)) for row in range(0, 65536, 9)))}
        ),
    ),
    "a sheet that is the book": ("a.xls", lambda: ole({"Workbook": records(_BOF, _BOUND, _EOF)})),
    "a record without an end": ("a.xls", lambda: ole({"Workbook": records(_BOF) + b"\xfc\0\xff\xff" + b"\xff" * 9000})),
    "noise": ("a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(6).randbytes(300_000)),
    "only a head": ("a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
}

PICTURES: dict[str, tuple[str, Maker]] = {
    "60,000 by 60,000": ("a.png", lambda: png(60_000, 60_000)),
    "2 billion by 1": (
        "a.png",
        lambda: png(16, 1).replace(struct.pack(">II", 16, 1), struct.pack(">II", 2**31 - 1, 1)),
    ),
    "noise": ("a.jpg", lambda: b"\xff\xd8\xff" + random.Random(7).randbytes(300_000)),
    "only a head": ("a.png", lambda: b"\x89PNG\r\n\x1a\n"),
}

PAGES: dict[str, tuple[str, Maker]] = {
    "100,000 nested div": ("a.html", lambda: html("<div>" * 100_000)),
    "a tag with 100,000 attributes": (
        "a.html",
        lambda: html("<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">甲"),
    ),
    "20,000 nested tables": ("a.html", lambda: html("<table><tr><td>" * 20_000)),
    "a million columns": (
        "a.html",
        lambda: html("<table><tr>" + "<td colspan=1000000 rowspan=1000000>1" * 500 + "</table>"),
    ),
    "lone surrogates": ("a.html", lambda: html("<p>&#xD800;&#xDFFF;&#55357;&#0;&#x110000;&#99999999999;甲</p>" * 1000)),
    "marks upon marks": ("a.html", lambda: html("<p>甲" + "\u0301\u0489\u20e3" * 300_000)),
    "letters that grow": ("a.html", lambda: html("<p>" + "\ufdfa" * 1_900_000)),
    "turned around": ("a.html", lambda: html("<p>\u202e\u2066\u200f\u202d" * 20_000 + "2024")),
    "frames in frames": ("a.html", lambda: html("<iframe srcdoc='" * 5_000 + "<object>" * 5_000)),
    "a script without an end": ("a.html", lambda: html("<script>" + "<!--<script>" * 100_000)),
    "entities without an end": ("a.html", lambda: html("<p>" + "&amp" * 400_000 + "&#" * 400_000)),
}

_REPEATED = {
    "numerals": "一二三四五六七八九十百千万",
    "numbers of items": "一、（一）1.①",
    "openings": "（【《“‘[(",
    "closings": "）】》”’])",
    "dates": "2024年1月1日至",
    "digits": "9",
    "digits with commas": "123,456,",
    "digits in full width": "１２３，４５６．",
    "years": "2024年",
    "articles": "第二十条第（一）项",
    "units": "共3件其中",
    "announcements": "收到政府信息公开申请",
    "sums": "1件、",
    "shares": "占比3.5%，",
    "denials": "未收到无没有",
    "abouts": "约余近多1",
    "flows": "新收1件，结转1件，答复1件，",
    "names": "某镇人民政府办事处委员会",
    "titles": "政府信息公开工作年度报告",
    "addresses": "http://www.a.gov.cn/",
    "telephones": "0730-1234567",
    "identities": "430623199001011234",
    "spaces": " ",
    "no-break spaces": "\u00a0",
    "wide spaces": "\u3000",
    "dots": ".",
    "dashes": "—-",
    "bars": "|",
    "stars": "*#_`>",
    "colons": "：其中：",
    "enumerations": "、",
    "sentences": "。",
    "joiners": "\u200d\u200b\ufeff",
    "marks": "\u0301",
    "quotes": "“甲”",
    "hotlines": "12345热线",
    "placeholders": "XX××某",
}
TEXTS: dict[str, tuple[str, Maker]] = {
    **{
        f"{name} in one line": ("a.txt", lambda unit=unit: report(unit * (40_000 // len(unit))))  # type: ignore[misc]
        for name, unit in _REPEATED.items()
    },
    **{
        f"{name} in many lines": ("a.txt", lambda unit=unit: report(f"{unit}\n" * 4_000))  # type: ignore[misc]
        for name, unit in _REPEATED.items()
    },
    "one line of 10 MB": ("a.txt", lambda: (_HAN * 700).encode()),
    "64 MiB of text": ("a.txt", lambda: b"2024 " * (64 * 2**20 // 5)),
    "more than 64 MiB": ("a.txt", lambda: b"2024 " * (65 * 2**20 // 5)),
    "GB18030 noise": ("a.txt", lambda: bytes(byte | 0x80 for byte in random.Random(8).randbytes(300_000))),
    "any noise": ("a.txt", lambda: random.Random(9).randbytes(300_000)),
    "UTF-16 without a mark": ("a.txt", lambda: report("收到申请3件。\n" * 1000).decode().encode("utf-16-le")),
    "half a UTF-16 character": ("a.txt", lambda: b"\xff\xfe" + "某镇".encode("utf-16-le") + b"\x00\xd8\x00"),
    "nothing but NUL": ("a.txt", lambda: bytes(10_000_000)),
    "NUL in the text": ("a.txt", lambda: report("收到\0申请\0" * 1000)),
    "Markdown tables": ("a.md", lambda: report("|" * 200_000 + "\n" + "|---" * 50_000)),
    "a table of words": ("a.md", lambda: report("| 甲 | 1 |\n" * 40_000)),
}
