"""click's own words in Chinese: usage lines, help texts and error messages."""

from __future__ import annotations

from collections.abc import Mapping

import click

_WORDS: Mapping[str, str] = {
    "Usage:": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Positional arguments": "参数",
    "Aborted!": "已取消。",
    "Show this message and exit.": "显示本说明。",
    "Show the version and exit.": "显示版本号。",
    "Error: {message}": "错误：{message}",
    "Error: invalid input": "错误：输入有误",
    "Try '{command} {option}' for help.": "输入“{command} {option}”查看说明。",
    "Invalid value: {message}": "取值有误：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 的取值有误：{message}",
    "Missing argument": "缺少参数",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "Missing {param_type}": "缺少{param_type}",
    "Missing parameter: {param_name}": "缺少参数：{param_name}",
    "Missing command.": "缺少命令。",
    "No such option {name!r}.": "没有 {name} 这个选项。",
    "No such option: {name}": "没有 {name} 这个选项。",
    "No such command {name!r}.": "没有 {name} 这个命令。",
    "Did you mean {possibility}?": "是否为 {possibility}？",
    "(Did you mean one of: {possibilities}?)": "（是否为：{possibilities}？）",
    "(Possible options: {possibilities})": "（可用：{possibilities}）",
    "Got unexpected extra argument ({args})": "多余的参数（{args}）",
    "Got unexpected extra arguments ({args})": "多余的参数（{args}）",
    "Option {name!r} requires an argument.": "选项 {name} 后面须写取值。",
    "Option {name!r} requires {nargs} arguments.": "选项 {name} 后面须写 {nargs} 个取值。",
    "Option {name!r} does not take a value.": "选项 {name} 后面不能写取值。",
    "{value!r} is not {choice}.": "“{value}”应为 {choice}。",
    "{value!r} is not one of {choices}.": "“{value}”应为 {choices} 之一。",
    "{value!r} is not a valid {number_type}.": "“{value}”不是数字。",
    "{value} is not in the range {range}.": "{value} 不在 {range} 的范围内。",
    "{name} {filename!r} does not exist.": "“{filename}”不存在。",
    "default: {default}": "默认 {default}",
    "required": "必填",
    "Do you want to continue?": "是否继续？",
}


def say(words: str) -> str:
    """The Chinese of one of click's texts, the text itself where there is none."""
    return _WORDS.get(words, words)


def say_many(one: str, many: str, count: int) -> str:
    """The same for a text with a plural."""
    return say(one if count == 1 else many)


def install() -> None:
    """Lets click speak Chinese whatever the system's language is.

    click looks its texts up through gettext names in each of its modules and offers no other way in.
    """
    for module in (
        click.core,
        click.decorators,
        click.exceptions,
        click.formatting,
        click.parser,
        click.termui,
        click.types,
    ):
        for name, function in (("_", say), ("ngettext", say_many)):
            if hasattr(module, name):
                setattr(module, name, function)
