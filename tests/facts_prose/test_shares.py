"""Shares: percentages whose base is certain, and those whose base is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor.facts import Hints
from auditor.model import Report


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        (
            "答复政府信息公开申请200件。予以公开100件，占50%；不予公开50件，占25%；无法提供30件，占15%；不予处理20件，占19%。",
            [(100, "50", 200), (50, "25", 200), (30, "15", 200), (20, "19", 200)],
        ),
        ("主动公开政府信息1853条，县直单位公开1251条，占67.5%，乡镇公开602条，占32.5%。", [(1251, "67.5", 1853), (602, "32.5", 1853)]),
        ("主动公开政府信息200条，其中网站公开120条，占总数的65%。", [(120, "65", 200)]),
        ("全年主动公开政府信息200条。网站公开120条，占65%。", []),
        ("予以公开100件，占50%；不予公开50件，占25%。", []),
        ("收到申请数量占全县的35%。", []),
        ("同比增长12.3%。", []),
        ("收到申请9件。甲类5件，占40%；乙类4件，占30%；丙类3件，占20%。", []),
    ],
)
def test_shares(text: str, shares: list[tuple[int, str, int]], read_text: Callable[..., Report]) -> None:
    report = read_text(text, Hints(year=2021))
    assert [(s.count, str(s.percent), s.base) for s in report.shares] == shares
    for share in report.shares:
        assert report.prose.text[share.start : share.end] == share.text
