"""A rulebook -> JSON Schemas for editors: completion, hover text and red underlines in Chinese while a rule is written.

In        a loaded rulebook: its models, and the names it knows (facts, laws, parameters, other rules)
Out       draft-07 schemas for rule files and for the data files, as plain data; `RULES` is shipped as rules/rule.schema.json
Kinds     told apart by `check`, so that after `check: wording` the keys of wording are offered and no others
Tried     in yaml-language-server (tests/test_language_server.py), which also speaks markdownDescription, enumDescriptions,
          errorMessage and defaultSnippets; other editors leave these alone
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from auditor.checks import KINDS
from auditor.rulebook.book import Rulebook
from auditor.rulebook.holidays import YearEntry
from auditor.rulebook.laws import Law
from auditor.rulebook.parameters import ParameterEntry
from auditor.rulebook.rule import BasisEntry, Rule, models
from auditor.ruleschema.datafiles import patterns, scoring
from auditor.ruleschema.fields import Fields, Schema
from auditor.ruleschema.names import lists
from auditor.ruleschema.snippets import BASIS, SNIPPETS, with_snippets

_DRAFT = "http://json-schema.org/draft-07/schema#"
_ID = r"^(?!p-)[a-z][a-z0-9]*(-[a-z0-9]+)*$"


def rules(book: Rulebook) -> Schema:
    """The schema of a rule file: one rule, or a list of rules."""
    names = lists(book)
    big = ("cells", "example", "rules", "subjects")
    fields = Fields({name: {"$ref": f"#/$defs/{name}"} if name in big else made for name, made in names.items()})
    definitions: Schema = {name: names[name] for name in big}
    definitions["basis"] = _basis(fields, book)
    common = _common(fields.mapping(Rule))
    definitions |= {f"key-{key}": made for key, made in common.items()}
    for name, model in models().items():
        definitions[name] = _kind(name, fields.mapping(model), common)
    definitions["any"] = _kind("", fields.mapping(Rule), common, strict=False)
    definitions["rule"] = _rule(fields)
    return {
        "$schema": _DRAFT,
        "title": "auditor 规则文件",
        "description": "一条规则，或规则的列表",
        "anyOf": [{"$ref": "#/$defs/rule"}, {"type": "array", "items": {"$ref": "#/$defs/rule"}}],
        "$defs": definitions,
    }


def _rule(fields: Fields) -> Schema:
    check = fields.field(Rule.model_fields["check"])
    check["errorMessage"] = f"检查类型应为 {'、'.join(KINDS)} 之一"
    branches = [
        {"if": {"required": ["check"], "properties": {"check": {"const": name}}}, "then": {"$ref": f"#/$defs/{name}"}}
        for name in KINDS
    ]
    return {
        "type": "object",
        "description": "一条规则",
        "properties": {"check": check},
        "allOf": [*branches, {"if": {"not": {"required": ["check"]}}, "then": {"$ref": "#/$defs/any"}}],
    }


def _common(mapping: Schema) -> Schema:
    """The keys that every rule has; `check` itself stands beside the kinds."""
    common = with_snippets(mapping["properties"])
    common["basis"] = {**common["basis"], "items": {"$ref": "#/$defs/basis"}}
    wrong = "编号只能用小写字母、数字和连字符，如 my-zone"
    common["id"] = {**common["id"], "pattern": _ID, "patternErrorMessage": wrong}
    del common["check"]
    return common


def _kind(name: str, mapping: Schema, common: Schema, *, strict: bool = True) -> Schema:
    """The keys of one kind: the common ones are written once."""
    properties = {
        key: {"$ref": f"#/$defs/key-{key}"} if key in common else {} if key == "check" else made
        for key, made in with_snippets(mapping["properties"]).items()
    }
    out: Schema = {"type": "object", "properties": properties, "required": mapping["required"]}
    return (
        {**out, "additionalProperties": False, "title": f"{name} 规则"} if strict else {**out, "title": "全部必填字段"}
    )


def _basis(fields: Fields, book: Rulebook) -> Schema:
    """An entry of `basis`: after a law its articles are offered."""
    out = {**fields.mapping(BasisEntry), "defaultSnippets": SNIPPETS[BASIS]}
    branches = []
    for law in book.laws.values():
        if law.articles:
            listed: Schema = {"enum": [a.at for a in law.articles], "enumDescriptions": [a.says for a in law.articles]}
            listed["markdownEnumDescriptions"] = listed["enumDescriptions"]
            given = {"required": ["law"], "properties": {"law": {"const": law.id}}}
            branches.append({"if": given, "then": {"properties": {"at": {"anyOf": [listed, {"type": "string"}]}}}})
    return {**out, "allOf": branches} if branches else out


def parameters(book: Rulebook) -> Schema:
    """The schema of parameters.yaml: {name: entry}."""
    entry = Fields(lists(book)).mapping(ParameterEntry)
    known = {p.name: {"description": p.entry.title, **_less(entry)} for p in book.parameters.values()}
    return {
        "$schema": _DRAFT,
        "title": "auditor 参数（parameters.yaml）",
        "type": "object",
        "properties": known,
        "additionalProperties": entry,
    }


def _less(entry: Schema) -> Schema:
    """An entry that stays as packaged but for its values."""
    return {**entry, "required": ["values"]}


def laws(book: Rulebook) -> Schema:
    """The schema of a file in laws/: one law, or a list of laws."""
    law = Fields(lists(book)).mapping(Law)
    return {
        "$schema": _DRAFT,
        "title": "auditor 法规（laws/）",
        "anyOf": [{"$ref": "#/$defs/law"}, {"type": "array", "items": {"$ref": "#/$defs/law"}}],
        "$defs": {"law": law},
    }


def holidays(book: Rulebook) -> Schema:
    """The schema of holidays.yaml: one year, or a list of years."""
    year = Fields(lists(book)).mapping(YearEntry)
    return {
        "$schema": _DRAFT,
        "title": "auditor 放假安排（holidays.yaml）",
        "anyOf": [{"$ref": "#/$defs/year"}, {"type": "array", "items": {"$ref": "#/$defs/year"}}, {"type": "null"}],
        "$defs": {"year": year},
    }


SCHEMAS: Mapping[str, Callable[[Rulebook], Schema]] = {
    "rules": rules,
    "parameters": parameters,
    "laws": laws,
    "patterns": patterns,
    "scoring": scoring,
    "holidays": holidays,
}


def of(file: str, book: Rulebook) -> dict[str, Any]:
    """The schema of a kind of file (a name of SCHEMAS)."""
    return SCHEMAS[file](book)
