"""Bodies: the words around a number or a statement in, whether another body than the reporting unit is meant out.

Channel   县政府网站, 上级网站 are another body's channel for a department or a township: what is published there may be
          the unit's own or everybody's, so such a number is never certain; for the county itself it is its own channel;
          县政府网站在线访谈1次 is the unit's own, for there it is the guest
Scope     全县 is a township's neighbours too: what counts for a wider area than the report's tables is foreign to them;
          a county's own office alone (县政府办代表县政府, 县本级) is less than its county
Share     县政府网站公开2000条，其中我局110条: the total is not the unit's, what follows 其中我局 is
Deed      县政府召开全县政务公开会议: what a superior is the plain subject of was not done by the unit
Refuses   我镇公开100条，其中镇政府20条: a part of the unit's own number is no share
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from auditor.facts.names import core_name

_GOVERNMENT = "县级以上政府"
_SUBORDINATE = ("乡镇", "街道", "部门")
_LEVELS = "省市州盟县区旗"
_LEVEL = rf"(?:(?<![社园片景辖小校])[{_LEVELS}])"
_CHANNEL = re.compile(
    rf"(?P<above>上级|{_LEVEL})?(?:级|里|人民政府|政府)?(?:办公室|办)?的?(?:门户|政务|官方|信息公开)*"
    "(?:网站|门户网|官网|微博|微信|公众号|公报)(?!在线访谈)"
)
_WHEN = r"(?:\d{4}年|\d{1,2}月(?:\d{1,2}日|份)?|全年|今年|本年度?|年[初内中底]|[上下]半年|随后|之后|由)"
_SUPERIOR = (
    rf"(?:上级(?:部门|机关|政府)?|[全我][{_LEVELS}]|"
    rf"(?:[{_LEVELS}]委(?:、|和|及))?(?!会同|联合|按|根据|与|经|在|向|应)[\u4e00-\u9fff]{{0,4}}?{_LEVEL}(?:委|(?:人民)?政府)(?:办公室|办)?|"
    rf"{_LEVEL}(?:政务公开|政务|信息公开|公开)?办(?:公室)?)"
)
_HOW = "(?:统一|多次|先后|专门|还|也|共|已|集中|及时)"
_ITSELF = ("代表本级政府", "本级政府")  # the government alone, without the departments that its tables sum up
_DEED = re.compile(rf"[,:]?{_WHEN}*{_SUPERIOR}{_HOW}*")
_COUNTED_DEED = re.compile(rf"{_DEED.pattern}(?:组织召开|召开|举行|举办|组织|开展)(?!(?:参加|收看|收听))")
_OWN = "(?:我|本)(?:镇|乡|街道|局|委|办|厅|院|校|站|所|馆|中心|单位|机关|部门)"
_FILLERS = re.compile("政府信息公开|政府信息|信息公开|各类|共计|机关|信息|申请|共|有|为|占|的|了|计|[,:]")
_PUBLISHED = ("主动公开", "公开", "发布", "上传", "更新", "推送")


def is_of_another_channel(words: str, unit: str | None, kind: str) -> bool:
    """Whether the last channel named in the words before a number belongs to another body than the reporting unit."""
    owners = [match["above"] for match in _CHANNEL.finditer(words)]
    if not owners or not owners[-1]:
        return False
    levels = re.findall(f"[{_LEVELS}]", unit or "")
    return kind != _GOVERNMENT or not levels or levels[-1] != owners[-1]


def is_superiors_deed(before: str, unit: str | None, kind: str) -> bool:
    """Whether the words of a clause before its verb name nobody but a superior of the reporting unit."""
    return _has_superior(unit, kind) and _DEED.fullmatch(before) is not None


def is_superiors_count(words: str, unit: str | None, kind: str) -> bool:
    """Whether the words of a clause before a number say that a superior held what is counted."""
    return _has_superior(unit, kind) and _COUNTED_DEED.match(words) is not None


def is_foreign(name: str, role: str, unit: str | None, kind: str) -> bool:
    """Whether a word of scope (its name and role) says that a number counts for others than the unit's tables do."""
    if role != "whole":
        return False
    if name in _ITSELF:
        return kind == _GOVERNMENT
    if kind != _GOVERNMENT:
        return True
    levels = re.findall(f"[{_LEVELS}]", unit or "")
    return name == "全系统" or (name[1] in _LEVELS and bool(levels) and levels[-1] != name[1])


_BODY = re.compile(
    r"([\u4e00-\u9fff]{2,8}(?:镇|乡|街道|县|区|局))(?:人民政府|政府|办事处)?(?:共|全年|累计|本级)?(?:主动公开|公开|收到|受理|制发|新收)"
)
_OFFICE = re.compile(
    r"(?:^|其中|,|:)(?:[\u4e00-\u9fff]{0,6}[省市州盟县区旗])?[\u4e00-\u9fff]{2,12}(?:局|委|委员会|厅|镇|乡|街道|街道办事处|镇政府|乡政府|公司)"
    "(?:共|全年|累计|分别)?(?:主动公开|公开|收到|受理|制发|新收|发布|答复)"
)


def named_bodies(head: str) -> list[str]:
    """The bodies that a sentence names as those who published or received."""
    return _BODY.findall(head) if any(verb in head for verb in _VERBS) else []


_VERBS = ("公开", "收到", "受理", "制发", "新收")


def is_part_of_government(clause: str, kind: str) -> bool:
    """Whether a clause before a number names one department or township of the government that reports."""
    return kind == _GOVERNMENT and _OFFICE.search(clause) is not None


def _has_superior(unit: str | None, kind: str) -> bool:
    """Whether the unit is surely below a county government; the government's own office may be meant by 县政府办."""
    return kind in _SUBORDINATE and "政府办" not in (unit or "")


@dataclass(frozen=True, slots=True)
class Shares:
    """How the share of the reporting unit in a wider number is told."""

    pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, unit: str | None, kind: str) -> Shares:
        """Told by 其中我局 or by the unit's own short name; a county government's total is its own."""
        if kind == _GOVERNMENT:
            return cls(None)
        core = core_name(unit) if unit else ""
        own = f"(?:{_OWN}|{re.escape(core)})" if len(core) > 1 else _OWN
        return cls(re.compile(rf"[,(]?(?:其中包括|其中含|其中|包括|包含|含)[,:]?{own}(?P<rest>[^,。;:()!?\n]{{0,16}})"))

    def rest(self, between: str) -> str | None:
        """What stands between the unit's name and the next number, None where the next number is no share."""
        match = self.pattern.fullmatch(between) if self.pattern else None
        return match["rest"] if match else None


def says_the_same(rest: str, before: str) -> bool:
    """Whether the words of a share add nothing to those before its total (公开…条，其中我局公开…条)."""
    verb = _FILLERS.sub("", rest)
    if not verb or verb in before:
        return True
    return verb in _PUBLISHED and any(word in before for word in _PUBLISHED)
