"""A document in, why it is no annual report out ("" where it is one, or may be one).

Asks      titles, sections and official tables: any of them speaks for a report, whatever its title says
Tells     季度、月度统计表; 通知 and other papers about reports; 名册; 目录页; 说明; reports on another subject
Careful   what says too little is audited: a report wrongly set aside would be a report that nobody looked at
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.facts.titles import Title, read_title
from auditor.model import Document, Paragraph, Report, State, Table
from auditor.roster.columns import is_head
from auditor.text import squash

_HEAD = 12
_QUARTER = re.compile(
    r"第?[一二三四1-4]季度|[上下]半年|(?<![\d-])\d{1,2}月份|1[—－~-]+(?:[2-9]|1[01])月|季报|月报|半年报"
)
_NOTICE = re.compile(
    r"^(?:[^。，；]{0,30})?关于(?:印发|转发|做好|报送|开展|进一步|编制|公布|召开|填报|加强|切实|认真)?[^。；]{2,70}"
    r"(?:的通知|的通报|的函|的请示|的批复|的意见|的公告|的紧急通知|的补充通知|工作方案)(?:[(（].{0,10}[)）])?$"
)
_OTHER_SUBJECT = re.compile(
    r"法治政府建设|依法行政|(?:预|决)算|绩效(?:评价|自评|目标)|政府网站工作年度报表|政务新媒体|国民经济和社会发展|"
    r"政府工作报告|安全生产|环境质量|审计工作|社会责任|质量年度报告|企业年度报告|党建|精神文明|述职|述廉"
)
_SUBJECT_PAPER = re.compile(r"(?:报告|报表|总结|公告|说明|公开|情况)(?:[(（].{0,12}[)）])?$")
_README = re.compile(r"^(?:read\s*me|自述|使用说明|说明|打包说明|目录|文件清单|清单|索引)(?:[.\d（(_-].*)?$", re.I)
_DISCLOSURE = re.compile("信息公开|政务公开|公开政府信息|信息主动公开")
# Sections that only a report on disclosure has; 存在问题 and 其他 stand in every report.
_OWN = frozenset({"proactive", "requests", "fees", "disputes", "statistics"})
_LISTED = 3
_LITTLE = 300
_LINE = 160
_AROUND = re.compile(r"^\W{1,8}|\W{0,8}\d{4}\D\d{1,2}\D\d{1,2}\W{0,8}$")  # a list's mark, a date of publication


def why_aside(document: Document, report: Report) -> str:
    """Why the document is not to be judged, in Chinese; "" where it is to be."""
    if any(_is_roster(block) for block in document.blocks if isinstance(block, Table)):
        return "是单位名册，不是年度报告"
    heads = list(_heads(document))
    titles = [t for line in heads if (t := read_title(line)) is not None]
    sections = {s.kind for s in report.sections if s.kind in _OWN}
    numbers = sum(fact.state is State.NUMBER for fact in report.facts.values())
    if len(sections) < 2 and not any(t.year and not _QUARTER.search(t.text) for t in titles):
        quarter = next((line for line in heads if _is_quarterly(line)), "")
        if quarter:
            return f"标题为“{_short(quarter)}”，是季度（月度、半年）统计，不是年度报告"
    notice = next((at for at, line in enumerate(heads) if _NOTICE.search(line)), None)
    if notice is not None and not numbers and not any(read_title(line) for line in heads[:notice]):
        return f"标题为“{_short(heads[notice])}”，是关于年度报告工作的公文，不是年度报告"
    if _is_index(document, report):
        return "只有各份报告的标题和链接，是目录页，不是年度报告；请下载各份报告后重新运行"
    if titles or report.profile.title or sections or any(table.found for table in report.tables):
        return ""
    return _foreign(document, report, heads)


def _foreign(document: Document, report: Report, heads: Sequence[str]) -> str:
    """Why a document without title, section and table of a report is none."""
    other = next((h for h in heads if _OTHER_SUBJECT.search(h) and _SUBJECT_PAPER.search(h)), "")
    if other and not _DISCLOSURE.search(other):
        return f"标题为“{_short(other)}”，报告的是其他事项，不是政府信息公开工作年度报告"
    stem = re.split(r"[/\\]|!/", document.source)[-1].rsplit(".", 1)[0].strip()
    if _README.match(stem):
        return "是说明文件，不是年度报告"
    spoken = len(_DISCLOSURE.findall(squash(report.prose.text) + "".join(report.unrecognised)))
    if not spoken:
        return "没有年度报告的标题、章节和统计表，也没有写到政府信息公开，不是年度报告"
    return ""


def _is_quarterly(line: str) -> bool:
    if not _QUARTER.search(line):
        return False
    return read_title(line) is not None or re.search("统计表|情况表|报表|季报|月报|半年报|统计$", line) is not None


def _heads(document: Document) -> Iterator[str]:
    """The lines at the top: the page's title, the first paragraphs, what stands in the first rows of the first tables."""
    stated = document.metadata.get("title", "")
    if stated:
        yield squash(re.split(r"[_|]|\s[-–—]\s", stated)[0])
    count = tables = 0
    for block in document.blocks:
        if isinstance(block, Paragraph):
            count += 1
            if len(block.text.text) <= 120 and (line := squash(block.text.text)):
                yield line
        elif tables < 3:
            tables += 1
            yield from (squash(text) for text in (block.caption, *(c.text for c in block.cells if c.row < 3)) if text)
        if count >= _HEAD:
            return


def _is_roster(table: Table) -> bool:
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        if cell.row < 6:
            rows.setdefault(cell.row, []).append(cell.text)
    return any(is_head(row) for row in rows.values())


def _is_index(document: Document, report: Report) -> bool:
    """Whether it holds the titles of several reports and next to nothing else."""
    if report.sections or any(table.found for table in report.tables):
        return False
    found: list[Title] = []
    rest = 0
    for block in document.blocks:
        texts = [block.text.text] if isinstance(block, Paragraph) else [c.text for c in block.cells]
        for text in texts:
            line = text.strip()
            title = read_title(_AROUND.sub("", line)) if len(line) <= _LINE else None
            if title and title.year:
                found.append(title)
            else:
                rest += len(squash(text))
    found += [t for link in document.links if (t := read_title(link.text)) and t.year]
    return len({(t.unit, t.year) for t in found}) >= _LISTED and rest <= _LITTLE


def _short(line: str) -> str:
    return line if len(line) <= 40 else line[:38] + "……"
