"""Mistakes of a workbook: each at its sheet and cell, all at once, and nothing written."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
from commands import auditor

from auditor.cli import sheets
from auditor.readers.sheet import a1
from auditor.rulebook import RulebookError, load
from auditor.rulebook.texts import Texts, read_texts
from auditor.rulesheet import Entry, book_with, entries_of, files_of
from auditor.rulesheet.columns import KIND_WORDS, columns_of
from auditor.rulesheet.entries import cells_of
from auditor.rulesheet.sheet import of_bytes
from auditor.rulesheet.workbook import drawn, ordered, render

Cells = dict[str, str]


@pytest.fixture(scope="module")
def base() -> Texts:
    return read_texts()


@pytest.fixture(scope="module")
def shipped(base: Texts) -> Mapping[str, tuple[str, Cells]]:
    """The kind and the cells of every shipped rule, by id."""
    return {str(one.data["id"]): (one.kind, cells_of(one)) for one in entries_of(base)}


def changed(row: tuple[str, Cells], **cells: str | None) -> tuple[str, Cells]:
    """The row with cells set, or emptied."""
    kind, known = row[0], dict(row[1])
    for heading, text in cells.items():
        heading = heading.replace("_", "：")
        if text is None:
            known.pop(heading, None)
        else:
            known[heading] = text
    return kind, known


def told(base: Texts, rows: Sequence[tuple[str, Cells]]) -> list[str]:
    """What is told of a workbook of these rows."""
    with pytest.raises(RulebookError) as wrong:
        book_with(of_bytes("规则.xlsx", drawn(rows)), base)
    return [str(mistake) for mistake in wrong.value.mistakes]


def cell_of(kind: str, heading: str, row: int = 3) -> str:
    """The cell of a heading in a drawn sheet."""
    at = next(i for i, column in enumerate(ordered(columns_of(kind)), 1) if column.heading == heading)
    return a1(row, at)


SUM = "a-req-sum"


# One mistake a row: the rule that is changed, its cells, the heading at which the mistake is told, and words of it.
CASES: tuple[tuple[str, dict[str, str | None], str, str], ...] = (
    (SUM, {"公式": "收到申请数 = 合计(四种渠到)"}, "公式", "未知名称“四种渠到”，是否为“四种渠道”？"),
    (SUM, {"公式": "A: 收到申请数 = 合计(四种渠道)\nB： 甲"}, "公式", ""),
    (SUM, {"公式": "收到申请数 = "}, "公式", ""),
    (SUM, {"公式": None}, "公式", "缺少字段“expect”"),
    (SUM, {"严重程度": "较严重"}, "严重程度", "“较严重”不可用，是否为"),
    (SUM, {"方面": "准确性"}, "方面", "应为 内容完整、"),
    (SUM, {"状态": "起用"}, "状态", "应为 启用、试行、停用 之一"),
    (SUM, {"认定": "确定"}, "认定", "应为 可判定、疑似 之一"),
    (SUM, {"扣分": "五分"}, "扣分", "数值"),
    (SUM, {"扣分": "500"}, "扣分", "100"),
    (SUM, {"编号": "A_REQ"}, "编号", "规则 id 只能用小写字母"),
    (SUM, {"编号": None}, "编号", "缺少字段“id”"),
    (SUM, {"名称": None}, "名称", "缺少字段“title”"),
    (SUM, {"问题描述": "收到 {收到申请书} 件"}, "问题描述", "是否为“收到申请数”？"),
    (SUM, {"依据": "- {law: form-x}"}, "依据", "未知的法规“form-x”"),
    (SUM, {"依据": "- {law: form-a\n"}, "依据", "括号"),
    (SUM, {"依据": None}, "依据", "缺少字段“basis”"),
    (SUM, {"适用年度": "2018-2014"}, "适用年度", "起止颠倒"),
    (SUM, {"适用格式": "D"}, "适用格式", "应为 A、B、C 之一"),
    (SUM, {"替换规则": "a-req-sun"}, "替换规则", "是否为“a-req-sum”"),
    (SUM, {"包含的规则": "- a-nothing-of-this"}, "包含的规则", "未知的规则"),
    (SUM, {"例_合规": "- {收到申请数: 3，当面申请数: 1}"}, "例：合规", "半角逗号"),
    (SUM, {"文件": "规则.txt"}, "文件", "应以 .yaml 结尾"),
    (SUM, {"文件": "../规则.yaml"}, "文件", "不可用"),
    (SUM, {"文件": "laws/规则.yaml"}, "文件", "不是放规则的地方"),
    (SUM, {"序": "第一"}, "序", "不是序号"),
    (SUM, {"其他字段": "severity: 严重"}, "其他字段", "已有自己的列"),
    (SUM, {"其他字段": "sevrity: 严重"}, "其他字段", "未知字段“sevrity”"),
    (SUM, {"其他字段": "随便写写"}, "其他字段", "应为“字段: 值”"),
    (SUM, {"检查类型": "表内相等"}, "检查类型", "应为 表内关系、"),
    (SUM, {"检查类型": None}, "检查类型", "没有填写“检查类型”"),
    ("g-placeholder", {"不应说": "- '(a'"}, "不应说", "正则表达式有误：缺少右括号"),
    ("g-pii", {"遮盖号码": "对"}, "遮盖号码", "应为 是 或 否"),
    ("g-filing", {"不必核验": "栏目"}, "不必核验", "是否为“栏目路径”"),
    ("g-deadline", {"检查什么": "公布日子"}, "检查什么", "应为 公布期限、"),
    ("a-org-blank", {"单元格": "- 专门机构书"}, "单元格", "专门机构数"),
)


@pytest.fixture(scope="module")
def seeded(base: Texts, shipped: Mapping[str, tuple[str, Cells]]) -> tuple[list[str], list[str]]:
    """All cases in one workbook: where each should be told, and what is told."""
    rows, places, used = [], [], dict.fromkeys(KIND_WORDS, 2)
    for at, (rule, cells, heading, _) in enumerate(CASES):
        kind, row = changed(shipped[rule], **{"编号": f"own-{at}", "文件": f"{at}.yaml", **cells})
        used[kind] += 1
        rows.append((kind, row))
        places.append(f"规则.xlsx 工作表“{KIND_WORDS[kind]}”{cell_of(kind, heading, used[kind])}")
    return places, told(base, rows)


@pytest.mark.parametrize("at", range(len(CASES)), ids=[f"{heading}-{words}" for _, _, heading, words in CASES])
def test_a_mistake_names_its_cell(seeded: tuple[list[str], list[str]], at: int) -> None:
    places, mistakes = seeded
    here = [m for m in mistakes if re.match(re.escape(places[at]) + r"(?!\d)", m)]
    assert len(here) >= 1 and any(CASES[at][3] in m for m in here), mistakes


def test_nothing_else_is_told(seeded: tuple[list[str], list[str]]) -> None:
    places, mistakes = seeded
    assert [m for m in mistakes if not any(re.match(re.escape(p) + r"(?!\d)", m) for p in places)] == []


def test_an_example_that_does_not_come_out_is_told_at_its_cell(
    base: Texts, shipped: Mapping[str, tuple[str, Cells]]
) -> None:
    wrong = "- {收到申请数: 3, 当面申请数: 1, 传真申请数: 0, 网络申请数: 1, 信函申请数: 0}"
    (mistake,) = told(base, [changed(shipped[SUM], 例_合规=wrong)])
    assert mistake.startswith(f"规则.xlsx 工作表“表内关系”{cell_of('equation', '例：合规')}（例：合规）")
    assert "例子结果不符" in mistake


def test_mistakes_of_every_kind_are_told_at_once(base: Texts, shipped: Mapping[str, tuple[str, Cells]]) -> None:
    rows = [
        changed(shipped[SUM], 公式="收到申请数 = 合计(四种渠到)", 严重程度="较严重"),
        changed(shipped["a-done-sum"], 问题描述="{没有的}", 整改要求=None),
        changed(shipped["g-placeholder"], 不应说="- '(a'", 检查类型="用语"),
    ]
    mistakes = told(base, rows)
    found = {re.sub(r"^规则.xlsx 工作表“(.+?)”[A-Z]+(\d+)（(.+?)）.*", r"\1 \2 \3", m) for m in mistakes}
    assert found == {
        "表内关系 3 公式",
        "表内关系 3 严重程度",
        "表内关系 4 问题描述",
        "表内关系 4 整改要求",
        "用语 3 不应说",
    }


def test_the_same_id_twice_is_told_with_both_rows(base: Texts, shipped: Mapping[str, tuple[str, Cells]]) -> None:
    twice = changed(shipped[SUM], 编号="own-sum")
    (mistake,) = told(base, [twice, twice])
    assert mistake == "规则.xlsx 工作表“表内关系”A4（编号）：规则 id“own-sum”重复，已见于 表“表内关系”第3行"


def test_which_of_several_examples_is_wrong(base: Texts, shipped: Mapping[str, tuple[str, Cells]]) -> None:
    kept = shipped[SUM][1]["例：合规"]
    broken = shipped[SUM][1]["例：不合规"].split("\n")[0]
    (mistake,) = told(base, [changed(shipped[SUM], 例_合规=f"{kept}\n{broken}", 名称="改名")])
    number = kept.count("\n- ") + 2
    assert f"第 {number} 项：" in mistake


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(RulebookError):
        of_bytes("规则.xlsx", content)


def test_columns_that_are_not_known_are_told(shipped: Mapping[str, tuple[str, Cells]]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(drawn([shipped[SUM]])))
    sheet = book["表内关系"]
    sheet["A2"], sheet["B2"] = "编号", "名字"
    out = io.BytesIO()
    book.save(out)
    found = of_bytes("规则.xlsx", out.getvalue()).mistakes
    assert [str(m).split("：")[0] for m in found] == [
        "规则.xlsx 工作表“表内关系”B2",
        "规则.xlsx 工作表“表内关系”B3（名字）",
    ]


def test_rules_of_a_folder_give_way_to_those_of_the_sheet(
    shipped: Mapping[str, tuple[str, Cells]], tmp_path: Path
) -> None:
    folder = tmp_path / "我的规则"
    folder.mkdir()
    own = changed(shipped[SUM], 编号="own-sum", 文件="甲.yaml", 序="1")
    other = changed(shipped[SUM], 编号="own-other", 文件="甲.yaml", 序="2")
    sheet = of_bytes("规则.xlsx", drawn([own, other]))
    (folder / "甲.yaml").write_text(files_of(sheet.entries)["甲.yaml"], encoding="utf-8")
    texts = read_texts([folder])
    again = drawn(
        [changed(row, 名称="改了名称") for row in map(_row, entries_of(texts)) if row[1]["编号"] == "own-sum"]
    )
    book = book_with(of_bytes("规则.xlsx", again), texts)
    titles = {r.id: r.rule.title for r in book.rules if r.id.startswith("own-")}
    assert titles == {"own-sum": "改了名称", "own-other": shipped[SUM][1]["名称"]}


def _row(one: Entry) -> tuple[str, Cells]:
    return one.kind, cells_of(one)


# --- the commands ----------------------------------------------------------------------------------


def test_out_and_in_by_the_commands(tmp_path: Path) -> None:
    out = auditor("rules", "export", "我的 规则.xlsx", SUM, "g-placeholder", cwd=tmp_path)
    assert out.returncode == 0, out.stderr
    assert "规则 2 条" in out.stdout
    same = auditor("rules", "import", "我的 规则.xlsx", cwd=tmp_path)
    assert same.returncode == 0 and "没有写出文件" in same.stdout
    assert not (tmp_path / "我的规则").exists()


def test_an_export_overwrites_nothing_and_knows_its_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("规则.xlsx").write_bytes(b"mine")
    for names, words in (((), "已经存在，没有覆盖"), (("新.xlsx", "a-req-sun"), "是否为“a-req-sum”")):
        with pytest.raises(SystemExit) as ended:
            sheets.write_out(names, ())
        assert ended.value.code == 2 and words in capsys.readouterr().err
    assert Path("规则.xlsx").read_bytes() == b"mine" and not Path("新.xlsx").exists()


def imported(tmp_path: Path, rows: Sequence[tuple[str, Cells]], *, overwrite: bool = False) -> int:
    path = tmp_path / "规则.xlsx"
    path.write_bytes(drawn(rows))
    try:
        return sheets.take_in(path, tmp_path / "我的规则", overwrite)
    except SystemExit as ended:
        return int(ended.code or 0)


def test_a_changed_rule_replaces_the_shipped_one(
    tmp_path: Path, shipped: Mapping[str, tuple[str, Cells]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert imported(tmp_path, [changed(shipped[SUM], 严重程度="一般"), shipped["a-done-sum"]]) == 0
    said = capsys.readouterr().out
    assert "改动了随程序安装的规则 1 条，已写明替换：a-req-sum。" in said and "没有写出的规则 1 条" in said
    book = load([tmp_path / "我的规则"])
    ready = book.rule(SUM)
    assert ready is not None and (ready.rule.severity, ready.rule.replaces) == ("一般", SUM)
    assert ready.root == 1


def test_a_new_rule_is_a_new_file_and_its_id_is_taken(
    tmp_path: Path, shipped: Mapping[str, tuple[str, Cells]], capsys: pytest.CaptureFixture[str]
) -> None:
    one = changed(shipped[SUM], 编号="own-sum", 文件="县里/申请.yaml", 序=None, 注释="县里的规定")
    assert imported(tmp_path, [one]) == 0
    text = (tmp_path / "我的规则" / "县里" / "申请.yaml").read_text(encoding="utf-8")
    assert text.startswith("# 县里的规定\nid: own-sum\n")
    assert imported(tmp_path, [changed(one, 文件="乙.yaml")]) == 3
    assert "重复，已见于" in capsys.readouterr().err


def test_what_is_there_is_not_lost(
    tmp_path: Path,
    shipped: Mapping[str, tuple[str, Cells]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = changed(shipped[SUM], 编号="own-a", 文件="甲.yaml", 序="1")
    two = changed(shipped["a-done-sum"], 编号="own-b", 文件="甲.yaml", 序="2")
    assert imported(tmp_path, [one, two]) == 0
    monkeypatch.setattr(sheets, "checked", lambda *_: None)  # the same good rules from here on
    path = tmp_path / "我的规则" / "甲.yaml"
    before = path.read_text(encoding="utf-8")
    assert imported(tmp_path, [one, two]) == 0, "the same again is no change"
    assert "（没有变化）" in capsys.readouterr().out
    better = changed(one, 名称="改了名称")
    assert imported(tmp_path, [better, two]) == 2
    assert "已有内容不同的文件" in capsys.readouterr().err and path.read_text(encoding="utf-8") == before
    assert imported(tmp_path, [better], overwrite=True) == 2
    assert "还有规则 own-b，不在表格中" in capsys.readouterr().err and path.read_text(encoding="utf-8") == before
    assert imported(tmp_path, [better, two], overwrite=True) == 0
    assert "（已覆盖）" in capsys.readouterr().out
    assert "title: 改了名称" in path.read_text(encoding="utf-8")


def test_nothing_is_written_as_long_as_there_is_a_mistake(
    tmp_path: Path, shipped: Mapping[str, tuple[str, Cells]], capsys: pytest.CaptureFixture[str]
) -> None:
    good = changed(shipped["a-done-sum"], 编号="own-b")
    assert imported(tmp_path, [good, changed(shipped[SUM], 编号="own-a", 公式="收到申请数 = 甲乙丙")]) == 3
    assert "工作表“表内关系”" in capsys.readouterr().err
    assert not (tmp_path / "我的规则").exists()


def test_the_shipped_rules_themselves_are_written_whole(
    tmp_path: Path, base: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "packaged", lambda: tmp_path / "我的规则")
    path = tmp_path / "规则.xlsx"
    some = [one for one in entries_of(base) if one.file == "general/filing.yaml"]
    path.write_bytes(render(some))
    assert sheets.take_in(path, tmp_path / "我的规则", False) == 0
    text = (tmp_path / "我的规则" / "general" / "filing.yaml").read_text(encoding="utf-8")
    assert "replaces" not in text and text.count("\n- id:") + text.startswith("- id:") == len(some)
