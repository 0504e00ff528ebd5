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
        (
            "主动公开政府信息1853条，县直单位公开1251条，占67.5%，乡镇公开602条，占32.5%。",
            [(1251, "67.5", 1853), (602, "32.5", 1853)],
        ),
        ("主动公开政府信息200条，其中网站公开120条，占总数的65%。", [(120, "65", 200)]),
        ("全年主动公开政府信息200条。网站公开120条，占65%。", []),
        ("予以公开100件，占50%；不予公开50件，占25%。", []),
        ("收到申请数量占全县的35%。", []),
        # a named base is the number of that subject, however near another one is
        (
            "全县收到政府信息公开申请382件，上年结转13件；办理答复377件，结转下年度继续办理18件。答复中予以公开195件，占办理总数的51.7%。",
            [(195, "51.7", 377)],
        ),
        ("收到政府信息公开申请40件，答复38件，其中予以公开20件，占收到申请总数的50%。", [(20, "50", 40)]),
        ("主动公开政府信息200条，其中网站公开120条，占主动公开总数的65%。", [(120, "65", 200)]),
        ("收到政府信息公开申请40件，其中网络申请20件，占办理总数的50%。", []),
        ("收到政府信息公开申请40件，其中网络申请20件，占投诉总数的50%。", []),
        ("同比增长12.3%。", []),
        ("收到申请9件。甲类5件，占40%；乙类4件，占30%；丙类3件，占20%。", []),
    ],
)
def test_shares(text: str, shares: list[tuple[int, str, int]], read_text: Callable[..., Report]) -> None:
    report = read_text(text, Hints(year=2021))
    assert [(s.count, str(s.percent), s.base) for s in report.shares] == shares
    for share in report.shares:
        assert report.prose.text[share.start : share.end] == share.text
