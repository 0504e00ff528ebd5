"""A realistic audit made by hand: what every document must be able to show, with nothing read from disk.

Fourteen reports of forms A, B and C: ties, blanks, suspected findings, conclusions of patterns with what they absorb,
withdrawn and unclear outcomes, unread files, very long names and hostile words. Every score adds up.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from auditor.model import (
    Audit,
    Basis,
    Cause,
    Claim,
    DocxCell,
    Evidence,
    Fact,
    Finding,
    Judged,
    NextGrade,
    Outcome,
    PageBox,
    ParagraphMap,
    Place,
    Profile,
    Prose,
    ProsePart,
    Report,
    RulebookStamp,
    RuleCard,
    Run,
    Said,
    Score,
    ScoreLine,
    Section,
    Segment,
    SheetCell,
    SourceMap,
    Span,
    State,
    Text,
    Undecided,
    Unread,
)

GRADES = (("优秀", Decimal(90)), ("良好", Decimal(80)), ("合格", Decimal(60)), ("不合格", Decimal(0)))
COST = {"严重": Decimal(5), "较重": Decimal(3), "一般": Decimal(1), "提示": Decimal(0)}
HOSTILE = (
    "<script>alert(1)</script>",
    "=1+1",
    "{{7*7}}",
    "{%p if x %}",
    "@SUM(A1)",
    "+86",
    "-1",
    "\t=2",
    "a\x00b\u202ec",
)
LONG = "华容县人民政府东山镇及插旗镇联合片区农业农村综合行政执法与公共服务一体化办公室（县政务公开工作领导小组办公室）"

# rule: title, severity, dimension, table, part, message, basis, why, remedy
RULES: dict[str, tuple[str, str, str, str, str, str, str, str, str]] = {
    "a-req-sum": (
        "收到申请数与四种渠道之和不符",
        "严重",
        "数据准确",
        "统计表",
        "依申请公开",
        "收到申请数 {left} 件，四种渠道之和 {right} 件，相差 {difference} 件",
        "2014—2018年统计表|第三项（一）",
        "分项不等于总数，读者无法判断以哪个数为准",
        "更正统计表并重新发布",
    ),
    "a-norm-zero-issued": (
        "制发数为0却有公开",
        "较重",
        "数据准确",
        "统计表",
        "主动公开",
        "制发规范性文件总数为 {right} 件，却主动公开规范性文件 {left} 件",
        "2014—2018年统计表|第一项（一）",
        "公开的文件应当先由本机关制发，两数矛盾",
        "核实是否将转发文件计入，更正统计表",
    ),
    "a-blank": (
        "单元格空白",
        "一般",
        "内容完整",
        "统计表",
        "机构建设",
        "机构建设有 {left} 格空白：设立信息公开专门机构数、设置查阅点数、工作人员数",
        "2014—2018年统计表|填表说明",
        "空白无法与“没有发生”区分",
        "无发生的填“0”，有发生的据实填报",
    ),
    "a-resp-hotline": (
        "疑将热线、办件量计为舆情回应",
        "较重",
        "真实有效",
        "统计表",
        "回应解读",
        "正文12345热线 {left} 条，与统计表“回应公众关注热点或重大舆情数” {right} 次相同",
        "实务口径|",
        "热线办件属日常服务，不是重大舆情",
        "仅统计重大舆情与热点事件，剔除热线办件",
    ),
    "n-staff": (
        "正文称专职人员、统计表空白",
        "一般",
        "表里一致",
        "统计表",
        "机构建设",
        "正文称已落实专职人员，统计表“专职人员数”空白",
        "实务口径|",
        "正文与统计表互相矛盾",
        "补填统计表或者删改正文",
    ),
    "n-org": (
        "正文称落实专门机构、统计表空白",
        "一般",
        "表里一致",
        "统计表",
        "机构建设",
        "正文称已落实专门机构，统计表“设立专门机构数”空白",
        "实务口径|",
        "正文与统计表互相矛盾",
        "补填统计表或者删改正文",
    ),
    "t3-equation": (
        "勾稽关系错误",
        "严重",
        "数据准确",
        "表三",
        "政府信息公开申请",
        "自然人一列：本年新收与上年结转之和 {left} 件，办理结果总计与结转下年度之和 {right} 件，相差 {difference} 件",
        "2021年格式|表三表头",
        "本列数据的关系：第一项加第二项之和，等于第三项加第四项之和",
        "核对申请登记簿后更正并重新发布",
    ),
    "t3-blank": (
        "表三空白",
        "一般",
        "内容完整",
        "表三",
        "政府信息公开申请",
        "表三有 {left} 格空白，仅填写了总计列",
        "2021年格式|填报说明",
        "空白无法与“没有发生”区分",
        "逐格填“0”或者实数",
    ),
    "t4-sum": (
        "表四总计错误",
        "严重",
        "数据准确",
        "表四",
        "行政复议",
        "行政复议总计 {left} 件，四项之和 {right} 件，相差 {difference} 件",
        "2021年格式|表四",
        "分项不等于总数",
        "更正表四并重新发布",
    ),
    "g-deadline": (
        "公布不及时",
        "严重",
        "公开时效",
        "",
        "公布",
        "报告于2026年4月2日公布，应当于2026年1月31日前公布，迟 {left} 天",
        "中华人民共和国政府信息公开条例（2019年修订）|第四十九条",
        "超过法定期限公布",
        "说明原因，今后按期公布",
    ),
    "g-no-problem": (
        "未写存在问题",
        "较重",
        "内容完整",
        "",
        "存在的主要问题",
        "报告没有“存在的主要问题及改进情况”",
        "中华人民共和国政府信息公开条例（2019年修订）|第五十条第（四）项",
        "法定内容缺失",
        "如实列出问题和改进措施",
    ),
    "g-dup-peer": (
        "与其他单位雷同",
        "较重",
        "真实有效",
        "",
        "总体情况",
        "总体情况与插旗镇报告相似度 93%",
        "实务口径|",
        "年度报告应当反映本单位实际",
        "结合本单位实际重写",
    ),
    "g-date-format": (
        "日期格式不规范",
        "提示",
        "格式规范",
        "统计表",
        "填报信息",
        "填报日期写作“2018213”，应当写作2018年2月13日",
        "实务口径|",
        "日期有残缺，读者可能误读",
        "规范书写日期",
    ),
    "g-pii": (
        "泄露个人信息",
        "严重",
        "安全合规",
        "",
        "正文",
        "正文出现手机号码 1 处，未作遮盖",
        "中华人民共和国政府信息公开条例（2019年修订）|第十五条",
        "个人隐私不得公开",
        "立即遮盖并检查缓存页面",
    ),
    "t2-fee-unit": (
        "收费金额量级异常",
        "较重",
        "数据准确",
        "表二",
        "行政事业性收费",
        "行政事业性收费金额 {left} 万元，疑似以元填报",
        "2021年格式|表二第二十条第（八）项",
        "金额与同类单位相差悬殊",
        "核实后按万元折算",
    ),
}

UNITS: tuple[tuple[str | None, str, int, str | None, str, Sequence[str]], ...] = (
    (
        "华容县禹山镇人民政府",
        "乡镇",
        2017,
        "A",
        "html",
        ["a-norm-zero-issued", "a-blank", "a-resp-hotline", "n-staff", "n-org", "g-no-problem", "g-date-format"],
    ),
    ("华容县插旗镇人民政府", "乡镇", 2025, "C", "docx", ["t3-blank", "g-dup-peer"]),
    ("华容县东山镇人民政府", "乡镇", 2025, "C", "xlsx", ["t3-blank", "t2-fee-unit"]),
    ("华容县注滋口镇人民政府", "乡镇", 2025, "C", "pdf", ["t3-equation", "t4-sum", "g-deadline", "g-pii", "t3-blank"]),
    ("华容县章华镇人民政府", "乡镇", 2025, "C", "html", []),
    ("华容县田家湖街道办事处", "街道", 2025, "C", "docx", ["g-deadline"]),
    ("华容县桥东街道办事处", "街道", 2025, "C", "docx", ["g-deadline", "g-dup-peer"]),
    (
        "华容县市场监督管理局",
        "部门",
        2025,
        "C",
        "pdf",
        [
            "t3-equation",
            "t3-equation",
            "t3-equation",
            "t4-sum",
            "g-no-problem",
            "t2-fee-unit",
            "g-deadline",
            "g-pii",
            "t3-blank",
            "t4-sum",
            "t3-equation",
        ],
    ),
    (LONG, "部门", 2025, "C", "html", ["t3-blank", "g-no-problem", "g-dup-peer"]),
    ("华容县<script>alert(1)</script>局", "部门", 2025, "C", "html", ["t3-equation", "g-pii", "g-deadline"]),
    ("=1+1{{7*7}}局", "部门", 2025, "C", "xlsx", ["t3-equation", "g-no-problem"]),
    ("华容县自然资源局", "部门", 2019, "B", "docx", ["t4-sum", "g-deadline"]),
    ("华容县人民政府", "县级以上政府", 2025, "C", "html", ["t3-equation", "g-dup-peer"]),
    (None, "其他", 2017, None, "html", ["a-req-sum", "a-blank"]),
)

OPERANDS: dict[str, tuple[int | Decimal, int | Decimal]] = {
    "a-req-sum": (3, 2),
    "a-norm-zero-issued": (29, 0),
    "a-resp-hotline": (141, 141),
    "t3-equation": (12, 11),
    "t4-sum": (4, 3),
    "t2-fee-unit": (Decimal("251000"), Decimal("25.1")),
}

FACTS: dict[str | None, tuple[tuple[str, str, State, int | Decimal | None, str], ...]] = {
    "A": (
        ("proactive.total", "主动公开政府信息数", State.NUMBER, 32, "32"),
        ("proactive.normative", "主动公开规范性文件数", State.NUMBER, 29, "29"),
        ("issued.normative", "制发规范性文件总数", State.NUMBER, 0, "0"),
        ("response.events", "回应公众关注热点或重大舆情数", State.NUMBER, 141, "141"),
        ("request.received", "收到申请数", State.NUMBER, 3, "3"),
        ("fee.amount", "依申请公开信息收取的费用", State.NUMBER, Decimal("0.0500"), "0.05"),
        ("org.dedicated", "设立信息公开专门机构数", State.BLANK, None, ""),
        ("org.staff", "工作人员数", State.BLANK, None, " "),
        ("org.staff.full", "专职人员数", State.NA, None, "/"),
        ("org.fund", "信息公开专项经费", State.TEXT, None, "=SUM(A1:A3)"),
        ("meeting.count", "召开会议次数", State.UNREADABLE, None, "l2"),
        ("training.count", "举办培训班次数", State.ABSENT, None, ""),
    ),
    "C": (
        ("t3.new.natural", "本年新收.自然人", State.NUMBER, 10, "10"),
        ("t3.carried.natural", "上年结转.自然人", State.NUMBER, 2, "2"),
        ("t3.result.total.natural", "办理结果总计.自然人", State.NUMBER, 9, "9"),
        ("t3.next.natural", "结转下年度.自然人", State.NUMBER, 2, "2"),
        ("t2.fee.amount", "行政事业性收费.金额", State.NUMBER, Decimal("251000.00"), "251000"),
        ("t4.review.total", "行政复议.总计", State.NUMBER, 4, "4"),
        ("t4.review.kept", "行政复议.结果维持", State.BLANK, None, ""),
    ),
}
FACTS["B"] = FACTS["C"]
FACTS[None] = ()

USES: dict[str, tuple[str, ...]] = {
    "a-req-sum": ("request.received",),
    "a-norm-zero-issued": ("issued.normative", "proactive.normative"),
    "a-blank": ("org.dedicated", "org.staff", "org.staff.full"),
    "a-resp-hotline": ("response.events",),
    "n-staff": ("org.staff.full",),
    "n-org": ("org.dedicated",),
    "t3-equation": ("t3.carried.natural", "t3.new.natural", "t3.next.natural", "t3.result.total.natural"),
    "t2-fee-unit": ("t2.fee.amount",),
    "t4-sum": ("t4.review.kept", "t4.review.total"),
}

SENTENCES = (
    "一、总体情况",
    "我单位全年落实专门机构，落实专职人员，落实专项经费；受理12345热线141条，全部按期办理。",
    "联系人手机13800001234，办公地点在政务服务中心三楼。群众留言<script>alert(1)</script>已转办。",
    "二、下一步打算",
    "继续做好政府信息公开各项工作。",
)
SPOKEN = {
    "a-resp-hotline": "141",
    "n-staff": "落实专职人员",
    "n-org": "落实专门机构",
    "g-pii": "13800001234",
    "g-dup-peer": SENTENCES[1],
}


def digest(*words: object) -> str:
    """A stable hash of words."""
    return hashlib.sha256("|".join(map(str, words)).encode("utf-8", "replace")).hexdigest()


def prose_of(kind: str) -> Prose:
    """The sentences as one prose, anchored as a reader of that kind of file would."""
    parts, at, source = [], 0, 800
    for number, sentence in enumerate(SENTENCES):
        length = len(sentence)
        anchor = (
            ParagraphMap("word/document.xml", number)
            if kind == "docx"
            else SourceMap((Segment(0, length, source, length),))
        )
        parts.append(ProsePart(at, Text(sentence, anchor)))
        at += length + 1
        source += length + 9
    return Prose("\n".join(SENTENCES), tuple(parts))


def cell_place(kind: str, at: int) -> Place:
    """A cell's place in that kind of file."""
    places: dict[str, Place] = {
        "docx": DocxCell("word/document.xml", 0, at, 2),
        "xlsx": SheetCell("统计表", f"C{at + 5}"),
        "pdf": PageBox(at // 3 + 1, (72.0, 100.5 + at, 140.25, 118.0 + at)),
    }
    return places.get(kind, Span(2000 + at * 40, 2000 + at * 40 + 2))


def facts_of(form: str | None, kind: str) -> dict[str, Fact]:
    """The facts of a form, each with its place."""
    return {
        id: Fact(id, name, state, value, raw, None if state is State.ABSENT else cell_place(kind, at))
        for at, (id, name, state, value, raw) in enumerate(FACTS[form])
    }


def evidence_of(rule: str, report: Report) -> tuple[Evidence, ...]:
    """The words complained of in the prose, and the cells."""
    found = []
    words = SPOKEN.get(rule)
    if words:
        start = report.prose.text.index(words)
        found.append(Evidence(words, report.prose.place(start, start + len(words)), "正文"))
    for id in USES.get(rule, ()):
        fact = report.facts.get(id)
        if fact:
            found.append(Evidence(fact.raw, fact.place, fact.name))
    return tuple(found)


def finding_of(rule: str, report: Report, ordinal: int) -> Finding:
    """One finding of that rule."""
    title, severity, dimension, table, part, message, basis, why, remedy = RULES[rule]
    law, at = basis.split("|")
    suspected = rule in {"a-resp-hotline", "n-staff", "n-org", "g-dup-peer", "t2-fee-unit"}
    left, right = OPERANDS.get(rule, (None, None))
    difference = None if left is None or right is None else abs(left - right)
    count = 61 if rule == "g-deadline" else 3
    return Finding(
        rule=rule,
        title=title,
        fingerprint=digest(report.source, rule, ordinal)[:32],
        content=digest(rule, ordinal)[:16],
        outcome=Outcome.SUSPECTED if suspected else Outcome.BROKEN,
        severity=severity,
        dimension=dimension,
        message=message.format(left=count if left is None else left, right=right, difference=difference),
        why=why,
        verify="核对登记簿和原始台账" if suspected else "",
        remedy=remedy,
        part=part,
        table=table or None,
        row="本年新收" if rule == "t3-equation" else None,
        column=("自然人", "商业企业", "科研机构", "总计")[ordinal % 4] if rule == "t3-equation" else None,
        facts=USES.get(rule, ()),
        left=left,
        right=right,
        difference=difference,
        evidence=evidence_of(rule, report),
        basis=(
            Basis(
                "正文与统计表应当一致" if law == "实务口径" else law,
                None if law == "实务口径" else "form",
                at or None,
                law == "实务口径",
            ),
        ),
        cost=COST[severity],
        deducted=Decimal(0) if suspected else COST[severity],
    )


def judge(index: int) -> Judged:
    """The report of one unit with everything said of it."""
    name, kind, year, form, ending, rules = UNITS[index]
    report = report_of(index, name, kind, year, form, ending)
    findings = [finding_of(rule, report, rules[:at].count(rule)) for at, rule in enumerate(rules)]
    if index == 0:
        findings = with_patterns(findings, report)
    undecided = undecided_of(index)
    outcomes = dict.fromkeys(RULES, Outcome.NOT_APPLICABLE)
    outcomes |= {rule: Outcome.KEPT for rule in RULES if rule[0] == ("a" if form == "A" else "t") or rule[0] == "g"}
    outcomes |= {one.rule: one.outcome for one in undecided if one.rule in RULES}
    outcomes |= {f.rule: f.outcome for f in findings if f.rule in RULES}
    score, findings = score_of(findings)
    return Judged(report, tuple(findings), undecided, outcomes, score)


def report_of(index: int, name: str | None, kind: str, year: int, form: str | None, ending: str) -> Report:
    """One unit's report, as read."""
    source = f"reports/2026年第一季度/{index + 1:02d}-{(name or '不明单位')[:12].replace('<', '_')}.{ending}"
    if index == 4:
        source = "reports/全县.zip!/乡镇/章华镇.html"
    prose = prose_of(ending)
    facts = facts_of(form, ending)
    heading = len(SENTENCES[0]) + 1
    hotline = prose.text.index("141")
    return Report(
        source=source,
        sha256=digest(source),
        kind=ending,
        profile=Profile(
            organisation=name,
            unit_kind=kind,
            year=year,
            form=form,
            title=f"{name or ''}{year}年政府信息公开工作年度报告",
            published=dt.date(year + 1, 3, 15) if index % 3 else None,
            filled=dt.date(year + 1, 2, 13),
        ),
        prose=prose,
        sections=(
            Section(SENTENCES[0], "overview", 1, "一", heading, len(prose.text), 0, 800, 1200),
            Section(SENTENCES[3], None, 1, "二", heading, len(prose.text), 60, None, None),
        ),
        facts=facts,
        claims=(
            Claim(
                "12345热线",
                Said.NUMBER,
                141,
                "条",
                "受理12345热线141条",
                "141",
                hotline,
                hotline + 3,
                prose.place(hotline, hotline + 3) or Span(0, 0),
            ),
            Claim("召开会议", Said.DID, None, "", "多次召开会议", "召开", 0, 2, Span(800, 802)),
        ),
    )


def with_patterns(findings: list[Finding], report: Report) -> list[Finding]:
    """Two conclusions: one suspected that absorbs suspected findings, one certain that absorbs a certain one."""
    by = {finding.rule: finding for finding in findings}
    hollow = digest(report.source, "p-capacity-hollow")[:32]
    missing = digest(report.source, "p-content")[:32]
    conclusion = replace(
        by["n-staff"],
        rule="p-capacity-hollow",
        title="机构经费“表里不一”",
        fingerprint=hollow,
        severity="较重",
        message="正文称已落实机构、人员、经费，统计表对应栏目空白",
        outcome=Outcome.SUSPECTED,
        facts=(),
        evidence=(),
        members=(by["a-blank"].fingerprint, by["n-org"].fingerprint, by["n-staff"].fingerprint),
        basis=(Basis("表格与正文应当互相印证", practice=True),),
        cost=COST["较重"],
    )
    certain = replace(
        by["g-no-problem"],
        rule="p-content",
        title="法定内容缺失并填表不全",
        fingerprint=missing,
        severity="严重",
        message="报告缺少法定内容，统计表又有空白",
        members=(by["g-no-problem"].fingerprint, by["a-blank"].fingerprint),
        cost=COST["严重"],
        deducted=COST["严重"],
    )
    absorbed = {"n-staff": hollow, "n-org": hollow, "g-no-problem": missing}
    kept = [
        replace(f, absorbed_by=absorbed[f.rule], deducted=Decimal(0)) if f.rule in absorbed else f for f in findings
    ]
    return sorted([*kept, conclusion, certain], key=lambda f: f.rule)


def undecided_of(index: int) -> tuple[Undecided, ...]:
    """Unclear, to confirm, withdrawn, and one that the engine could not finish."""
    found = (
        [
            Undecided(
                "g-dup-peer",
                "与其他单位雷同",
                Outcome.TO_CONFIRM,
                "需人工打开附件核对",
                "较重",
                "真实有效",
                caused_by=Cause.UNIT,
            )
        ]
        if index % 4 == 2
        else []
    )
    if index in {0, 3}:
        found.append(
            Undecided(
                "a-req-sum" if index == 0 else "t2-fee-unit",
                RULES["a-req-sum"][0],
                Outcome.UNCLEAR,
                "“召开会议次数”无法识别，不能判断",
                "严重",
                "数据准确",
                COST["严重"],
                RULES["a-req-sum"][3],
                ("meeting.count",),
                Cause.READER,
                (Evidence("l2", cell_place("html", 10), "召开会议次数"),),
            )
        )
    if index == 0:
        found.append(
            Undecided(
                "n-train",
                "正文称培训、表空白",
                Outcome.SUSPECTED,
                "培训主题为便民服务，与信息公开无关",
                "一般",
                "表里一致",
                withdrawn_by="p-off-topic",
            )
        )
        found.append(
            Undecided(
                "t4-sum",
                "表四总计错误",
                Outcome.UNCLEAR,
                "检查过程中断，请联系维护人员",
                "严重",
                "数据准确",
                caused_by=Cause.ENGINE,
            )
        )
    return tuple(found)


def score_of(findings: list[Finding]) -> tuple[Score, list[Finding]]:
    """Points that add up: deductions, a cap of 12 on 数据准确, a floor at 0."""
    lines = [
        ScoreLine(-f.deducted, f"{f.title}（{f.severity}）", f.fingerprint, f.rule, f.dimension)
        for f in findings
        if f.deducted
    ]
    accuracy = -sum((line.points for line in lines if line.dimension == "数据准确"), Decimal(0))
    if accuracy > 12:
        lines.append(ScoreLine(accuracy - 12, "“数据准确”最多扣 12 分", dimension="数据准确"))
    points = 100 + sum((line.points for line in lines), Decimal(0))
    maybe = sum((f.cost for f in findings if f.outcome is Outcome.SUSPECTED and not f.absorbed_by), Decimal(0))
    low = points - (5 if any(f.rule == "a-resp-hotline" for f in findings) else 0)
    dearest = sorted((f for f in findings if f.deducted), key=lambda f: (-f.deducted, f.rule))
    better = [grade for grade, floor in GRADES if floor > points]
    step = (
        NextGrade(better[-1], tuple(f.fingerprint for f in dearest[:2]), len(lines) > 8) if better and dearest else None
    )
    score = Score(points, points - maybe, points, low, points, grade_of(points), grade_of(low), tuple(lines), step)
    return score, findings


def grade_of(points: Decimal) -> str:
    """The grade of points."""
    return next(grade for grade, floor in GRADES if points >= floor)


def sample_audit(units: int | None = None) -> Audit:
    """The audit; `units` repeats the fourteen reports under new names to make a larger county."""
    wanted = len(UNITS) if units is None else units
    reports = tuple(renamed(judge(number % len(UNITS)), number) for number in range(wanted))
    cards = {rule: RuleCard(rule, row[0], row[1], row[2], "certain", "active") for rule, row in RULES.items()}
    return Audit(
        run=Run(
            id="9f2c4b7d10aa55e3",
            quarter="2026Q1",
            started=dt.datetime(2026, 4, 8, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8))),
            engine="0.1.0",
            rulebook=RulebookStamp(digest("rulebook"), len(RULES), "2026.1"),
            inference="durable-rules",
            notes=("一批报告由内置推理程序重新判断。",),
        ),
        reports=tuple(sorted(reports, key=lambda judged: judged.report.source)),
        unread=(
            Unread("reports/2026年第一季度/加密文件.docx", "文件已加密，请解密后重新提交", digest("x")),
            Unread("reports/2026年第一季度/=cmd.pdf", "文件损坏，无法打开：<b>请重新导出</b>"),
        ),
        rules=cards,
        grades=GRADES,
    )


def renamed(judged: Judged, number: int) -> Judged:
    """The same report of another unit, for reports past the fourteenth."""
    if number < len(UNITS):
        return judged
    profile = replace(judged.report.profile, organisation=f"华容县第{number}乡人民政府")
    return replace(judged, report=replace(judged.report, profile=profile, source=f"reports/更多/{number:04d}.html"))


def outcome_count(audit: Audit) -> Counter[Outcome]:
    """How many findings of each outcome the sample holds."""
    return Counter(finding.outcome for judged in audit.reports for finding in judged.findings)


def hostile_audit(word: str) -> Audit:
    """The sample with one hostile word in every place that a report, a file or a rule can put words."""
    audit = sample_audit()
    return replace(
        audit,
        run=replace(audit.run, quarter=word, notes=(word,), inference=word),
        reports=tuple(_poisoned(judged, word) for judged in audit.reports),
        unread=(Unread(word, word),),
    )


def _poisoned(judged: Judged, word: str) -> Judged:
    report = judged.report
    profile = replace(report.profile, organisation=f"{word}局", title=word)
    facts = {id: replace(fact, name=word, raw=word) for id, fact in report.facts.items()}
    evidence = (Evidence(word, Span(1, 2), word), Evidence(word, SheetCell(word, word)), Evidence(word, None, word))
    findings = tuple(
        replace(
            f,
            title=word,
            message=word,
            why=word,
            verify=word,
            remedy=word,
            part=word,
            table=word,
            row=word,
            column=word,
            evidence=evidence,
            basis=(Basis(word, "law", word), Basis(word, practice=True)),
        )
        for f in judged.findings
    )
    undecided = tuple(replace(one, title=word, reason=word, evidence=evidence) for one in judged.undecided)
    lines = tuple(replace(line, note=word) for line in judged.score.lines)
    changed = replace(report, source=f"{word}/{report.source}", profile=profile, facts=facts)
    return replace(
        judged, report=changed, findings=findings, undecided=undecided, score=replace(judged.score, lines=lines)
    )
