"""Fonts of official documents, and which of those that are installed stand in where one is not.

Named     as GB/T 9704 has them; no font is embedded in what an inspector edits. Word follows the stand-ins in the file's font table,
          LibreOffice does not: it is told in the settings of its profile, and only of fonts that are not installed
Asked     fontconfig (`fc-list`); where there is none nothing is told, and LibreOffice chooses by itself
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape

BODY: Final = "仿宋_GB2312"
TITLE: Final = "方正小标宋简体"
HEAD: Final = "黑体"
SUBHEAD: Final = "楷体_GB2312"
SONG: Final = "宋体"
STAND_INS: Final[Mapping[str, tuple[str, ...]]] = {
    BODY: ("仿宋", "FangSong", "STFangsong", "Noto Serif CJK SC"),
    TITLE: ("方正小标宋_GBK", "华文中宋", "STZhongsong", "宋体", "Noto Serif CJK SC"),
    SUBHEAD: ("楷体", "KaiTi", "STKaiti", "Noto Serif CJK SC"),
    HEAD: ("SimHei", "微软雅黑", "Noto Sans CJK SC"),
    SONG: ("SimSun", "Noto Serif CJK SC"),
}
_PLACE: Final = "/org.openoffice.Office.Common/Font/Substitution"


def standing_in(installed: Collection[str]) -> dict[str, str]:
    """For each font that is not installed the first stand-in that is."""
    return {
        font: found
        for font, others in STAND_INS.items()
        if font not in installed and (found := next((one for one in others if one in installed), None))
    }


def office_settings(installed: Collection[str] | None = None) -> str:
    """Items of LibreOffice's registrymodifications.xcu that name the stand-ins; "" where there is nothing to tell."""
    pairs = standing_in(families() if installed is None else installed)
    if not pairs:
        return ""
    nodes = "".join(
        f'<node oor:name="_{at}" oor:op="replace">{_value("ReplaceFont", font)}{_value("SubstituteFont", other)}'
        f"{_value('Always', 'true')}{_value('OnScreenOnly', 'false')}</node>"
        for at, (font, other) in enumerate(pairs.items())
    )
    return (
        f'<item oor:path="{_PLACE}">{_value("Replacement", "true")}</item>\n'
        f'<item oor:path="{_PLACE}/FontPairs">{nodes}</item>\n'
    )


def _value(name: str, value: str) -> str:
    return f'<prop oor:name="{name}" oor:op="fuse"><value>{escape(value)}</value></prop>'


@lru_cache(maxsize=1)
def families() -> frozenset[str]:
    """Names of all font families that are installed, in every language they are named in."""
    program = shutil.which("fc-list")
    if program is None:
        return frozenset()
    try:
        told = subprocess.run([program, ":", "family"], capture_output=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    lines = told.decode("utf-8", "replace").splitlines()
    return frozenset(name.strip() for line in lines for name in line.split(","))
