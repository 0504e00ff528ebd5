"""Seeded mistakes of authors (tests/mistakes): refused before anything runs, shown at their line and column, with what to type.

A suggestion is right where the replacement gives the good text again (or the line named), and where none can be named
none is made up. `safe` ones are what `rules check --fix` does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import examples
from auditor.rulebook import Mistake, Rulebook, RulebookError, build, correcting, load, packaged, read_texts
from auditor.rulebook.correcting import corrected
from auditor.rulebook.encoding import Decoded, decode
from auditor.rulebook.keys import known_keys
from auditor.rulebook.slips import find
from auditor.rulebook.source import parse
from auditor.rulebook.texts import RuleFile, Texts

FOLDER = Path(__file__).parent / "mistakes"
SHOWN = "我的规则"


@dataclass(frozen=True)
class Case:
    """One seeded mistake: the file, its good and its wrong text, and what must be said of it."""

    name: str
    file: str
    good: str
    wrong: str
    at: int | None
    says: tuple[str, ...]
    right: str
    safe: bool

    @property
    def place(self) -> tuple[int, int]:
        """Line and column from 1."""
        if self.at is None:
            return 1, 1
        return self.wrong.count("\n", 0, self.at) + 1, self.at - (self.wrong.rfind("\n", 0, self.at) + 1) + 1


def cases() -> list[Case]:
    out = []
    for path in sorted(FOLDER.glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        for group in data if isinstance(data, list) else [data]:
            out += [_case(group, given) for given in group["cases"]]
    return out


def _case(group: dict[str, Any], given: dict[str, Any]) -> Case:
    good = group["base"]
    if "drop" in given:
        good = good[: good.index(given["drop"])]
    old, new = (given["old"], given["new"])
    assert good.count(old) >= 1, (given["name"], "the case does not fit the good text any more")
    wrong = good.replace(old, new, 1)
    if "mark" in given:
        plain = given["mark"].replace("‸", "")
        at: int | None = wrong.index(plain) + given["mark"].index("‸")
    else:
        at = wrong.find("‸") if "‸" in wrong else None
        wrong = wrong.replace("‸", "")
    return Case(
        given["name"], group["file"], good, wrong, at, tuple(given["says"]), given["right"], given.get("safe", False)
    )


CASES = cases()


@cache
def shipped() -> tuple[RuleFile, ...]:
    return read_texts().files


@cache
def around() -> tuple[RuleFile, ...]:
    """The shipped data files with a handful of rules and subjects: what the cases name, and quick to load."""
    out = []
    for file in shipped():
        if file.room == "claims.yaml":
            claims = yaml.safe_load(file.text)
            claims["subjects"] = [s for s in claims["subjects"] if not s.get("children")][:4]
            file = replace(file, text=yaml.safe_dump(claims, allow_unicode=True))
        if file.room == "rules":
            if not any(f"id: {name}\n" in file.text for name in RULES):
                continue
            rules = [r for r in yaml.safe_load(file.text) if r["id"] in RULES]
            rules = [{k: v for k, v in r.items() if k not in ("covers", "examples", "survivors")} for r in rules]
            file = replace(file, text=yaml.safe_dump(rules, allow_unicode=True))
        if file.room != "patterns":
            out.append(file)
    return tuple(out)


RULES = ("a-blank", "g-six-section", "g-placeholder")


def texts(case: Case, text: str) -> Texts:
    return Texts((*around(), RuleFile(1, case.file, f"{SHOWN}/{case.file}", text)))


@cache
def built(given: Texts) -> Rulebook | tuple[Mistake, ...]:
    """A rulebook or its mistakes; the same text is built once in all tests."""
    try:
        return build(given)
    except RulebookError as error:
        return error.mistakes


@pytest.fixture(autouse=True)
def _built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def mistakes(given: Texts) -> tuple[Mistake, ...]:
        found = built(given)
        return found if isinstance(found, tuple) else ()

    monkeypatch.setattr(correcting, "_mistakes", mistakes)


def told(case: Case, text: str) -> tuple[Mistake, ...]:
    """All mistakes of a text laid over the shipped data files, those of its examples included."""
    found = built(texts(case, text))
    return found if isinstance(found, tuple) else examples.mistakes(found, [r for r in found.rules if r.root])


@cache
def judged(name: str) -> tuple[tuple[Mistake, ...], bool, bool, bool]:
    """(mistakes, words right, place right, suggestion right) of a case."""
    case = next(c for c in CASES if c.name == name)
    mistakes = told(case, case.wrong)
    fitting = [m for m in mistakes if all(str(word) in m.message for word in case.says)]
    placed = [m for m in fitting if (m.line, m.column) == case.place]
    return mistakes, bool(fitting), bool(placed), any(_suggests(case, m) for m in placed or fitting)


def _suggests(case: Case, mistake: Mistake) -> bool:
    if case.right == "none":
        return mistake.mend is None
    if mistake.mend is None:
        return False
    after = mistake.mend.applied(case.wrong)
    if case.right == "fixed":
        return after == case.good
    return f"\n{case.right}\n" in f"\n{after}\n"


@pytest.mark.parametrize("file", sorted({c.file for c in CASES}))
def test_the_good_texts_are_good(file: str) -> None:
    for case in CASES:
        if case.file == file:
            assert [str(m) for m in told(case, case.good)] == []
            return


@pytest.mark.parametrize("name", [c.name for c in CASES])
def test_a_seeded_mistake_is_refused_and_shown(name: str) -> None:
    case = next(c for c in CASES if c.name == name)
    mistakes, worded, placed, _ = judged(name)
    shown = "\n".join(map(str, mistakes))
    assert mistakes, "not refused"
    assert all(m.path == f"{SHOWN}/{case.file}" for m in mistakes), shown
    assert worded, (case.says, shown)
    assert placed, (case.place, shown)


def test_the_figures() -> None:
    """100 mistakes and more: all refused, all at their place, nine in ten with the right thing to type."""
    results = [judged(c.name) for c in CASES]
    wrong = [c.name for c, r in zip(CASES, results, strict=True) if not r[3]]
    refused, placed, suggested = (sum(bool(r[i]) for r in results) for i in (0, 2, 3))
    named = sum(c.right != "none" for c in CASES)
    safe = sum(c.safe for c in CASES)
    print(
        f"\n{len(CASES)} 处：拒绝 {refused}，行列正确 {placed}；说得出改法的 {named} 处（可自动改正 {safe} 处），改法正确 {suggested}，不对的：{wrong}"
    )
    assert len(CASES) >= 100
    assert refused == placed == len(CASES)
    assert suggested >= 0.9 * len(CASES)


def test_what_is_safe_is_done_and_nothing_else() -> None:
    """--fix restores the good text wherever the case says that it is safe, and touches no other."""
    for case in CASES:
        found = corrected(texts(case, case.wrong), {f"{SHOWN}/{case.file}"})
        after = found.files.get(f"{SHOWN}/{case.file}", case.wrong)
        if case.safe:
            assert after != case.wrong, case.name
            if case.right == "fixed":
                assert after == case.good, case.name
        else:
            assert after == case.wrong, case.name


def test_correcting_twice_changes_nothing_more() -> None:
    for case in CASES[::6]:
        own = {f"{SHOWN}/{case.file}"}
        once = corrected(texts(case, case.wrong), own)
        assert corrected(once.texts, own).files == {}


def test_shipped_rules_hold_no_slip_and_are_never_corrected() -> None:
    for path in sorted(packaged().rglob("*.yaml")):
        assert find(path.read_text(encoding="utf-8"), known_keys()) == (), path
    assert corrected(Texts(shipped()), {file.shown for file in shipped()}).files == {}


VALUE = st.recursive(
    st.text(alphabet="甲乙：，、“”（）#*&'\"-: {}[]ab1", max_size=8) | st.integers(0, 99) | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["正文", "章节", "甲"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(known_keys())[:40]), VALUE, min_size=1, max_size=5), st.booleans())
@settings(max_examples=150)
def test_what_is_right_is_read_as_it_is(data: dict[str, Any], flow: bool) -> None:
    """A text that YAML can read gives its data and nothing to mend, whatever signs it holds."""
    text = yaml.safe_dump(data, allow_unicode=True, default_flow_style=flow, width=10_000)
    source = parse("x.yaml", text, known_keys())
    assert not source.broken
    assert source.mistakes == []


@given(st.integers(0, 2000), st.sampled_from("：，、“'\"[]{}#　\t -*&"), st.booleans())
@settings(max_examples=150)
def test_one_wrong_key_on_the_keyboard_never_breaks_the_reader(at: int, sign: str, instead: bool) -> None:
    """Whatever is typed wherever: an answer with places inside the text, and mends that can be made."""
    good = GOOD
    at = at % len(good)
    text = good[:at] + sign + good[at + instead :]
    source = parse("x.yaml", text, known_keys())
    for mistake in source.finished():
        assert 1 <= mistake.line <= text.count("\n") + 1
        assert 1 <= mistake.column <= len(source.line(mistake.line - 1)) + 1
        assert mistake.mend is None or 0 <= mistake.mend.start <= mistake.mend.end <= len(text)


# --- encodings and names ------------------------------------------------------------------------------------------------

GOOD = next(c.good for c in CASES if c.file == "规则.yaml")
WRONG = GOOD.replace("severity: 严重", "severity: 严众")


def written(folder: Path, data: bytes, name: str = "规则.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(lambda t: t.encode(), id="UTF-8"),
        pytest.param(lambda t: t.encode("utf-8-sig"), id="UTF-8 with BOM"),
        pytest.param(lambda t: b"\xff\xfe" + t.encode("utf-16-le"), id="UTF-16 LE"),
        pytest.param(lambda t: b"\xfe\xff" + t.encode("utf-16-be"), id="UTF-16 BE"),
        pytest.param(lambda t: t.encode("gbk"), id="GBK"),
        pytest.param(lambda t: t.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(lambda t: t.replace("\n", "\r").encode(), id="CR"),
        pytest.param(lambda t: t.replace("\n", "\r\n").encode("gbk"), id="GBK with CRLF"),
        pytest.param(lambda t: t.encode() + b"\x1a", id="Ctrl-Z at the end"),
    ],
)
def test_what_an_editor_writes_is_read(data: Any) -> None:
    found = decode("规则.yaml", data(GOOD))
    assert isinstance(found, Decoded)
    assert found.text == GOOD


def test_places_are_those_that_the_author_sees(tmp_path: Path) -> None:
    """Line and column count characters, whatever the encoding and the line ends."""
    data = WRONG.replace("\n", "\r\n")
    with pytest.raises(RulebookError) as caught:
        load([written(tmp_path / "甲", data.encode("gbk")), written(tmp_path / "乙", data.encode("utf-8-sig"))])
    assert {(m.line, m.column, m.text) for m in caught.value.mistakes} == {(8, 11, "severity: 严众")}


@pytest.mark.parametrize(
    ("data", "line", "column", "words"),
    [
        (GOOD.encode("utf-16-le"), 1, 1, "UTF-16"),
        (b"\xff\xfe\x00\x00" + GOOD.encode("utf-32-le"), 1, 1, "UTF-32"),
        (GOOD.encode("big5", "replace"), 2, 8, "无法确定"),
        (GOOD.encode().replace("渠道".encode(), b"\xe6\xb8\xff"), 2, 14, "无法确定"),
        (GOOD.replace("渠道", "渠\x07道").encode(), 2, 15, "看不见的字符"),
        (GOOD.replace("渠道", "渠\ufeff道").encode(), 2, 15, "看不见的字符"),
        (b"PK\x03\x04\x00\x00\x00", 1, 1, "不是文本文件"),
    ],
)
def test_what_is_not_certain_is_explained_at_its_place(
    data: bytes, line: int, column: int, words: str, tmp_path: Path
) -> None:
    with pytest.raises(RulebookError) as caught:
        load([written(tmp_path, data)])
    mistake = caught.value.mistakes[0]
    assert words in mistake.message
    assert (mistake.line, mistake.column) == (line, column)


@given(st.text(alphabet=st.characters(codec="gb18030", exclude_categories=("Cc", "Cs", "Co")), max_size=60))
def test_utf8_is_never_taken_for_gbk(text: str) -> None:
    found = decode("x.yaml", text.encode())
    assert isinstance(found, Mistake) or (found.encoding == "utf-8" and found.text == text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_text_is_written_back_as_it_was(encoding: str, newline: str) -> None:
    data = Decoded("", encoding, newline).encoded(GOOD)
    found = decode("x.yaml", data)
    assert isinstance(found, Decoded)
    assert found.encoded(found.text) == data


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("规则.yml", "请改名为“规则.yaml”"),
        ("规则.YAML", "请改名为“规则.yaml”"),
        ("规则.yaml.txt", "请改名为“规则.yaml”"),
        ("规则.txt", "请改名为“规则.yaml”"),
        ("规则.docx", "不能写在 Word 文件里"),
        ("规则.et", "请改名或移走"),
    ],
)
def test_a_file_of_another_name_is_told_its_right_one(name: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(RulebookError) as caught:
        read_texts([written(tmp_path, GOOD.encode(), name)])
    assert words in caught.value.mistakes[0].message


def test_the_command_corrects_in_place_and_keeps_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from auditor.cli import checking
    from auditor.cli import correcting as command

    monkeypatch.chdir(tmp_path)
    wrong = GOOD.replace("title: ", "title：").replace("deduct: 5", "deduct: 5分").replace("\n", "\r\n").encode("gbk")
    folder = written(tmp_path / "我的规则", wrong)
    command.run([Path("我的规则")])
    said = capsys.readouterr().out
    assert "已改正 我的规则/规则.yaml（2 处；原文件另存为 规则.yaml~）" in said
    assert "2 - title：收到申请数" in said
    assert "2 + title: 收到申请数" in said
    assert (folder / "规则.yaml").read_bytes() == GOOD.replace("\n", "\r\n").encode("gbk")
    assert (folder / "规则.yaml~").read_bytes() == wrong
    book = load([folder])
    assert any("GBK" in words for words in checking._foreign(book))
    command.run([Path("我的规则")])
    assert "没有可以自动改正的地方" in capsys.readouterr().out
