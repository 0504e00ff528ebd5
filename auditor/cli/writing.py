"""`auditor rules new`: a few questions (or options), then a rule file with a word on every key, checked at once.

The model of each kind is the complete rule that `rules/README.md` shows for it, so that the handbook and the dialogue
cannot differ. Every answer is tried out with the whole rulebook; a wrong one is told with the nearest names and asked again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from auditor.checks import KINDS
from auditor.cli import USAGE, fail
from auditor.cli.rulebooks import refuse
from auditor.cli.workplace import current, instead, own_rules
from auditor.model import DIMENSIONS, SEVERITIES, UNIT_KINDS
from auditor.review.candidate import Tried, examples_block, holding, tried
from auditor.review.skeleton import basis_of, flow, listed, message_of, plain, written
from auditor.review.wording import KIND_WORDS
from auditor.rulebook import RulebookError, Texts, build, load, packaged
from auditor.rulebook.source import parse
from auditor.rulebook.texts import read_texts
from auditor.spelling import nearest

_BLOCK = re.compile(r"```yaml\n(.*?)```", re.S)
_SPLIT = re.compile(r"[、,，;；\s]+")
_FOLDER = Path("我的规则")
# The keys whose answers may name what the rulebook does not know; the others are texts, or chosen from a list.
_TRIED = {"expect", "cells", "required", "forbid", "of", "basis", "message"}
# The key of each kind that is asked for, and how the question is put.
_MAIN: Mapping[str, tuple[str, str]] = {
    "equation": ("expect", "应当成立的公式（查指标名：auditor rules names 词语）"),
    "agreement": ("expect", "应当成立的公式，用到 正文.主题（查主题：auditor rules names 词语）"),
    "filled": ("cells", "哪些数据不能空白（指标名、组名、表名，几个用、分开）"),
    "section": ("required", "应当写到哪些内容（几项用、分开）"),
    "wording": ("forbid", "不应出现哪些词（几个用、分开）"),
    "attest": ("ask", "要人去看什么（一句话）"),
    "date": ("of", "检查什么"),
    "form": ("of", "检查什么"),
    "similarity": ("of", "比什么"),
    "filing": ("of", "检查什么"),
    "outlier": ("of", "比较哪个指标"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """What was given on the command line; None: to be asked, or taken from the model."""

    id: str | None = None
    check: str | None = None
    title: str | None = None
    main: str | None = None
    severity: str | None = None
    dimension: str | None = None
    basis: str | None = None
    message: str | None = None
    why: str | None = None
    remedy: str | None = None
    forms: tuple[str, ...] = ()
    years: str | None = None
    unit_kinds: tuple[str, ...] = ()
    file: Path | None = None
    folder: Path | None = None
    ask: bool = True


def models() -> dict[str, str]:
    """The complete rule of each kind, from the handbook."""
    text = (packaged() / "README.md").read_text(encoding="utf-8")
    out: dict[str, str] = {}
    for block in _BLOCK.findall(text):
        data = parse("README.md", block).data
        if isinstance(data, dict) and data.get("check") in KINDS:
            out.setdefault(str(data["check"]), block)
    return out


def run(given: Given) -> int:
    """Asks, writes, checks; the exit code."""
    kinds = {kind: parse("README.md", block).data for kind, block in models().items()}
    check = given.check or (_kind(list(kinds)) if given.ask else "equation")
    if check not in kinds:
        fail(USAGE, f"没有“{check}”这种检查，可用：{'、'.join(kinds)}")
    id = _id(given)
    path = _path(given, id)
    dialogue = _Dialogue(given, kinds[check], _texts(), check, id)
    text = dialogue.rule()
    chosen = holding(dialogue.texts, text, id, dialogue.proposed(text))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + (examples_block(chosen) if chosen else ""), encoding="utf-8", newline="\n")
    click.echo(f"已写入 {path}。")
    return _checked(path, id, len(chosen))


def _texts() -> Texts:
    """The rulebook that the new rule is tried out with; ends with 3 where it is wrong already."""
    pack = instead()
    try:
        return read_texts((), own_rules(pack), pack)
    except RulebookError as error:
        refuse(error.mistakes)


def _kind(kinds: list[str]) -> str:
    click.echo("要检查什么？")
    for at, name in enumerate(kinds, 1):
        click.echo(f"  {at}  {KIND_WORDS.get(name, name)}（{name}）")
    at = click.prompt("请输入序号", type=click.IntRange(1, len(kinds)), default=1)
    return kinds[int(at) - 1]


_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def _id(given: Given) -> str:
    id = given.id
    while True:
        if id is None:
            id = str(click.prompt("规则 id（小写字母、数字、连字符）", default="my-rule")) if given.ask else "my-rule"
        if _ID.fullmatch(id) and not id.startswith("p-"):
            return id
        words = f"规则 id“{id}”有误：只能用小写字母、数字和连字符，且不能以 p- 开头"
        if given.id is not None or not given.ask:
            fail(USAGE, words)
        click.echo(words)
        id = None


def _path(given: Given, id: str) -> Path:
    """Where the rule goes: --file, --folder, the work folder's rules, else 我的规则; never over another file."""
    work = current()
    folder = given.folder or (work.path / "rules" if work is not None else _FOLDER)
    path = given.file or folder / f"{id}.yaml"
    if path.suffix != ".yaml":
        path = path.with_name(path.name + ".yaml")
    if path.exists():
        fail(USAGE, f"“{path}”已经存在，请换一个规则 id，或用 --file 另写一个文件")
    return path


class _Dialogue:
    """The answers so far, each tried out before the next is asked."""

    def __init__(self, given: Given, model: Any, texts: Texts, check: str, id: str) -> None:
        self.given, self.model, self.texts, self.check, self.id = given, model, texts, check, id
        self.answers: dict[str, str] = {"id": id, "check": check}
        self.own = {field.alias or name for name, field in KINDS[check].keys.model_fields.items()}
        self.is_changed = False
        self.last: tuple[str, Tried] = ("", Tried(None, None, {}))

    def rule(self) -> str:
        """All questions; the text of the rule without examples."""
        model, given = self.model, self.given
        self._ask("title", given.title, "问题名称", str(model["title"]), plain)
        self._scope()
        self._main()
        for key, value, words, choices in (
            ("severity", given.severity, "严重程度", SEVERITIES),
            ("dimension", given.dimension, "方面", DIMENSIONS),
        ):
            self._ask(key, value, words, str(model[key]), plain, choices)
        self._basis()
        self._ask("message", given.message, "问题描述（花括号里写指标名即填入其值）", self._message(), plain)
        self._ask("why", given.why, "为什么是问题", str(model["why"]), plain)
        self._ask("remedy", given.remedy, "怎样改", str(model["remedy"]), plain)
        return self._text()

    def _text(self) -> str:
        head = (
            f"规则 {self.id}，由 auditor rules new 写出。井号后面是说明，可以删去；前面有井号的字段去掉井号即生效。",
            "写法见 rules/README.md；改好后运行 auditor rules check。",
        )
        return written(self._whole(), head)

    def _whole(self) -> dict[str, str]:
        """The answers, with the model's values (or plain stand-ins) for what is not yet asked."""
        later = {key: plain(str(self.model[key])) for key in ("title", "severity", "dimension", "why", "remedy")}
        kept = {} if self.is_changed else {k: flow(v) for k, v in self.model.items() if k in self.own}
        certainty = {"certainty": str(self.model["certainty"])} if "certainty" in self.model else {}
        return {**kept, **later, **certainty, "basis": flow(self.model["basis"]), "message": "待填", **self.answers}

    # one question

    def _ask(
        self,
        key: str,
        value: str | None,
        words: str,
        default: str,
        form: Callable[[str], str],
        choices: Sequence[str] | None = None,
    ) -> None:
        kind = click.Choice(list(choices)) if choices else None
        while True:
            answer = value
            if answer is None:
                answer = (
                    str(click.prompt(words, default=default, type=kind, show_choices=choices is not None))
                    if self.given.ask
                    else default
                )
            if choices and answer not in choices:
                fail(USAGE, f"“{answer}”不可用{nearest(answer, choices) or '，'}应为 {'、'.join(choices)} 之一")
            self.answers[key] = form(answer.strip())
            if self._accepted(key, value is not None or not self.given.ask):
                return
            value = None

    def _accepted(self, key: str, final: bool) -> bool:
        """Whether the answer to a key is right; what is wrong is told. `final`: nothing can be asked again."""
        mistakes = self._try().wrong.get(key, ()) if key in _TRIED else ()
        if not mistakes:
            return True
        for mistake in mistakes:
            click.echo(f"  不对：{mistake.message}", err=final)
        if final:
            fail(USAGE, f"--{key} 的内容有误，没有写出规则。查名称：auditor rules names 词语")
        click.echo("  请重新输入。")
        return False

    def _try(self) -> Tried:
        text = self._text()
        if text != self.last[0]:
            self.last = (text, tried(self.texts, text, self.id))
        return self.last[1]

    # the questions that are more than a text

    def _scope(self) -> None:
        applies = dict(self.model.get("applies") or {})
        forms, years, kinds = list(self.given.forms), self.given.years, list(self.given.unit_kinds)
        if self.given.ask:
            default = "、".join(_as_list(applies.get("form"))) or "全部"
            forms = forms or _parts(click.prompt("适用哪种格式（A B C，可写几个，全部）", default=default))
            years = years or str(click.prompt("适用哪些年度（2014-2018、2025-、2024，全部）", default="全部"))
            kinds = kinds or _parts(click.prompt(f"适用哪类单位（{'、'.join(UNIT_KINDS)}，全部）", default="全部"))
        elif not forms and years is None and not kinds:
            forms = _as_list(applies.get("form"))
        chosen: dict[str, Any] = {}
        if forms and forms != ["全部"]:
            chosen["form"] = forms if len(forms) > 1 else forms[0]
        if years and years != "全部":
            chosen["years"] = years
        if kinds and kinds != ["全部"]:
            chosen["unit_kind"] = kinds if len(kinds) > 1 else kinds[0]
        if not chosen:
            return
        self.answers["applies"] = flow(chosen)
        if chosen.get("form") != applies.get("form"):
            self.is_changed = self.check in ("equation", "agreement")
        wrong = self._try().wrong.get("applies", ())
        if wrong and self.given.ask:
            for mistake in wrong:
                click.echo(f"  不对：{mistake.message}\n  请重新输入。")
            del self.answers["applies"]
            self._scope()
        elif wrong:
            fail(USAGE, f"适用范围有误：{wrong[0].message}")

    def _main(self) -> None:
        key, words = _MAIN[self.check]
        default, choices = self.model.get(key), None
        if key == "of" and self.check != "outlier":
            extra = KINDS[self.check].keys.model_fields["of"].json_schema_extra
            meanings = extra.get("meanings") if isinstance(extra, dict) else None
            choices = list(meanings) if isinstance(meanings, dict) else None
        shown_ = "、".join(_names(default)) if isinstance(default, list) else str(default)
        before = dict(self.answers)
        form = _FORMS.get(key, plain)
        if isinstance(default, dict) and key == "expect":
            shown_ = str(next(iter(default.values())))
        self.is_changed = True
        given = self.given.main
        if not self.given.ask and given is None:
            self.is_changed = False
            return
        self._ask(key, given, words, shown_, form, choices)
        if plain(shown_) == self.answers[key] or shown_ == self.answers[key]:
            self.answers, self.is_changed = before, False  # as in the model: its other keys and examples fit

    def _basis(self) -> None:
        laws = build(self.texts).laws
        listed_ = "、".join(law.short for law in laws.values())
        words = f"依据（如 2019年条例第五十条；没有条文的写根据什么；可引用：{listed_}）"
        default = "；".join(_entry(one, laws) for one in self.model["basis"])
        self._ask("basis", self.given.basis, words, default, lambda said: basis_of(said, laws))

    def _message(self) -> str:
        """The model's message, or one made from the formula."""
        if not self.is_changed:
            return str(self.model["message"])
        found = self._try()
        if found.ready is not None and found.ready.expect:
            return message_of(next(iter(found.ready.expect.values())).node)
        return str(self.answers["title"]) if self.check in ("attest", "date", "form") else str(self.model["message"])

    # examples

    def proposed(self, text: str) -> list[tuple[str, str]]:
        """Examples that may hold: the model's, simple ones for the answer, those made from the formula."""
        if not self.is_changed:
            given = self.model.get("examples") or {}
            return [(outcome, flow(one)) for outcome, every in given.items() for one in every]
        about = _about(self.answers.get("applies", ""))
        simple = [(outcome, flow({**about, **example})) for outcome, example in _simple(self.check, self.answers)]
        return [*simple, *self._made(text)]

    def _made(self, text: str) -> list[tuple[str, str]]:
        """The first example of each outcome that can be made from the rule itself."""
        from auditor.making import as_mapping, made

        found = self._try() if text == self._text() else tried(self.texts, text, self.id)
        if found.book is None or found.ready is None or self.check not in ("equation", "agreement", "filled"):
            return []
        out: dict[str, str] = {}
        for one in made(found.book, found.ready, 4000)[0]:
            out.setdefault(one.outcome, as_mapping(one.example))
        return list(out.items())


def _about(applies: str) -> dict[str, Any]:
    """The 概况 of an example that lies in the scope of a rule."""
    data = parse("", f"x: {applies}").data
    scope = data["x"] if isinstance(data, dict) and isinstance(data["x"], dict) else {}
    about: dict[str, Any] = {}
    if years := re.findall(r"\d{4}", str(scope.get("years") or "")):
        about["年度"] = int(years[0])
    if kinds := _as_list(scope.get("unit_kind")):
        about["单位类型"] = kinds[0]
    return {"概况": about} if about else {}


def _simple(check: str, answers: Mapping[str, str]) -> list[tuple[str, dict[str, Any]]]:
    """What the answer itself suggests: a sentence with the word, and one without."""
    if check == "wording":
        word = _first(answers["forbid"])
        return [("kept", {"正文": "全年按要求公开政府信息。"}), ("broken", {"正文": f"全年{word}。"})]
    if check == "section":
        data = parse("", f"x: {answers['required']}").data
        body = {item["name"]: f"本年度{item['name']}按要求开展。" for item in data["x"]}
        return [("kept", {"章节": body}), ("broken", {"正文": "全年工作平稳。"})]
    if check == "attest":
        return [("to_confirm", {"正文": "任意文字。"})]
    return []


def _first(words: str) -> str:
    data = parse("", f"x: {words}").data
    return str(_as_list(data["x"])[0])


def _parts(answer: str) -> list[str]:
    return [part for part in _SPLIT.split(answer.strip()) if part]


def _as_list(value: Any) -> list[str]:
    return [] if value is None else [str(v) for v in value] if isinstance(value, list) else [str(value)]


def _names(values: Sequence[Any]) -> list[str]:
    return [str(v["name"]) if isinstance(v, dict) else str(v) for v in values]


def _required(answer: str) -> str:
    return flow([{"name": part, "heading": [part], "words": [part]} for part in _parts(answer)])


_FORMS: Mapping[str, Callable[[str], str]] = {
    "forbid": lambda answer: listed(_parts(answer)),
    "cells": lambda answer: listed(_parts(answer)),
    "required": _required,
}


def _entry(basis: Mapping[str, Any], laws: Mapping[str, Any]) -> str:
    if "practice" in basis:
        return str(basis["practice"])
    law = laws.get(str(basis["law"]))
    return f"{law.short if law is not None else basis['law']}{basis.get('at') or ''}"


# --- what next -------------------------------------------------------------------------------------


def _checked(path: Path, id: str, count: int) -> int:
    """Loads the rule as every command would, and says what to do next."""
    from auditor import examples

    work = current()
    inside = work is not None and work.path / "rules" in path.parents
    folder = "" if inside else f" --rules {path.parent}"
    try:
        book = load(() if inside else [path.parent], own_rules(None))
    except RulebookError as error:
        for mistake in error.mistakes:
            click.echo(str(mistake), err=True)
        click.echo(f"规则还有错误，改好后运行：auditor rules check{folder}", err=True)
        return 0
    wrong = examples.mistakes(book, [r for r in book.rules if r.id == id])
    for mistake in wrong:
        click.echo(str(mistake), err=True)
    if not wrong:
        said = f"有例子 {count} 个" if count else "还没有例子，请补写几个"
        click.echo(f"规则可用，{said}。接下来：")
        click.echo(f"  1. 用记事本打开 {path}，按本意修改")
        click.echo(f"  2. 检查：auditor rules check{folder}")
        click.echo(f"  3. 试算对以往结果的影响：auditor what-if --rules {path.parent}")
        click.echo(f"  4. 审核：auditor audit 报告{folder}")
    return 0
