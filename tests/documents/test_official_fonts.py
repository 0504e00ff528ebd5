"""Fonts that stand in: only for those that are not installed, only by those that are."""

from __future__ import annotations

from xml.etree import ElementTree

from auditor.documents.fonts import BODY, HEAD, STAND_INS, TITLE, families, office_settings, standing_in

ROOT = '<oor:items xmlns:oor="http://openoffice.org/2001/registry">{}</oor:items>'


def test_a_font_that_is_installed_stands_for_itself() -> None:
    assert standing_in(set(STAND_INS)) == {}
    assert office_settings(set(STAND_INS)) == ""


def test_the_first_that_is_installed_stands_in() -> None:
    assert standing_in({"仿宋", "Noto Serif CJK SC"})[BODY] == "仿宋"
    assert standing_in({"Noto Serif CJK SC"}) == {font: "Noto Serif CJK SC" for font in STAND_INS if font != HEAD}
    assert standing_in({"Arial"}) == {}


def test_settings_are_xml_that_names_both() -> None:
    told = office_settings({"Noto Serif CJK SC", "SimHei"})
    values = [one.text for one in ElementTree.fromstring(ROOT.format(told)).iter("value")]
    assert values[0] == "true"
    assert values[values.index(TITLE) + 1] == "Noto Serif CJK SC" and values[values.index(HEAD) + 1] == "SimHei"


def test_what_is_installed_is_asked_once() -> None:
    assert families() is families()
