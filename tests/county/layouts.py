"""The official tables as grids of cells: labels, spans and where each number stands.

In        a form's letter and the raw text of every cell, by the fact ids of this project
Out       rows of `Cell`; a cell that a span covers is not listed
Labels    as printed in the forms of 2014-2018 (A), 2019 试行 (B) and 2021 (C); kept apart from `rules/`, so that the
          reports to audit do not change when the rulebook's own description of a form does
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell; `text` keeps line breaks as \\n, `fact` is the id of the number that stands there."""

    text: str
    rows: int = 1
    columns: int = 1
    fact: str = ""
    head: bool = False


Grid = tuple[tuple[Cell, ...], ...]

# fact id, printed label (leading spaces are the indentation of the form), unit
FORM_A: tuple[tuple[str, str, str], ...] = (
    ("", "一、主动公开情况", ""),
    ("proactive.total", "  （一）主动公开政府信息数\n（不同渠道和方式公开相同信息计1条）", "条"),
    ("proactive.normative", "      其中：主动公开规范性文件数", "条"),
    ("issued.normative", "            制发规范性文件总数", "件"),
    ("", "  （二）通过不同渠道和方式公开政府信息的情况", ""),
    ("channel.gazette", "     1.政府公报公开政府信息数", "条"),
    ("channel.website", "     2.政府网站公开政府信息数", "条"),
    ("channel.weibo", "     3.政府微博公开政府信息数", "条"),
    ("channel.wechat", "     4.政府微信公开政府信息数", "条"),
    ("channel.other", "     5.其他方式公开政府信息数", "条"),
    ("", "二、回应解读情况", ""),
    ("response.events", "  （一）回应公众关注热点或重大舆情数\n（不同方式回应同一热点或舆情计1次）", "次"),
    ("", "  （二）通过不同渠道和方式回应解读的情况", ""),
    ("response.press", "     1.参加或举办新闻发布会总次数", "次"),
    ("response.press_principal", "        其中：主要负责同志参加新闻发布会次数", "次"),
    ("response.interview", "     2.政府网站在线访谈次数", "次"),
    ("response.interview_principal", "        其中：主要负责同志参加政府网站在线访谈次数", "次"),
    ("response.interpretation", "     3.政策解读稿件发布数", "篇"),
    ("response.weibo_wechat", "     4.微博微信回应事件数", "次"),
    ("response.other", "     5.其他方式回应事件数", "次"),
    ("", "三、依申请公开情况", ""),
    ("request.received", "  （一）收到申请数", "件"),
    ("request.in_person", "     1.当面申请数", "件"),
    ("request.fax", "     2.传真申请数", "件"),
    ("request.online", "     3.网络申请数", "件"),
    ("request.letter", "     4.信函申请数", "件"),
    ("request.closed", "  （二）申请办结数", "件"),
    ("request.closed_on_time", "     1.按时办结数", "件"),
    ("request.closed_extended", "     2.延期办结数", "件"),
    ("reply.total", "  （三）申请答复数", "件"),
    ("reply.already_public", "     1.属于已主动公开范围数", "件"),
    ("reply.granted", "     2.同意公开答复数", "件"),
    ("reply.partial", "     3.同意部分公开答复数", "件"),
    ("reply.refused", "     4.不同意公开答复数", "件"),
    ("refusal.state_secret", "        其中：涉及国家秘密", "件"),
    ("refusal.trade_secret", "              涉及商业秘密", "件"),
    ("refusal.privacy", "              涉及个人隐私", "件"),
    ("refusal.security", "              危及国家安全、公共安全、经济安全和社会稳定", "件"),
    ("refusal.not_government_information", "              不是《条例》所指政府信息", "件"),
    ("refusal.other_law", "              法律法规规定的其他情形", "件"),
    ("reply.not_this_organ", "     5.不属于本行政机关公开数", "件"),
    ("reply.not_existing", "     6.申请信息不存在数", "件"),
    ("reply.asked_to_amend", "     7.告知作出更改补充数", "件"),
    ("reply.other_procedure", "     8.告知通过其他途径办理数", "件"),
    ("review.total", "四、行政复议数量", "件"),
    ("review.upheld", "  （一）维持具体行政行为数", "件"),
    ("review.corrected", "  （二）被依法纠错数", "件"),
    ("review.other", "  （三）其他情形数", "件"),
    ("lawsuit.total", "五、行政诉讼数量", "件"),
    ("lawsuit.upheld", "  （一）维持具体行政行为或者驳回原告诉讼请求数", "件"),
    ("lawsuit.corrected", "  （二）被依法纠错数", "件"),
    ("lawsuit.other", "  （三）其他情形数", "件"),
    ("complaint.total", "六、举报投诉数量", "件"),
    ("fee.charged", "七、依申请公开信息收取的费用", "万元"),
    ("", "八、机构建设和保障经费情况", ""),
    ("capacity.offices", "  （一）政府信息公开工作专门机构数", "个"),
    ("capacity.reading_points", "  （二）设置政府信息公开查阅点数", "个"),
    ("capacity.staff", "  （三）从事政府信息公开工作人员数", "人"),
    ("capacity.full_time", "     1.专职人员数（不包括政府公报及政府网站工作人员数）", "人"),
    ("capacity.part_time", "     2.兼职人员数", "人"),
    (
        "capacity.budget",
        "  （四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）",
        "万元",
    ),
    ("", "九、政府信息公开会议和培训情况", ""),
    ("training.meetings", "  （一）召开政府信息公开工作会议或专题会议数", "次"),
    ("training.courses", "  （二）举办各类培训班数", "次"),
    ("training.attendees", "  （三）接受培训人员数", "人次"),
)

# heading, column (key, label), rows (key, label)
_Columns = tuple[tuple[str, str], ...]
TABLE_TWO: dict[str, tuple[tuple[str, _Columns, _Columns], ...]] = {
    "B": (
        (
            "第二十条第（一）项",
            (("made", "本年新制作数量"), ("disclosed", "本年新公开数量"), ("total", "对外公开总数量")),
            (("regulation", "规章"), ("normative", "规范性文件")),
        ),
        (
            "第二十条第（五）项",
            (("items_last_year", "上一年项目数量"), ("items_change", "本年增/减"), ("decisions", "处理决定数量")),
            (("licensing", "行政许可"), ("other_service", "其他对外管理服务事项")),
        ),
        (
            "第二十条第（六）项",
            (("items_last_year", "上一年项目数量"), ("items_change", "本年增/减"), ("decisions", "处理决定数量")),
            (("penalty", "行政处罚"), ("coercion", "行政强制")),
        ),
        (
            "第二十条第（八）项",
            (("items_last_year", "上一年项目数量"), ("items_change", "本年增/减")),
            (("charge", "行政事业性收费"),),
        ),
        (
            "第二十条第（九）项",
            (("items", "采购项目数量"), ("amount", "采购总金额")),
            (("procurement", "政府集中采购"),),
        ),
    ),
    "C": (
        (
            "第二十条第（一）项",
            (("issued", "本年制发件数"), ("repealed", "本年废止件数"), ("in_force", "现行有效件数")),
            (("regulation", "规章"), ("normative", "行政规范性文件")),
        ),
        ("第二十条第（五）项", (("decisions", "本年处理决定数量"),), (("licensing", "行政许可"),)),
        (
            "第二十条第（六）项",
            (("decisions", "本年处理决定数量"),),
            (("penalty", "行政处罚"), ("coercion", "行政强制")),
        ),
        ("第二十条第（八）项", (("amount", "本年收费金额（单位：万元）"),), (("charge", "行政事业性收费"),)),
    ),
}

APPLICANTS: _Columns = (
    ("natural", "自然人"),
    ("commercial", "商业企业"),
    ("research", "科研机构"),
    ("welfare", "社会公益组织"),
    ("legal", "法律服务机构"),
    ("other", "其他"),
    ("total", "总计"),
)

_OTHER_B: _Columns = (("other", ""),)
_OTHER_C: _Columns = (
    ("other_not_supplemented", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    ("other_unpaid", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
    ("other_rest", "3.其他"),
)
_RESULTS: tuple[tuple[str, _Columns], ...] = (
    ("（一）予以公开", (("granted", ""),)),
    ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", (("partial", ""),)),
    (
        "（三）不予公开",
        (
            ("denied_secret", "1.属于国家秘密"),
            ("denied_law", "2.其他法律行政法规禁止公开"),
            ("denied_security", "3.危及“三安全一稳定”"),
            ("denied_third_party", "4.保护第三方合法权益"),
            ("denied_internal", "5.属于三类内部事务信息"),
            ("denied_process", "6.属于四类过程性信息"),
            ("denied_case_file", "7.属于行政执法案卷"),
            ("denied_query", "8.属于行政查询事项"),
        ),
    ),
    (
        "（四）无法提供",
        (
            ("unable_not_held", "1.本机关不掌握相关政府信息"),
            ("unable_to_make", "2.没有现成信息需要另行制作"),
            ("unable_unclear", "3.补正后申请内容仍不明确"),
        ),
    ),
    (
        "（五）不予处理",
        (
            ("unprocessed_petition", "1.信访举报投诉类申请"),
            ("unprocessed_repeat", "2.重复申请"),
            ("unprocessed_publication", "3.要求提供公开出版物"),
            ("unprocessed_massive", "4.无正当理由大量反复申请"),
            ("unprocessed_confirm", "5.要求行政机关确认或重新出具已获取信息"),
        ),
    ),
)
_OUTCOMES: _Columns = (
    ("upheld", "结果维持"),
    ("corrected", "结果纠正"),
    ("other", "其他结果"),
    ("pending", "尚未审结"),
    ("total", "总计"),
)
DISPUTES: tuple[str, ...] = ("review", "suit_direct", "suit_after_review")

RECONCILIATION = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


def results(form: str) -> tuple[tuple[str, _Columns], ...]:
    """The rows of 三、本年度办理结果 with their groups, without （七）总计."""
    return (*_RESULTS, ("（六）其他处理", _OTHER_C if form == "C" else _OTHER_B))


def result_keys(form: str) -> tuple[str, ...]:
    """The keys of the rows that （七）总计 adds up."""
    return tuple(key for _, rows in results(form) for key, _ in rows)


def table_a(values: Mapping[str, str], dropped: Collection[str] = (), units: Mapping[str, str] | None = None) -> Grid:
    """The statistics table of 2014-2018: indicator, unit, value; `units` prints other units than the form's."""
    rows = [(Cell("统计指标", head=True), Cell("单位", head=True), Cell("统计数", head=True))]
    for fact, label, unit in FORM_A:
        if fact not in dropped or not fact:
            shown = (units or {}).get(fact, unit)
            rows.append((Cell(label), Cell(shown), Cell(values[fact] if fact else "", fact=fact)))
    return tuple(rows)


def table_two(form: str, values: Mapping[str, str], dropped: Collection[str] = ()) -> Grid:
    """Table two: small grids under one another, twelve narrow columns wide so that 2, 3 and 4 cells fit."""
    rows: list[tuple[Cell, ...]] = []
    for heading, columns, lines in TABLE_TWO[form]:
        if heading in dropped:
            continue
        width = 12 // (len(columns) + 1)
        rows.append((Cell(heading, columns=12, head=True),))
        rows.append(
            (Cell("信息内容", columns=width, head=True), *(Cell(c, columns=width, head=True) for _, c in columns))
        )
        for key, label in lines:
            ids = [f"t2.{key}.{column}" for column, _ in columns]
            rows.append((Cell(label, columns=width), *(Cell(values[i], columns=width, fact=i) for i in ids)))
    return tuple(rows)


def table_three(form: str, values: Mapping[str, str]) -> Grid:
    """Table three: three label columns and seven of numbers; （六）其他处理 is one row in B, three in C."""

    def numbers(key: str) -> tuple[Cell, ...]:
        return tuple(Cell(values[f"t3.{key}.{a}"], fact=f"t3.{key}.{a}") for a, _ in APPLICANTS)

    body = sum(len(rows) for _, rows in results(form)) + 1
    grid: list[tuple[Cell, ...]] = [
        (Cell(RECONCILIATION, rows=3, columns=3, head=True), Cell("申请人情况", columns=7, head=True)),
        (
            Cell("自然人", rows=2, head=True),
            Cell("法人或其他组织", columns=5, head=True),
            Cell("总计", rows=2, head=True),
        ),
        tuple(Cell(label, head=True) for _, label in APPLICANTS[1:6]),
        (Cell("一、本年新收政府信息公开申请数量", columns=3), *numbers("new")),
        (Cell("二、上年结转政府信息公开申请数量", columns=3), *numbers("carried_in")),
    ]
    outer = (Cell("三、本年度办理结果", rows=body),)
    for group, rows in results(form):
        for at, (key, label) in enumerate(rows):
            if label:
                labels = (*((Cell(group, rows=len(rows)),) if at == 0 else ()), Cell(label))
            else:
                labels = (Cell(group, columns=2),)
            grid.append((*outer, *labels, *numbers(key)))
            outer = ()
    grid.append((Cell("（七）总计", columns=2), *numbers("handled")))
    grid.append((Cell("四、结转下年度继续办理", columns=3), *numbers("carried_out")))
    return tuple(grid)


def table_four(values: Mapping[str, str], dropped: Collection[str] = ()) -> Grid:
    """Table four: fifteen numbers in one row under nested headers, less the blocks of lawsuits that are left out."""
    fives = tuple(Cell(label, head=True) for _, label in _OUTCOMES)
    suits = {"suit_direct": "未经复议直接起诉", "suit_after_review": "复议后起诉"}
    left = {block: label for block, label in suits.items() if f"t4.{block}" not in dropped}
    ids = [f"t4.{block}.{key}" for block in ("review", *left) for key, _ in _OUTCOMES]
    return (
        (Cell("行政复议", columns=5, head=True), Cell("行政诉讼", columns=5 * len(left), head=True)),
        (
            *(Cell(label, rows=2, head=True) for _, label in _OUTCOMES),
            *(Cell(label, columns=5, head=True) for label in left.values()),
        ),
        fives * len(left),
        tuple(Cell(values[i], fact=i) for i in ids),
    )


def width(grid: Grid) -> int:
    """The number of columns of the grid."""
    return sum(cell.columns for cell in grid[0])


def placed(grid: Grid) -> list[tuple[int, int, Cell]]:
    """Every cell with the row and column where it begins."""
    taken: set[tuple[int, int]] = set()
    out: list[tuple[int, int, Cell]] = []
    for at, row in enumerate(grid):
        column = 0
        for cell in row:
            while (at, column) in taken:
                column += 1
            taken |= {(at + r, column + c) for r in range(cell.rows) for c in range(cell.columns)}
            out.append((at, column, cell))
            column += cell.columns
    return out
