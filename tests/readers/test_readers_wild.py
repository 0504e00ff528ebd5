"""Pages as government sites serve them: what is the report, what is the page around it, and what the page says of itself."""

from __future__ import annotations

import pytest

from auditor.model import Document, Link, Paragraph, Span, Table, Unread
from auditor.readers import read
from auditor.readers.html import read_html


def blocks(source: str) -> list[str | list[list[str]]]:
    """Paragraphs as texts, tables as rows of texts."""
    return [b.text.text if isinstance(b, Paragraph) else rows(b) for b in read_html(source).blocks]


def rows(table: Table) -> list[list[str]]:
    out: dict[int, list[str]] = {}
    for cell in table.cells:
        out.setdefault(cell.row, []).append(cell.text)
    return [out[row] for row in sorted(out)]


TABLE = "<table><tr><td>收到申请数</td><td>件</td><td>3</td></tr><tr><td>公文类</td><td>条</td><td>12</td></tr></table>"
READ = [["收到申请数", "件", "3"], ["公文类", "条", "12"]]

TOOLS = [
    "字体：大 中 小", "【字体：大 中 小】", "字号：[大] [中] [小]", "【打印】【关闭】", "[打印本页]  [关闭窗口]", "打印 | 关闭", "分享到：", "浏览次数：1024", "阅读量：12次",
    "点击数：", "上一篇：关于某事的通知", "下一条：没有了", "扫一扫在手机打开当前页", "【收藏】【返回顶部】", "相关链接", "微信 微博 QQ空间", "字体大小：【大】【中】【小】打印", "网站地图 | 联系我们 | 网站声明",
]  # fmt: skip


@pytest.mark.parametrize("words", TOOLS)
def test_tools_of_the_page_are_no_text_of_the_report(words: str) -> None:
    page = read_html(f"<h1>年报</h1><div>{words}</div><p>正文</p>{TABLE}<p>{words}</p><p>落款</p>")
    assert [b.text.text for b in page.blocks if isinstance(b, Paragraph)] == ["年报", "正文", "落款"]
    assert page.furniture == (words.replace("  ", " "),) * 2


@pytest.mark.parametrize(
    "words",
    [
        "来源：某县政府办 发布日期：2018-03-15", "索引号：006382986", "打印机 2 台", "收到申请 3 件，已全部答复", "无", "大", "2018年3月15日", "中小学教育信息", "责任编辑：张三",
        "当前位置：首页 > 政务公开 > 年度报告", "浏览政府网站的人次为 1024 次", "下载统计表", "分享典型经验3次", "一、相关链接情况",
    ],
)  # fmt: skip
def test_words_of_the_report_are_kept(words: str) -> None:
    assert blocks(f"<h1>年报</h1><div>{words}</div>{TABLE}") == ["年报", words, READ]


def test_menus_are_known_by_their_links() -> None:
    menu = "".join(f"<li><a href='/c{n}'>栏目{n}</a></li>" for n in range(4))
    page = read_html(
        f"<ul>{menu}</ul><div class=con><p>正文见<a href='/x'>链接</a>。</p>{TABLE}</div><div>{menu}</div>"
    )
    assert [b.text.text for b in page.blocks if isinstance(b, Paragraph)] == ["正文见链接。"]
    assert page.furniture == ("栏目0 栏目1 栏目2 栏目3",) * 2


def test_a_table_of_links_is_a_menu_and_one_of_figures_is_none() -> None:
    menu = (
        "<table><tr><td>导航</td></tr><tr><td><a href=#>年报</a></td></tr><tr><td><a href=/a>公报</a></td></tr></table>"
    )
    assert blocks(menu + TABLE) == [READ]
    linked = TABLE.replace("<td>公文类</td>", "<td><a href=/b>公文类</a></td>")
    assert blocks(linked) == [READ]


@pytest.mark.parametrize(
    "mark",
    ["class=nav", "class='main-nav'", 'id="topbar"', "class='left-menu'", "class=\"wrap footer\"", "class=share-box", "class=bdsharebuttonbox", "class='pagination'", "class=relate", "id=ewm"],
)  # fmt: skip
def test_furniture_is_known_by_its_name(mark: str) -> None:
    page = read_html(f"<div {mark}><p>甲</p><p>乙</p></div><p>正文</p>")
    assert [b.text.text for b in page.blocks if isinstance(b, Paragraph)] == ["正文"]
    assert page.furniture == ("甲 乙",)


@pytest.mark.parametrize("inner", [TABLE, "<p>" + "本机关认真贯彻落实条例，" * 8 + "取得实效。</p>"])
def test_what_only_is_named_like_furniture_is_kept(inner: str) -> None:
    assert blocks(f"<div class='right menu'>{inner}</div>")


def test_the_path_to_the_page_is_its_column() -> None:
    page = read_html(f"<div class=crumbs><a href=/>首页</a> &gt; <a href=/a>政务公开</a> &gt; 年度报告</div>{TABLE}")
    assert page.metadata["column"] == "首页>政务公开>年度报告"
    assert page.furniture == ("首页 > 政务公开 > 年度报告",)
    stated = read_html(f"<meta name=ColumnName content=年报><p>网站首页»公开»年报</p>{TABLE}")
    assert stated.metadata["column"] == "年报"
    assert stated.furniture == ("网站首页»公开»年报",)


def test_layout_tables_within_one_another_are_dissolved() -> None:
    source = (
        "<table width=1000><tr><td><table><tr><td width=200><table><tr><td><a href=/1>概况</a></td></tr><tr><td><a href=/2>领导</a></td></tr></table></td>"
        f"<td><table><tr><td><h1>年报</h1></td></tr><tr><td><p>正文</p>{TABLE}<p>落款</p></td></tr></table></td></tr></table></td></tr>"
        "<tr><td>版权所有：某县</td></tr></table>"
    )
    assert blocks(source) == ["年报", "正文", READ, "落款"]


WORD = (
    "<table class=MsoNormalTable border=1 style='border-collapse:collapse;mso-table-layout-alt:fixed'><![if !vml]><tr style='mso-yfti-irow:0'>"
    "<td width=208 valign=top style='width:155.75pt;mso-border-alt:solid windowtext .5pt'><p class=MsoNormal align=center><b style='mso-bidi-font-weight:normal'>"
    "<span style='font-family:仿宋_GB2312'>（一）主动公开<span lang=EN-US><o:p></o:p></span></span></b></p></td>"
    "<td><p class=MsoNormal><span lang=EN-US style='mso-spacerun:yes'>12<o:p></o:p></span></p></td></tr><![endif]>"
    "<tr><td><p class=MsoNormal>其中：<span lang=EN-US>1.</span>甲</p></td><td><p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p></td></tr></table>"
)
EXCEL = (
    "<!--[if gte mso 9]><xml><x:ExcelWorkbook><x:Name>表</x:Name></x:ExcelWorkbook></xml><![endif]-->"
    "<table x:str border=0 cellpadding=0 style='border-collapse:collapse'><col width=72 style='mso-width-source:userset'><col width=72>"
    "<tr height=19><td class=xl24 height=19>（一）主动公开</td><td class=xl25 align=right x:num>12</td></tr>"
    '<tr height=19><td class=xl24>其中：1.甲</td><td class=xl25 x:num="251000.4">251000.40</td></tr>'
    "<![if supportMisalignedColumns]><tr height=0 style='display:none'><td width=72></td><td width=72></td></tr><![endif]></table>"
)


def test_tables_pasted_from_word_and_excel() -> None:
    assert blocks(WORD) == [[["（一）主动公开", "12"], ["其中：1.甲", "\u00a0"]]]
    assert blocks(EXCEL) == [[["（一）主动公开", "12"], ["其中：1.甲", "251000.40"]]]


def test_cells_of_every_make_have_their_text_and_place() -> None:
    cells = {
        "<div>甲</div>": "甲", "<p>甲</p><p>乙</p>": "甲\n乙", "甲<br>乙": "甲\n乙", "<div><p>甲</p></div>": "甲", " 甲 ": "甲", "&nbsp;": "\u00a0", "": "",
        "<p>&nbsp;</p>": "\u00a0", "<a name=x></a>3": "3", "<font size=2>3</font>": "3", "<input type=hidden>3": "3", "3<!-- 注 -->": "3", "1<sup>①</sup>": "1①",
        "<ul><li>甲</li><li>乙</li></ul>": "甲\n乙", "<script>x</script>4": "4", "&nbsp;&nbsp;其中：甲": "\u00a0\u00a0其中：甲", "<span>1</span><span>2</span>": "12",
        "<textarea>甲</textarea>5": "5", "<template>甲</template>6": "6", "<b>7</b>&nbsp;": "7\u00a0",
    }  # fmt: skip
    source = (
        "<table>"
        + "".join(f"<tr><td>{n}</td><td class=a>{cell}</td></tr>" for n, cell in enumerate(cells))
        + "</table>"
    )
    (table,) = read_html(source).blocks
    assert isinstance(table, Table)
    assert [c.text for c in table.cells if c.column == 1] == list(cells.values())
    for cell, inner in zip([c for c in table.cells if c.column == 1], cells, strict=True):
        assert isinstance(cell.place, Span)
        cut = source[cell.place.start : cell.place.end]
        assert cut == "<td class=a>" if not cell.text else cut in inner


def test_a_page_of_a_content_system() -> None:
    source = (
        "<!DOCTYPE html><html><head><title>年报_某县政府网</title><script src=a.js></script><base href='http://www.a.gov.cn/x/'>"
        "<link rel=canonical href='http://www.a.gov.cn/x/1.html'><link rel=stylesheet href=a.css></head><body>"
        "<div class='header'><div class=logo>某县人民政府</div><ul class=nav><li><a href=/>首页</a></li><li><a href=/b>公开</a></li></ul></div>"
        "<div class=main><div class=left><ul><li><a href=/1>机构</a></li><li><a href=/2>法规</a></li><li><a href=/3>年报</a></li></ul></div>"
        f"<div class=content id=zoom><h1>某局2023年年报</h1><p>字体：<a href='javascript:a(1)'>大</a> <a href='javascript:a(2)'>中</a></p><p>正文</p>{TABLE}"
        "<p>附件：<a href='files/2023年报.docx'>2023年报全文</a></p><p><a href='/down?id=3' title='附件2下载'><img src=a.png></a></p></div></div>"
        "<div class=footer>版权所有：某县</div><script>document.write('<p>统计</p>')</script></body></html>"
    )
    found = read("a.html", source.encode())
    assert isinstance(found, Document)
    assert [b.text.text for b in found.blocks if isinstance(b, Paragraph)] == [
        "某县人民政府",
        "某局2023年年报",
        "正文",
        "附件：2023年报全文",
    ]
    assert found.links == (Link("2023年报全文", "files/2023年报.docx"), Link("附件2下载", "/down?id=3"))
    assert found.metadata == {
        "title": "年报_某县政府网",
        "url": "http://www.a.gov.cn/x/1.html",
        "base": "http://www.a.gov.cn/x/",
    }
    assert set(found.furniture) == {"首页 公开", "机构 法规 年报", "字体：大 中", "版权所有：某县"}


def test_a_saved_page_tells_its_address() -> None:
    source = "<!DOCTYPE html>\n<!-- saved from url=(0037)http://www.a.gov.cn/zwgk/2018/1.html -->\n<html><p>甲"
    assert read_html(source).metadata == {"url": "http://www.a.gov.cn/zwgk/2018/1.html"}
    assert read_html(source.replace("<html>", "<html><meta name=url content='http://b/'>")).metadata == {
        "url": "http://b/"
    }


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("<a href='a.DOC'>甲</a>", True), ("<a href='a.pdf?x=1'>甲</a>", True), ("<a href=./P020.xls>甲</a>", True), ("<a href='a.ofd'>甲</a>", True), ("<a href='/id=3'>附件1</a>", True),
        ("<a href='a.html'>年报</a>", False), ("<a href='#a'>附件</a>", False), ("<a name=x>附件</a>", False), ("<a href='javascript:x()'>下载</a>", False),
        ("<!-- <a href=a.doc>甲</a> -->", False),
    ],
)  # fmt: skip
def test_links_to_files(link: str, kept: bool) -> None:
    assert bool(read_html(f"<p>{link}</p><p>正文").links) is kept


def test_a_report_in_a_frame_or_a_field_is_named() -> None:
    framed = "<p>某局年报</p><iframe width=100 src='/files/2023.pdf'></iframe><embed src=x.swf><object data=\"a.PDF\"></object>"
    assert read_html(framed).links == (Link("", "/files/2023.pdf"), Link("", "a.PDF"))
    alone = read("a.html", b"<html><body><iframe src=/files/2023.pdf></iframe></body></html>")
    assert isinstance(alone, Unread)
    assert "/files/2023.pdf" in alone.reason
    field = f"<p>某局年报</p><textarea>{'收到申请三件，' * 60}</textarea>"
    assert "文本框" in read_html(field).notes[0]
    assert not read_html(field.replace("<p>", TABLE + "<p>")).notes


def test_what_was_left_out_is_short_and_bounded() -> None:
    source = "<p>甲</p>" + "".join(f"<div class=nav>{'长' * 200}{n}</div>" for n in range(80))
    found = read_html(source).furniture
    assert len(found) == 50
    assert all(len(words) <= 80 for words in found)
