"""The JSON Schema: made from the models, in Chinese throughout, and the shipped one is that of the shipped rules."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from auditor import examples, ruleschema
from auditor.checks import KINDS
from auditor.rulebook import Rulebook, packaged
from auditor.rulebook.laws import Law
from auditor.rulebook.parameters import ParameterEntry
from auditor.rulebook.rule import models
from auditor.ruleschema.names import EXAMPLE_WORDS, PROFILE_WORDS


def parts() -> list[type[BaseModel]]:
    """Every model that an author writes keys of."""
    out: list[type[BaseModel]] = []
    waiting: list[Any] = [*models().values(), Law, ParameterEntry]
    while waiting:
        part = waiting.pop()
        if isinstance(part, type) and issubclass(part, BaseModel):
            if part not in out and part.__name__ != "Years":
                out.append(part)
                waiting += [info.annotation for info in part.model_fields.values()]
        else:
            waiting += get_args(part)
    return out


def test_every_key_has_a_chinese_name() -> None:
    bare = [
        f"{part.__name__}.{name}"
        for part in parts()
        for name, info in part.model_fields.items()
        if not info.title and name != "check"
    ]
    assert not bare, "give these keys a name with checks.check.described"


def test_every_kind_says_what_it_is_for() -> None:
    assert all(kind.says for kind in KINDS.values())


def test_every_word_of_an_example_is_described() -> None:
    assert set(EXAMPLE_WORDS) == set(examples._WORDS)
    assert set(PROFILE_WORDS) == set(examples._PROFILE)


@pytest.mark.parametrize("file", sorted(ruleschema.SCHEMAS))
def test_references_lead_somewhere_and_words_are_chinese(file: str, book: Rulebook) -> None:
    schema = ruleschema.of(file, book)
    known = {f"#/$defs/{name}" for name in schema.get("$defs", {})}
    for node in walk(schema):
        if isinstance(node.get("$ref"), str):
            assert node["$ref"] in known
        for key in ("description", "errorMessage", "patternErrorMessage"):
            if isinstance(node.get(key), str):
                assert any("\u4e00" <= c <= "\u9fff" for c in node[key]), node[key]
        meanings = node.get("enumDescriptions")
        if isinstance(meanings, list):
            assert len(meanings) == len(node["enum"])


def walk(node: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            found.append(one)
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return found


def test_the_shipped_schema_is_that_of_the_shipped_rules(book: Rulebook) -> None:
    shipped = json.loads((packaged() / "rule.schema.json").read_text(encoding="utf-8"))
    assert shipped == json.loads(json.dumps(ruleschema.rules(book))), (
        "renew it: auditor rules schema --out rules/rule.schema.json"
    )


def test_a_schema_is_written_and_says_how_to_use_it(tmp_path: Any) -> None:
    from click.testing import CliRunner

    from auditor.cli import cli

    path = tmp_path / "我的规则" / "rule.schema.json"
    done = CliRunner().invoke(cli, ["rules", "schema", "--no-work", "--out", str(path)])
    assert done.exit_code == 0, done.output
    assert "# yaml-language-server: $schema=rule.schema.json" in done.output
    assert json.loads(path.read_text(encoding="utf-8"))["title"] == "auditor 规则文件"
