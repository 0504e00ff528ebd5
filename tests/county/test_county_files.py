"""The committed reports are what the generator makes, the key agrees with their arithmetic, nothing is copied.

Oracle    the sums and bounds below are written out anew from the printed tables, apart from `rules/` and the engine:
          a key that names a broken sum which holds, or misses one, is wrong here first
Skips     what compares with the real reports or the reference pages, where those are not at hand
"""

from __future__ import annotations

import csv
import html
import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import layouts
import make
import openpyxl
import pytest
import yaml

SHARED = Path(__file__).resolve().parents[3] / "shared"
CONTENTS = {content.path: content for content in make.contents()}
ANSWERS: dict[str, dict[str, Any]] = yaml.safe_load(make.HERE.joinpath("answers.yaml").read_text("utf-8"))
PATHS = sorted(CONTENTS)
CLEAN = [path for path in PATHS if ANSWERS.get(path, {}).get("clean")]


def prose(content: make.Content) -> str:
    """The running text, tables left out."""
    return "\n".join(piece.text for piece in make.pieces(content) if piece.kind != "table")


def shared(name: str) -> Path:
    """A path of the reference material, or a skip that says what is missing."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"reference material is not here: {name}")
    return path


# --- the files -------------------------------------------------------------------------------------


def _docx_content(data: bytes) -> list[Any]:
    document = docx.Document(io.BytesIO(data))
    paragraphs = [(p.style.name, p.text) for p in document.paragraphs]
    return [paragraphs, [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]]


def _xlsx_content(data: bytes) -> list[Any]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [
        (sheet.title, [[cell.value for cell in row] for row in sheet.rows], sorted(map(str, sheet.merged_cells.ranges)))
        for sheet in book
    ]


@pytest.mark.parametrize("path", PATHS)
def test_committed_file_is_what_the_generator_makes(path: str) -> None:
    made, committed = make.render(CONTENTS[path]), make.ROOT.joinpath(path).read_bytes()
    if path.endswith(".docx"):
        assert _docx_content(committed) == _docx_content(made)
    elif path.endswith(".xlsx"):
        assert _xlsx_content(committed) == _xlsx_content(made)
    else:
        assert committed == made


def test_no_other_report_stands_in_the_year_folders() -> None:
    found = {str(p.relative_to(make.ROOT)) for p in make.ROOT.glob("*年度/**/*") if p.is_file()}
    assert found == set(PATHS)


@pytest.mark.parametrize("path", [p for p in PATHS if CONTENTS[p].dress != "txt"])
def test_every_table_fills_its_rectangle(path: str) -> None:
    for piece in make.pieces(CONTENTS[path]):
        if piece.kind == "table":
            cells = layouts.placed(piece.grid)
            covered = [(r + i, c + j) for r, c, cell in cells for i in range(cell.rows) for j in range(cell.columns)]
            assert len(covered) == len(set(covered)) == len(piece.grid) * layouts.width(piece.grid)


@pytest.mark.parametrize("path", [p for p in PATHS if CONTENTS[p].dress in ("html-gb", "html-word")])
def test_chinese_encodings_are_what_such_pages_have(path: str) -> None:
    data = make.render(CONTENTS[path])
    assert re.search(rb"charset=(gb2312|windows-936)", data)
    assert CONTENTS[path].organisation in data.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")


def test_every_dress_and_form_is_there() -> None:
    assert {c.dress for c in CONTENTS.values()} == set(make.WRITERS)
    assert {c.year for c in CONTENTS.values()} == {2016, 2017, 2018, 2019, 2020, 2024, 2025}
    assert len({c.organisation for c in CONTENTS.values()}) >= 14


# --- the key ---------------------------------------------------------------------------------------

KEYS = {
    *("organisation", "unit_kind", "year", "form", "published", "filled", "clean", "must", "must_not", "may", "later"),
    "version_of",
}


def test_every_report_has_its_answer() -> None:
    assert set(ANSWERS) == set(PATHS)


@pytest.mark.parametrize("path", PATHS)
def test_answer_is_well_formed(path: str) -> None:
    answer, content = ANSWERS[path], CONTENTS[path]
    assert set(answer) <= KEYS
    assert KEYS - {"clean", "later", "version_of"} <= set(answer)
    assert (answer["organisation"], answer["year"]) == (content.organisation, content.year)
    assert answer["unit_kind"] in {"乡镇", "街道", "部门", "县级以上政府"}
    lists = [set(answer["must"]), set(answer["must_not"]), set(answer["may"])]
    assert len(set().union(*lists)) == sum(map(len, lists)), "a rule stands in two lists"
    assert not (answer.get("clean") and answer["must"])
    assert answer.get("clean") or answer["must"] or answer.get("later")
    for finding in answer["must"].values():
        assert set(finding) <= {"outcome", "facts", "note"}
        assert finding["outcome"] in {"broken", "suspected", "either"}
        assert finding["note"]


def test_the_county_holds_enough_sound_and_faulty_reports() -> None:
    rules = {rule for answer in ANSWERS.values() for rule in answer["must"]}
    assert len(CLEAN) >= 8
    assert len(rules) >= 35
    assert len(PATHS) >= 24


def _form_names(letter: str) -> dict[str, str]:
    with shared(f"forms/form-{letter.lower()}.tsv").open(encoding="utf-8", newline="") as lines:
        return {row["name"]: row["id"] for row in csv.DictReader(lines, delimiter="\t") if row["id"]}


@pytest.mark.parametrize("path", PATHS)
def test_fact_names_are_those_of_the_form(path: str) -> None:
    content = CONTENTS[path]
    names = _form_names(content.form)
    named = [name for finding in ANSWERS[path]["must"].values() for name in finding.get("facts", [])]
    assert [name for name in named if name not in names] == []


def test_rule_ids_are_those_of_the_reference_or_of_rules_that_were_added_to_it() -> None:
    known = set(re.findall(r"^\| ([agnt][0-9]?-[a-z0-9-]+) \|", shared("domain.md").read_text("utf-8"), re.M))
    for path in make.ROOT.parent.joinpath("rules").glob("*/*.yaml"):
        known |= set(re.findall(r"^(?:- )?id: ([agnt][0-9]?-[a-z0-9-]+)$", path.read_text("utf-8"), re.M))
    used = {rule for a in ANSWERS.values() for rule in [*a["must"], *a["must_not"], *a["may"]]}
    assert used - known == set()


@pytest.mark.parametrize("letter", ["A", "B", "C"])
def test_tables_print_the_official_labels(letter: str) -> None:
    ids = set(_form_names(letter).values())
    if letter == "A":
        printed = {fact for fact, _, _ in layouts.FORM_A if fact}
    else:
        two = {f"t2.{r}.{c}" for _, cs, rs in layouts.TABLE_TWO[letter] for r, _ in rs for c, _ in cs}
        rows = ["new", "carried_in", *layouts.result_keys(letter), "handled", "carried_out"]
        three = {f"t3.{row}.{a}" for row in rows for a, _ in layouts.APPLICANTS}
        blank = dict.fromkeys([*two, *three], "0") | {i: "0" for i in ids if i.startswith("t4.")}
        printed = two | three | {cell.fact for row in layouts.table_four(blank) for cell in row if cell.fact}
    assert printed == ids
    with shared(f"forms/form-{letter.lower()}.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    if letter == "A":
        official = [row["label"] for row in rows]
        bare = [
            re.sub(r"^(其中：|[一二三四五六七八九]、|（.）|\d\.)", "", label.replace("\n", "").strip())
            for _, label, _ in layouts.FORM_A
        ]
        assert bare == official
    else:
        text = "".join(cell.text for grid in _grids(letter) for row in grid for cell in row)
        wanted = {
            part
            for row in rows
            for part in (row["row_label"] + "/" + row["column_label"]).replace("增/减", "增减").split("/")
        }
        assert {part for part in wanted if part not in text.replace("增/减", "增减")} == set()


def _grids(letter: str) -> Iterator[layouts.Grid]:
    class Zero(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return "0"

    yield layouts.table_two(letter, Zero())
    yield layouts.table_three(letter, Zero())
    yield layouts.table_four(Zero())


# --- the key against the arithmetic of the tables ---------------------------------------------------

Value = float | None


class Cells:
    """The numbers of one report; None where the cell is blank, struck out or not printed."""

    def __init__(self, content: make.Content) -> None:
        self.content = content

    def __getitem__(self, fact: str) -> Value:
        text = self.content.cells.get(fact, "")
        if fact in self.content.dropped:
            return None
        if text.endswith("万元"):
            text = text.removesuffix("万元")
        return float(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else None

    def differ(self, total: str, parts: list[str]) -> bool:
        """Whether the sum is false for every filling of blanks."""
        whole, values = self[total], [self[part] for part in parts]
        known = sum(v for v in values if v is not None)
        return whole is not None and (known > whole if None in values else known != whole)

    def more(self, left: str, right: str) -> bool:
        """left > right, both known."""
        a, b = self[left], self[right]
        return a is not None and b is not None and a > b

    def positive(self, fact: str) -> bool:
        return (self[fact] or 0) > 0


def _facts(prefix: str, names: str) -> list[str]:
    return [f"{prefix}.{name}" for name in names.split()]


_REPLIES = "already_public granted partial refused not_this_organ not_existing asked_to_amend other_procedure"
_REASONS = "state_secret trade_secret privacy security not_government_information other_law"
A_SUMS = {
    "a-req-sum": ("request.received", _facts("request", "in_person fax online letter")),
    "a-done-sum": ("request.closed", _facts("request", "closed_on_time closed_extended")),
    "a-reply-sum": ("reply.total", _facts("reply", _REPLIES)),
    "a-deny-sum": ("reply.refused", _facts("refusal", _REASONS)),
    "a-review-sum": ("review.total", _facts("review", "upheld corrected other")),
    "a-lit-sum": ("lawsuit.total", _facts("lawsuit", "upheld corrected other")),
}
CHANNELS = _facts("channel", "gazette website weibo wechat other")
RESPONSES = _facts("response", "press interview interpretation weibo_wechat other")


def form_a_faults(content: make.Content, unit_kind: str) -> Iterator[str]:
    """The rules of the statistics table that its numbers break, each written out from the printed labels."""
    c = Cells(content)
    yield from (rule for rule, (total, parts) in A_SUMS.items() if c.differ(total, parts))
    channels = sum(c[x] or 0 for x in CHANNELS)
    responses = sum(c[x] or 0 for x in RESPONSES)
    requests, closed, replied = c["request.received"] or 0, c["request.closed"] or 0, c["reply.total"] or 0
    staff_parts = (c["capacity.full_time"] or 0) + (c["capacity.part_time"] or 0)
    counts = [f for f, _, unit in layouts.FORM_A if f and unit != "万元"]
    tests = {
        "a-staff-sum": c.differ("capacity.staff", ["capacity.full_time", "capacity.part_time"])
        or (c["capacity.staff"] is None and staff_parts > 0),
        "a-staff-zero": not c["capacity.staff"] and staff_parts == 0,
        "a-norm-subset": c.more("proactive.normative", "proactive.total"),
        "a-norm-issued": c.more("proactive.normative", "issued.normative"),
        "a-norm-zero-issued": c["issued.normative"] == 0 and c.positive("proactive.normative"),
        "a-norm-ratio": (c["proactive.normative"] or 0) > 0.6 * (c["proactive.total"] or 0) >= 6,
        "a-chan-sum": channels < (c["proactive.total"] or 0),
        "a-chan-max": any(c.more(x, "proactive.total") for x in CHANNELS),
        "a-chan-none": c.positive("proactive.total") and channels == 0,
        "a-pub-zero": c["proactive.total"] == 0,
        "a-gazette": c.positive("channel.gazette"),
        "a-resp-no-channel": c.positive("response.events") and responses == 0,
        "a-resp-gt-channel": (c["response.events"] or 0) > responses > 0,
        "a-resp-high": unit_kind == "乡镇" and (c["response.events"] or 0) > 30,
        "a-press-lead": c.more("response.press_principal", "response.press"),
        "a-interview-lead": c.more("response.interview_principal", "response.interview"),
        "a-done-le-req": closed > requests,
        "a-reply-done": replied != closed,
        "a-noreq-reply": requests == 0 and closed + replied > 0,
        "a-req-noreply": requests > 0 and closed + replied == 0,
        "a-zero-req": requests == 0,
        "a-dispute-noreq": requests == 0 and (c.positive("review.total") or c.positive("lawsuit.total")),
        "a-fee-noreq": c.positive("fee.charged") and requests == 0,
        "a-fee-mag": (c["fee.charged"] or 0) >= 10,
        "a-fund-mag": (c["capacity.budget"] or 0) > 100,
        "a-org-blank": c["capacity.offices"] is None,
        "a-spot": not c["capacity.reading_points"],
        "a-train-pair": c.positive("training.courses") and c["training.attendees"] == 0,
        "a-blank": any(not text for text in content.cells.values()),
        "a-nonnum": any(v is not None and v != int(v) for v in map(c.__getitem__, counts)),
        "a-rows": bool(content.dropped),
        "a-allzero": sum(not any(c[x] for x in block) for block in _blocks()) >= 2,
    }
    yield from (rule for rule, broken in tests.items() if broken)


def _blocks() -> Iterator[list[str]]:
    yield CHANNELS
    for prefixes in (("response",), ("request", "reply", "refusal"), ("capacity",), ("training",)):
        yield [fact for fact, _, _ in layouts.FORM_A if fact and fact.split(".")[0] in prefixes]


def form_bc_faults(content: make.Content) -> Iterator[str]:
    """The rules of tables two, three and four that the numbers break."""
    c = Cells(content)
    columns = [key for key, _ in layouts.APPLICANTS]
    rows = ["new", "carried_in", *layouts.result_keys(content.t3_form), "handled", "carried_out"]
    for row in rows:
        if c.differ(f"t3.{row}.total", [f"t3.{row}.{k}" for k in columns[:6]]):
            yield "t3-colsum"
    for k in columns:
        sides = [c[f"t3.{row}.{k}"] for row in ("new", "carried_in", "handled", "carried_out")]
        if None not in sides and sides[0] + sides[1] != sides[2] + sides[3]:  # type: ignore[operator]
            yield "t3-equation"
        if c.differ(f"t3.handled.{k}", [f"t3.{row}.{k}" for row in layouts.result_keys(content.t3_form)]):
            yield "t3-total"
    for block in layouts.DISPUTES:
        if c.differ(f"t4.{block}.total", [f"t4.{block}.{k}" for k in ("upheld", "corrected", "other", "pending")]):
            yield "t4-sum"
    taken, left = (c["t3.new.total"] or 0) + (c["t3.carried_in.total"] or 0), c["t3.carried_out.total"] or 0
    tests = {
        "t3-zero-req": taken == 0,
        "t3-noreq-result": taken == 0 and (c["t3.handled.total"] or 0) + left > 0,
        "t3-carry-rate": (c["t3.new.total"] or 0) >= 20 and left > taken / 4,
        "t3-other-share": (c["t3.other_rest.total"] or 0) >= 5
        and (c["t3.other_rest.total"] or 0) > 0.3 * (c["t3.handled.total"] or 0),
        "t3-unclear": c.positive("t3.unable_unclear.total")
        and c["t3.unable_unclear.total"] == c["t3.other_not_supplemented.total"],
        "t3-rows": content.t3_form != content.form,
        "t2-rule-maker": any(c.positive(f) for f in content.cells if f.startswith("t2.regulation.")),
        "t2-new-total": c.more("t2.normative.disclosed", "t2.normative.total"),
        "t2-procure": c["t2.procurement.items"] is not None
        and c.positive("t2.procurement.items") != c.positive("t2.procurement.amount"),
        "t2-delta": any(
            (c[f"t2.{k}.items_last_year"] or 0) + (c[f"t2.{k}.items_change"] or 0) < 0
            for k in ("licensing", "other_service", "penalty", "coercion", "charge")
        ),
        "t2-stock-bound": (c["t2.normative.issued"] or 0)
        > (c["t2.normative.in_force"] or 0) + (c["t2.normative.repealed"] or 0),
        "t2-fee-unit": (c["t2.charge.amount"] or 0) >= 10000,
    } | {f"t{n}-blank": any(f.startswith(f"t{n}.") and c[f] is None for f in content.cells) for n in (2, 3, 4)}
    yield from (rule for rule, broken in tests.items() if broken)


def cross_year_faults(content: make.Content) -> Iterator[str]:
    """The rules that speak of last year's report of the same unit."""
    last = next(
        (c for c in CONTENTS.values() if (c.organisation, c.year) == (content.organisation, content.year - 1)), None
    )
    if last is None or content.form == "A":
        return
    c, p = Cells(content), Cells(last)
    if last.form == "A":
        if (p["request.received"] or 0) - (p["request.closed"] or 0) != c["t3.carried_in.total"]:
            yield "t3-carry-a2b"
        return
    total = p["t3.carried_out.total"] == c["t3.carried_in.total"]
    pairs = [(p[f"t3.carried_out.{k}"], c[f"t3.carried_in.{k}"]) for k, _ in layouts.APPLICANTS]
    columns = all(None in pair or pair[0] == pair[1] for pair in pairs)
    if not total:
        yield "t3-carry-yoy"
    elif not columns:
        yield "t3-carry-col"
    if any((p[f"t4.{b}.pending"] or 0) > (c[f"t4.{b}.total"] or 0) for b in layouts.DISPUTES):
        yield "t4-pending-yoy"
    if content.form != "C" or last.form != "C" or "[表二]" not in last.text:
        return
    stock = (p["t2.normative.in_force"] or 0) + (c["t2.normative.issued"] or 0) - (c["t2.normative.repealed"] or 0)
    if stock != c["t2.normative.in_force"]:
        yield "t2-stock"


ARITHMETIC = set(A_SUMS) | set(re.findall(r"[a-z0-9-]+", """
    a-staff-sum a-staff-zero a-norm-subset a-norm-issued a-norm-zero-issued a-norm-ratio a-chan-sum a-chan-max
    a-chan-none a-pub-zero a-gazette a-resp-no-channel a-resp-gt-channel a-resp-high a-press-lead
    a-interview-lead a-done-le-req a-reply-done a-noreq-reply a-req-noreply a-zero-req a-dispute-noreq
    a-fee-noreq a-fee-mag a-fund-mag a-org-blank a-spot a-train-pair a-blank a-nonnum a-rows a-allzero
    t3-colsum t3-equation t3-total t4-sum t3-zero-req t3-noreq-result t3-carry-rate t3-other-share t3-unclear
    t3-rows t2-rule-maker t2-new-total t2-procure t2-delta t2-stock-bound t2-fee-unit t2-blank t3-blank
    t4-blank t3-carry-a2b t3-carry-yoy t3-carry-col t4-pending-yoy t2-stock
"""))  # fmt: skip


@pytest.mark.parametrize("path", [p for p in PATHS if "[表" in CONTENTS[p].text or CONTENTS[p].form == "A"])
def test_key_agrees_with_the_arithmetic_of_the_tables(path: str) -> None:
    content, answer = CONTENTS[path], ANSWERS[path]
    own = form_a_faults(content, answer["unit_kind"]) if content.form == "A" else form_bc_faults(content)
    found = {*own, *cross_year_faults(content)}
    must = set(answer["must"]) & ARITHMETIC
    assert found - must - set(answer["may"]) == set(), "broken, and the key does not say so"
    assert must - found == set(), "the key says so, and it holds"
    assert found & set(answer["must_not"]) == set()


# --- the prose -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CLEAN)
def test_sound_prose_speaks_of_its_own_year_and_the_next(path: str) -> None:
    content = CONTENTS[path]
    years = {int(y) for y in re.findall(r"(20\d\d)年", prose(content))}
    assert years <= {content.year, content.year + 1}
    assert not re.search(r"[×*]{2}|XX|某某|【", prose(content))


NUMBER = r"(\d+(?:\.\d+)?)"
CLAIMS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "A": (
        (rf"主动公开政府信息{NUMBER}条", "proactive.total", "n-pub-total"),
        (rf"(?:收到|收到政府信息)公?开?(?:政府信息公开|公开|)申请{NUMBER}件", "request.received", "n-req"),
        (rf"政府网站(?:发布|公开|)了?{NUMBER}条", "channel.website", "n-channel"),
        (rf"(?:政府|政务)微博(?:发布|公开|){NUMBER}条", "channel.weibo", "n-channel"),
        (rf"(?:政府|政务)微信(?:公众号|)(?:发布|公开|推送|){NUMBER}条", "channel.wechat", "n-channel"),
        (rf"解读(?:稿件|)(?:发布|){NUMBER}篇", "response.interpretation", "n-interpret"),
        (rf"培训班{NUMBER}期", "training.courses", "n-train"),
        (rf"专项经费{NUMBER}万元", "capacity.budget", "n-fund"),
        (rf"专职人员{NUMBER}[名人]", "capacity.full_time", "n-staff"),
        (rf"制发规范性文件{NUMBER}件", "issued.normative", "n-norm"),
        (rf"行政复议{NUMBER}件", "review.total", "n-review-lit"),
    ),
    "C": (
        (rf"(?:新收|收到)政府信息公开申请{NUMBER}件", "t3.new.total", "n-req"),
        (rf"上年结转{NUMBER}件", "t3.carried_in.total", "n-req"),
        (rf"结转下年度(?:继续办理|){NUMBER}件", "t3.carried_out.total", "n-req-flow"),
        (rf"制发行政规范性文件{NUMBER}件", "t2.normative.issued", "n-norm"),
        (rf"行政复议{NUMBER}件", "t4.review.total", "n-review-lit"),
    ),
}
CLAIMS["B"] = (*CLAIMS["C"][:3], CLAIMS["C"][4], (rf"新制作规范性文件{NUMBER}件", "t2.normative.made", "n-norm"))


@pytest.mark.parametrize("path", PATHS)
def test_prose_differs_from_the_tables_only_where_the_key_says_so(path: str) -> None:
    content, cells, text = CONTENTS[path], Cells(CONTENTS[path]), prose(CONTENTS[path])
    must = set(ANSWERS[path]["must"])
    for pattern, fact, rule in CLAIMS[content.form]:
        for said in re.findall(pattern, text):
            if rule not in must:
                assert float(said) == (cells[fact] or 0), f"{rule}: {pattern} {said}"


def test_the_patterns_of_claims_find_something() -> None:
    found = {
        (form, fact)
        for form, claims in CLAIMS.items()
        for pattern, fact, _ in claims
        if any(c.form == form and re.search(pattern, prose(c)) for c in CONTENTS.values())
    }
    assert found == {(form, fact) for form, claims in CLAIMS.items() for _, fact, _ in claims}


@pytest.mark.parametrize("path", PATHS)
def test_brackets_and_quotes_are_balanced(path: str) -> None:
    text = prose(CONTENTS[path])
    assert "g-typo" in ANSWERS[path]["must"] or all(
        text.count(left) == text.count(right) for left, right in ("（）", "《》", "“”")
    )


@pytest.mark.parametrize("path", [p for p in PATHS if not p.endswith("统计表.xlsx")])
def test_prose_is_as_long_as_such_reports_are(path: str) -> None:
    assert 700 <= len(prose(CONTENTS[path])) <= 2600


OFFICIAL = (
    "中华人民共和国政府信息公开条例", "政府信息公开工作年度报告", "政府信息公开情况统计表", "政府信息公开", "年度报告", "国务院办公厅",
    "行政规范性文件", "行政复议", "行政诉讼", "依申请公开", "不予公开", "主动公开", "存在的主要问题及改进情况", "其他需要报告的事项",
    "收到和处理", "统计期限", "工作考核", "社会评议", "责任追究", "信息处理费", "政府信息", "人民政府", "申请", "情况", "提起", "根据",
    "条例", "规定",
)  # fmt: skip


def _clauses(text: str) -> set[str]:
    """Clauses of twelve Chinese characters or more, without those that are official words for the most part."""
    out = set()
    for part in re.split(r"[，。；：！？、,;:!?\s“”（）()《》<>]", text):
        clause = "".join(re.findall("[\u4e00-\u9fff]", part))
        rest = clause
        for word in OFFICIAL:
            rest = rest.replace(word, "")
        if len(clause) >= 12 and len(rest) >= 6:
            out.add(clause)
    return out


def _read_real(path: Path) -> str:
    if path.suffix == ".pdf":
        if not (reader := shutil.which("pdftotext")):
            pytest.skip("no pdftotext to read the real PDF with")
        made = subprocess.run([reader, "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True)
        return "".join(made.stdout.decode("utf-8").split("\n"))
    text = path.read_text("utf-8", errors="replace")
    return html.unescape(re.sub(r"<[^>]+>", "\n", text)) if path.suffix == ".html" else text


REAL = [
    "reference/yushan-2017.txt", "corpus/pingtan_2021_C.txt", "corpus/pingtan_2022_C.txt",
    "corpus/pingtan_xian_2013_pre2014.txt", "corpus/shanghai_fubangongting_2019_B.html",
    "corpus/hongze_qu_2024_C.pdf", "corpus/huaian_shi_2024_C.pdf",
]  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_no_sentence_is_copied_from_a_real_report(name: str) -> None:
    real = _clauses(_read_real(shared(name)))
    ours = "\n".join(
        "".join(re.findall("[\u4e00-\u9fff]", line)) for c in CONTENTS.values() for line in prose(c).split("\n")
    )
    labels = "".join(cell.text for letter in "BC" for grid in _grids(letter) for row in grid for cell in row)
    assert len(real) > 20, "the real report was not read"
    assert sorted(clause for clause in real if clause in ours and clause not in labels) == []


def test_the_committed_roster_is_what_the_generator_makes() -> None:
    assert make.roster() == make.ROOT.joinpath("名册.xlsx").read_bytes()
