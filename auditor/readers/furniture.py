"""Page furniture: menus, paths, tools and feet of a page, told from what the page is for.

By mark      an element named so (`tags.mark`), if it is short, without a table, without a long sentence
By words     whole lines: 字体：大 中 小, 【打印】【关闭】, 分享到, 浏览次数, 上一篇, 扫一扫在手机打开当前页 …
By links     several lines on end, or a small table, that show links and nothing else: a menu; links to files are none
By place     the tail from 版权所有 or ICP备 on
Path         首页 > 政务公开 > 年度报告 alone on a line is left out, and is the column if the page states none; a path that
             calls itself so (当前位置) stays in the text; so do dates, sources and index numbers
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from auditor.model import Block, Paragraph
from auditor.readers.grid import Item, Line, RawTable
from auditor.text import squash

PATH_WORDS = ("当前位置", "您的位置", "您现在的位置", "当前的位置", "所在位置", "现在位置", "当前栏目")
_PATH = re.compile(r"(?:网站|本站|门户)?(?:首页|主页)((?:(?:->|-+>|[>»›→/·|]|::)+[^>»›→/·|。，；]{1,20}){1,8})")
_PATH_STEP = re.compile(r"(?:->|-+>|[>»›→/·|]|::)+")
_LONGEST_PATH = 120
_MARKED_CHARACTERS = 1500
_SENTENCE = 60
_MENU_LINES = 3
_MENU_WORD = 60
_TAIL = re.compile(r"版权所有|ICP备|ICP证|公网安备|网站标识码|Copyright|©")
_TAIL_HINT = re.compile("[权备证识©pｐ]")
_TAIL_BLOCKS, _FOOT_CHARACTERS = 20, 120
_SHOWN, _KEPT = 80, 50
_TOOL_LINE = 60
_WORDS = (
    "打印",
    "打印本页",
    "打印此页",
    "打印本文",
    "打印页面",
    "我要打印",
    "关闭",
    "关闭本页",
    "关闭窗口",
    "关闭页面",
    "收藏",
    "收藏本页",
    "加入收藏",
    "返回",
    "返回顶部",
    "回到顶部",
    "返回首页",
    "返回列表",
    "TOP",
    "分享",
    "分享到",
    "我要分享",
    "一键分享",
    "分享文章",
    "复制链接",
    "微信",
    "新浪微博",
    "微博",
    "QQ空间",
    "QQ好友",
    "朋友圈",
    "更多",
    "保存",
    "下载",
    "纠错",
    "我要纠错",
    "网站纠错",
    "页面纠错",
    "语音播报",
    "听全文",
    "朗读",
    "无障碍阅读",
    "无障碍浏览",
    "适老化",
    "繁体",
    "简体",
    "字体",
    "字号",
    "文字大小",
    "字体大小",
    "特大",
    "超大",
    "大号",
    "中号",
    "小号",
    "大",
    "中",
    "小",
    "默认",
    "恢复默认",
    "相关链接",
    "相关阅读",
    "相关文章",
    "相关信息",
    "相关新闻",
    "相关文档",
    "相关附件",
    "友情链接",
    "热点推荐",
    "网站地图",
    "联系我们",
    "网站声明",
    "站内搜索",
    "责任编辑",
)
_MARKS = r"\[\]【】（）()|丨·、/:：,，<>《》"
_TOOLS = re.compile(
    rf"(?>[{_MARKS}]*+(?>"
    r"(?:浏览|阅读|点击|访问)(?:次数|人次|量|数|率)?[:：]?\d*次?"
    r"|(?:上一|下一)[篇条页][:：].*"
    r"|(?:微信|用微信|打开微信)?扫[一码].{0,30}"
    rf"|{'|'.join(sorted(_WORDS, key=len, reverse=True))})[{_MARKS}]*+)++"
)
_TOOL_WORDS = re.compile(
    r"字体|字号|文字大小|打印|关闭|收藏|分享|返回|TOP|顶部|浏览|阅读|点击|访问|上一|下一|扫|相关|友情|网站|纠错|联系|播报|朗读|无障碍|热点|站内|责任编辑|微信|微博"
)


def is_furniture(items: Sequence[Item]) -> bool:
    """Whether an element that is marked as furniture holds nothing else."""
    if any(isinstance(item, RawTable) for item in items):
        return False
    lines = [item.text for item in items if isinstance(item, Line)]
    if any(len(line) > _SENTENCE and "。" in line for line in lines):
        return False
    text = squash("".join(lines))
    return len(text) <= _MARKED_CHARACTERS and not any(word in text for word in PATH_WORDS)


def without_tools(items: Iterable[Item], dropped: list[str]) -> Iterator[Item]:
    """Lines and tables without tools and menus; the words of these are added to `dropped`."""
    menu: list[Line] = []
    for item in items:
        if isinstance(item, Line):
            if item.linked and not item.level and len(item.text) <= _MENU_WORD:
                menu.append(item)
                continue
            yield from _menu(menu, dropped)
            menu = []
            if (len(item.text) <= _TOOL_LINE and is_tool(item.text)) or path(item.text):
                dropped.append(item.text)
            else:
                yield item
        else:
            yield from _menu(menu, dropped)
            menu = []
            if _is_menu(item):
                dropped.append(" ".join(cell.text for cell in item.cells()))
            else:
                yield item
    yield from _menu(menu, dropped)


def is_tool(text: str) -> bool:
    """Whether a short line is nothing but tools of the page."""
    return bool(_TOOL_WORDS.search(text)) and bool(_TOOLS.fullmatch(squash(text)))


def path(text: str) -> str:
    """The path that a line of links to the page is (首页>政务公开>年度报告), "" of any other."""
    if len(text) > _LONGEST_PATH or "页" not in text:
        return ""
    found = _PATH.fullmatch(squash(text))
    return _PATH_STEP.sub(">", found[0]).strip(">") if found else ""


def _menu(lines: list[Line], dropped: list[str]) -> Iterator[Line]:
    """Lines of links: a few may be part of the text (a title, an attachment), many are a menu."""
    if len(lines) >= _MENU_LINES:
        dropped.append(" ".join(line.text for line in lines))
    else:
        for line in lines:
            if is_tool(line.text):
                dropped.append(line.text)
            else:
                yield line


def _is_menu(table: RawTable) -> bool:
    """Whether most of what the cells of a table show are links."""
    return table.linked >= 2 and table.linked * 2 >= sum(bool(cell.text) for cell in table.cells())


def without_tail(blocks: tuple[Block, ...], dropped: list[str]) -> tuple[Block, ...]:
    """Without the page's foot: from the first short line on that speaks of copyright or registration, if no table follows."""
    for at in range(max(1, len(blocks) - _TAIL_BLOCKS), len(blocks)):
        if _is_foot(blocks[at]) and all(isinstance(block, Paragraph) for block in blocks[at:]):
            dropped.extend(block.text.text for block in blocks[at:] if isinstance(block, Paragraph))
            return blocks[:at]
    return blocks


def _is_foot(block: Block) -> bool:
    if not isinstance(block, Paragraph) or len(block.text.text) > _FOOT_CHARACTERS:
        return False
    text = block.text.text
    return bool(_TAIL_HINT.search(text)) and bool(_TAIL.search(squash(text)))


def shortened(dropped: Iterable[str]) -> tuple[str, ...]:
    """What was left out, for the reading report: the first entries, each cut to a line."""
    out: list[str] = []
    for words in dropped:
        text = " ".join(words.split())
        if text and len(out) < _KEPT:
            out.append(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")
    return tuple(out)
