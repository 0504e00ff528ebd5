"""Characters that only look like ideographs -> the ideographs that they stand for, one for one.

PDF programs take a glyph that two characters share back to the rarer one: ⼾ for 户, ⻚ for 页. No word of a rule would be
found in such a text. Everything else (full-width digits, brackets) stays as printed.

Source    Unicode: NFKC for Kangxi radicals and compatibility ideographs; EquivalentUnifiedIdeograph for the radicals
          supplement, of which those are listed that are words by themselves
"""

from __future__ import annotations

import unicodedata

_SUPPLEMENT = dict(
    zip(
        "⺁⺊⺌⺍⺒⺓⺜⺝⺟⺠⺧⺩⺪⺫⺬⺮⺶⺻⺼⺽⻁⻄⻅⻆⻇⻉⻊⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂卜小小巳幺日月母民牛王疋目示竹羊聿肉臼虎西见角角贝足车長长门雨青韦页风飞食首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)
_COMPATIBLE = (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFADA), *range(0x2F800, 0x2FA1E))
_UNIFIED = {ord(char): word for char, word in _SUPPLEMENT.items()} | {
    code: word for code in _COMPATIBLE if len(word := unicodedata.normalize("NFKC", chr(code))) == 1
}


def unified(text: str) -> str:
    """The text with every such character replaced; as long as before."""
    return text.translate(_UNIFIED)
