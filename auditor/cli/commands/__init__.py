"""Commands of the quarters, one module a subject: click words only, the work is imported when a command is called.

A module defines its commands and offers them as `COMMANDS`; a group of `auditor` that is there already (`rules`) is extended
by `MORE`: {name of the group: commands}.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

MODULES: tuple[str, ...] = (
    "verdicts",
    "facts",
    "chain",
    "sheets",
    "bundling",
    "mending",
    "history",
    "comparing",
    "documents",
)


def register(cli: click.Group) -> None:
    """All of them on the main group."""
    modules = [import_module(f"auditor.cli.commands.{name}") for name in MODULES]
    for module in modules:
        for command in module.COMMANDS:
            cli.add_command(command)
    for module in modules:
        more: Mapping[str, tuple[click.Command, ...]] = getattr(module, "MORE", {})
        for group, commands in more.items():
            parent = cli.commands[group]
            assert isinstance(parent, click.Group)
            for command in commands:
                parent.add_command(command)
