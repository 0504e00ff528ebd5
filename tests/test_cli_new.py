"""`auditor rules new` and `names`: asked or by options, the rule loads, its examples hold, wrong answers are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auditor.cli import cli
from auditor.review.names import KINDS, matching
from auditor.rulebook import load


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def auditor(*arguments: str, answers: str | None = None) -> Result:
    return CliRunner().invoke(cli, arguments, input=answers)


def test_asked_answers_are_tried_and_asked_again(here: Path) -> None:
    answers = [
        *(
            "1",
            "my-sum",
            "当面申请数过多",
            "A",
            "全部",
            "乡镇、街道",
            "收到申请总数 ≥ 当面申请数",
            "收到申请数 ≥ 当面申请数",
        ),
        *("较重", "数据准确", "2007年条例第三十二条；本县考核要求", "", "分项不能大于总数", "更正"),
    ]
    done = auditor("rules", "new", answers="\n".join(answers) + "\n")
    assert done.exit_code == 0, done.output
    assert "未知名称“收到申请总数”，是否为“收到申请数”？" in done.output and "请重新输入" in done.output
    assert "规则可用，有例子" in done.output and "auditor rules check --rules 我的规则" in done.output
    ready = load(["我的规则"]).rule("my-sum")
    assert ready is not None
    rule = ready.rule
    assert (rule.severity, rule.applies.form, rule.applies.unit_kind) == ("较重", ("A",), ("乡镇", "街道"))
    assert [(b.law, b.at, b.practice) for b in rule.basis] == [
        ("regulation-2007", "第三十二条", None),
        (None, None, "本县考核要求"),
    ]
    assert rule.message == "收到申请数 {left}，当面申请数 {right}，相差 {difference}"
    assert rule.examples.kept and rule.examples.broken and rule.examples.unclear
    text = (here / "我的规则" / "my-sum.yaml").read_text(encoding="utf-8")
    assert "# 应当成立的公式" in text and "#when: " in text and "#grades: " in text


@pytest.mark.usefixtures("here")
def test_by_options_without_a_question() -> None:
    options = {
        "--check": "section",
        "--title": "未单列政务公开专区建设情况",
        "--expect": "政务公开专区",
        "--years": "2025-",
        "--unit-kind": "乡镇",
        "--severity": "一般",
        "--dimension": "内容完整",
        "--basis": "2019年条例第五十条",
        "--message": "没有写明{missing}",
        "--why": "按通知要求须单列",
        "--remedy": "补写",
        "--file": "规则/专区.yaml",
    }
    done = auditor("rules", "new", "z-zone", "--yes", *(word for pair in options.items() for word in pair))
    assert done.exit_code == 0, done.output
    ready = load(["规则"]).rule("z-zone")
    assert ready is not None and ready.rule.basis[0].law == "regulation-2019"
    assert ready.rule.examples.kept and ready.rule.examples.broken
    assert ready.rule.examples.broken[0]["概况"] == {"年度": 2025, "单位类型": "乡镇"}


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--expect", "收到申请总数 = 1", "是否为“收到申请数”？"),
        ("--severity", "很重", "应为 严重、较重、一般、提示 之一"),
        ("--form", "D", "“D”不可用"),
        ("--years", "去年", "年度应写作"),
        ("--message", "收到 {收到申请总数} 件", "不是本规则可用的名称"),
        ("--check", "equatoin", "没有“equatoin”这种检查"),
    ],
)
def test_wrong_options_end_with_two_and_write_nothing(here: Path, option: str, value: str, words: str) -> None:
    done = auditor("rules", "new", "my-wrong", "--yes", option, value)
    assert done.exit_code == 2 and words in done.output
    assert not list(here.rglob("*.yaml"))


def test_nothing_is_overwritten(here: Path) -> None:
    (here / "我的规则").mkdir()
    (here / "我的规则" / "my-rule.yaml").write_text("id: my-rule\n", encoding="utf-8")
    done = auditor("rules", "new", "my-rule", "--yes")
    assert done.exit_code == 2 and "已经存在" in done.output


@pytest.mark.usefixtures("here")
def test_names_are_looked_up() -> None:
    found = auditor("rules", "names", "结转").output
    assert "上年结转.总计" in found and "格式B、C" in found and "正文.结转下年申请数" in found
    book = load()
    assert [n.word for n in matching(book, ["公布期限"])] == ["参数.公布期限"]
    both = [n.word for n in matching(book, ["规范性文件", "制发"])]
    assert "行政规范性文件.制发" in both and "行政许可.处理决定" not in both
    assert [n.word for n in matching(book, ["收到申请总"])] == ["收到申请数"]
    assert matching(book, ["恐龙"]) == []
    assert {n.kind for n in matching(book, [])} == set(KINDS)
