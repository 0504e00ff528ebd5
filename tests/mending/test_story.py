"""A story of one finding as data: what was entered on which day -> how it stands on each day. The states were written first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pytest

from auditor.quarters.fates import Fate
from auditor.quarters.mending import Seen, mendings, rate
from auditor.quarters.nouns import Key, Letter, LetterItem, Manual, Remembered, Reply, Ruling

KEY = Key("澄湖县柳汀镇人民政府", 2025, "0" * 32)
NUMBER = "2026Q1-柳汀镇-01"


def day(text: str) -> dt.date:
    """4-08, of 2026."""
    month, number = text.split("-")
    return dt.date(2026, int(month), int(number))


@dataclass
class Story:
    """What was entered, in order: each line is an entry of the chain."""

    memory: Remembered
    seen: tuple[Seen, ...] = ()
    manual: bool = False


def told(lines: str) -> Story:
    """A story from its lines: 日期 通知 期限 | 日期 反馈函 期限 | 日期 复核 结局 [同一文件] | 日期 回复 情况 [期限] |
    日期 裁定 结果 [期限] | 日期 办结 (of a manual finding)."""
    story = Story(Remembered(), (Seen(1, day("3-31"), Fate.NEW, "", "原文件"),))
    for entry, line in enumerate(filter(None, (one.strip() for one in lines.splitlines())), 10):
        on, what, *rest = line.split()
        memory = story.memory
        if what in ("通知", "反馈函"):
            item = LetterItem(KEY, NUMBER, "较重", day(rest[0]), dimension="数据准确")
            letter = Letter(entry, "2026Q1", KEY.unit, what, "澄政办函〔2026〕3号", day(on), "张三", (item,), "乡镇")
            story.memory = replace(memory, letters=(*memory.letters, letter))
        elif what == "复核":
            file = story.seen[-1].document if rest[1:] == ["同一文件"] else f"文件{entry}"
            seen = Seen(entry, day(on), Fate(rest[0]), "", file)
            story.seen = (*story.seen, seen)
        elif what == "回复":
            until = day(rest[1]) if len(rest) > 1 else None
            reply = Reply(entry, KEY, NUMBER, rest[0], "", day(on), until, received=day(on))
            story.memory = replace(memory, replies=(*memory.replies, reply))
        elif what == "裁定":
            until = day(rest[1]) if len(rest) > 1 else None
            of = memory.replies[-1].entry
            ruling = Ruling(entry, of, KEY, rest[0], "已核", "张三", day(on), until)
            story.memory = replace(memory, rulings=(*memory.rulings, ruling))
        else:
            assert what == "办结"
            manual = Manual(
                1, NUMBER, KEY.unit, 2025, "专栏", "一般", "公开时效", "附件打不开", "打不开", closed=day(on)
            )
            story.memory = replace(memory, manual=(manual,))
    return story


# name -> (the story, {day: state [逾期 n] [延期至 d] [异议 …] [不计]})
STORIES: dict[str, tuple[str, dict[str, str]]] = {
    "nothing happens": (
        "4-08 通知 4-15",
        {"4-08": "未整改", "4-15": "未整改", "4-16": "未整改 逾期1", "5-15": "未整改 逾期30"},
    ),
    "mended in time and looked at": (
        """4-08 通知 4-15
           4-13 回复 已整改
           4-20 复核 已改正""",
        {"4-12": "未整改", "4-13": "已整改（单位反馈，待复核）", "4-19": "已整改（单位反馈，待复核）", "4-20": "已销号", "6-01": "已销号"},
    ),
    "said to be mended, found again in a newer text": (
        """4-08 通知 4-15
           4-13 回复 已整改
           4-20 复核 仍存在""",
        {"4-19": "已整改（单位反馈，待复核）", "4-20": "未整改（复核仍存在） 逾期5"},
    ),
    "said to be mended, the same file read again": (
        """4-08 通知 4-15
           4-13 回复 已整改
           4-20 复核 仍存在 同一文件""",
        {"4-20": "已整改（单位反馈，待复核；再次检查的是同一文件）"},
    ),
    "the file that was read before the claim is read again": (
        """4-08 通知 4-15
           4-10 复核 仍存在
           4-13 回复 已整改
           4-20 复核 仍存在 同一文件""",
        {"4-20": "已整改（单位反馈，待复核；再次检查的是同一文件）"},
    ),
    "the file that was read before the claim, then a newer one": (
        """4-08 通知 4-15
           4-13 回复 已整改
           4-20 复核 仍存在 同一文件
           4-22 复核 仍存在""",
        {"4-21": "已整改（单位反馈，待复核；再次检查的是同一文件）", "4-22": "未整改（复核仍存在） 逾期7"},
    ),
    "a reading before the reply tells nothing of it": (
        """4-08 通知 4-15
           4-10 复核 仍存在
           4-13 回复 已整改""",
        {"4-10": "未整改", "4-20": "已整改（单位反馈，待复核）"},
    ),
    "mended without a word": (
        """4-08 通知 4-15
           4-20 复核 已改正""",
        {"4-19": "未整改 逾期4", "4-20": "已销号"},
    ),
    "not examined, not read, switched off, not decided: nothing is closed": (
        """4-08 通知 4-15
           4-16 复核 本季未检查
           4-17 复核 无法读取
           4-18 复核 规则停用或不再适用
           4-19 复核 无法判断""",
        {day_: f"未整改 逾期{n}" for day_, n in (("4-16", 1), ("4-17", 2), ("4-18", 3), ("4-19", 4))},
    ),
    "unclear after a claim leaves the claim": (
        """4-08 通知 4-15
           4-13 回复 已整改
           4-19 复核 无法判断""",
        {"4-20": "已整改（单位反馈，待复核）"},
    ),
    "in part, as the unit says": (
        """4-08 通知 4-15
           4-13 回复 部分整改""",
        {"4-14": "部分整改（单位反馈）", "4-18": "部分整改（单位反馈） 逾期3"},
    ),
    "in part, as the reading says": (
        """4-08 通知 4-15
           4-13 回复 已整改
           4-20 复核 改列""",
        {"4-20": "部分整改 逾期5"},
    ),
    "in part, then wholly": (
        """4-08 通知 4-15
           4-20 复核 改列
           4-22 回复 已整改
           4-27 复核 已改正""",
        {"4-20": "部分整改 逾期5", "4-22": "已整改（单位反馈，待复核）", "4-27": "已销号"},
    ),
    "more time asked for and granted": (
        """4-08 通知 4-15
           4-14 回复 申请延期 4-30
           4-17 裁定 同意 4-28""",
        {"4-16": "未整改 待批4-30", "4-17": "未整改 延期至4-28", "4-28": "未整改 延期至4-28", "4-29": "未整改 延期至4-28 逾期1"},
    ),
    "more time asked for and refused": (
        """4-08 通知 4-15
           4-14 回复 申请延期 4-30
           4-17 裁定 不同意""",
        {"4-16": "未整改 待批4-30", "4-17": "未整改", "4-18": "未整改 逾期1"},
    ),
    "more time asked for too late": (
        """4-08 通知 4-15
           4-17 回复 申请延期 4-30
           4-20 裁定 不同意""",
        {"4-17": "未整改 待批4-30 逾期2", "4-20": "未整改 逾期5"},
    ),
    "nobody rules on more time": (
        """4-08 通知 4-15
           4-14 回复 申请延期 4-20""",
        {"4-20": "未整改 待批4-20", "4-21": "未整改 待批4-20 逾期6"},
    ),
    "a dispute that stands": (
        """4-08 通知 4-15
           4-10 回复 异议
           4-22 裁定 维持""",
        {"4-10": "未整改 异议待处理", "4-21": "未整改 异议待处理", "4-22": "未整改 异议维持", "4-24": "未整改 异议维持 逾期2"},
    ),
    "a dispute that stands, with a new day": (
        """4-08 通知 4-15
           4-10 回复 异议
           4-22 裁定 维持 4-29""",
        {"4-29": "未整改 异议维持 延期至4-29", "4-30": "未整改 异议维持 延期至4-29 逾期1"},
    ),
    "a dispute that comes too late": (
        """4-08 通知 4-15
           4-20 回复 异议
           4-22 裁定 维持""",
        {"4-19": "未整改 逾期4", "4-21": "未整改 异议待处理", "4-22": "未整改 异议维持 逾期7"},
    ),
    "a dispute that is right": (
        """4-08 通知 4-15
           4-10 回复 异议
           4-22 裁定 撤回""",
        {"4-21": "未整改 异议待处理", "4-22": "未整改 异议撤回 不计", "5-22": "未整改 异议撤回 不计"},
    ),
    "a second dispute": (
        """4-08 通知 4-15
           4-10 回复 异议
           4-12 裁定 维持
           4-14 回复 异议""",
        {"4-13": "未整改 异议维持", "4-20": "未整改 异议待处理"},
    ),
    "come back": (
        """4-08 通知 4-15
           4-14 复核 已改正
           7-10 复核 再次出现
           7-20 通知 7-27
           7-28 复核 已改正""",
        {
            "4-14": "已销号",
            "7-10": "未整改（销号后再次出现） 未责令",
            "7-19": "未整改（销号后再次出现） 未责令",
            "7-20": "未整改",
            "7-28": "已销号",
        },
    ),
    "a claim after it came back": (
        """4-08 通知 4-15
           4-14 复核 已改正
           7-10 复核 仍存在
           7-12 回复 已整改""",
        {"7-11": "未整改（销号后再次出现） 未责令", "7-12": "已整改（单位反馈，待复核） 未责令"},
    ),
    "ordered again while it is open": (
        """4-08 通知 4-15
           7-10 复核 仍存在
           7-20 通知 7-27""",
        {"7-19": "未整改 逾期95", "7-21": "未整改 逾期97"},
    ),
    "asked first, ordered then": (
        """4-01 反馈函 4-09
           4-08 回复 异议
           4-09 裁定 维持
           4-13 通知 4-20""",
        {"4-02": "未整改 未责令", "4-08": "未整改 异议待处理 未责令", "4-12": "未整改 异议维持 未责令", "4-13": "未整改", "4-21": "未整改 逾期1"},
    ),
    "no longer held to be a fault": (
        """4-08 通知 4-15
           4-20 复核 不再作为问题""",
        {"4-19": "未整改 逾期4", "4-20": "未整改 不计"},
    ),
    "found again, then no longer held to be a fault, then again": (
        """4-08 通知 4-15
           4-10 复核 仍存在
           4-20 复核 不再作为问题
           4-25 复核 仍存在""",
        {"4-10": "未整改", "4-20": "未整改 不计", "4-25": "未整改 逾期10"},
    ),
    "found by eye, closed by hand": (
        """4-08 通知 4-15
           4-13 回复 已整改
           4-16 办结""",
        {"4-15": "已整改（单位反馈，待复核）", "4-16": "已销号"},
    ),
    "a claim that is withdrawn by a later word": (
        """4-08 通知 4-15
           4-13 回复 已整改
           4-14 回复 部分整改""",
        {"4-13": "已整改（单位反馈，待复核）", "4-14": "部分整改（单位反馈）"},
    ),
}  # fmt: skip

DAYS = [(name, on, state) for name, (_, days) in STORIES.items() for on, state in days.items()]


def shown(story: Story, on: str, word: str = "") -> str:
    """The state on a day, as the table writes it."""
    (one,) = mendings(story.memory, {KEY: story.seen}, {KEY: word}, day(on))
    parts = [one.words]
    parts += [f"异议{one.objection}"] if one.objection else []
    parts += [f"延期至{one.extended.month}-{one.extended.day:02d}"] if one.extended else []
    parts += [f"待批{one.asked.month}-{one.asked.day:02d}"] if one.asked else []
    parts += [f"逾期{one.overdue}"] if one.overdue else []
    parts += ["未责令"] if not one.ordered else ["不计"] if not one.counts else []
    return " ".join(parts)


@pytest.mark.parametrize(("name", "on", "state"), DAYS)
def test_a_finding_stands_on_a_day_as_the_story_says(name: str, on: str, state: str) -> None:
    assert shown(told(STORIES[name][0]), on) == state


def test_before_the_letter_there_is_nothing() -> None:
    story = told("4-08 通知 4-15")
    assert mendings(story.memory, {}, {}, day("4-07")) == ()


@pytest.mark.parametrize("word", ["不属实", "豁免"])
def test_what_was_decided_afterwards_is_outside_and_never_overdue(word: str) -> None:
    story = told("4-08 通知 4-15")
    assert shown(story, "5-08", word) == "未整改 不计"
    assert shown(story, "5-08", "属实") == "未整改 逾期23"


def test_a_rate_counts_what_is_closed_of_what_was_ordered() -> None:
    closed = told(STORIES["mended in time and looked at"][0])
    dismissed = told("4-08 通知 4-15")
    found = [
        *mendings(closed.memory, {KEY: closed.seen}, {}, day("4-20")),
        *mendings(dismissed.memory, {}, {KEY: "不属实"}, day("4-20")),
        *mendings(dismissed.memory, {}, {}, day("4-20")),
        *mendings(dismissed.memory, {}, {}, day("4-20")),
    ]
    made = rate(found)
    assert (made.ordered, made.closed, made.percent) == (3, 1, "33.3%")
    assert rate(found[:1]).percent == "100.0%"
    assert rate(found[1:2]).percent == "—", "nothing was ordered: no rate"
