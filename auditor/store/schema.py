"""The tables of a store, in the version that this program writes and reads."""

from __future__ import annotations

APPLICATION = 0x41554454  # "AUDT": says of an SQLite file what it is
VERSION = 1

# One outcome is one letter in `report.outcomes`, in the order of the rules in meta.rules.
LETTERS = {"kept": "k", "broken": "b", "suspected": "s", "unclear": "u", "not_applicable": "n", "to_confirm": "c"}

# meta      audit (without its reports), shapes (the fields of every noun), rules (ids in order), texts (the rulebook)
# layout    the ids of the facts of a report, shared by many
# report    a line a report, all of it cheap to read; beside 1: it was only evidence (--previous), nothing was said of it
# whole     the same report in full: what is neither fact nor claim, its facts, its claims, and all that was said of it
TABLES: dict[str, str] = {
    "meta": "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL)",
    "layout": "CREATE TABLE layout (id INTEGER PRIMARY KEY, facts TEXT NOT NULL)",
    "report": (
        "CREATE TABLE report (id INTEGER PRIMARY KEY, beside INTEGER NOT NULL, source TEXT NOT NULL,"
        " sha256 TEXT NOT NULL, kind TEXT NOT NULL, organisation TEXT, unit_kind TEXT NOT NULL, year INTEGER, form TEXT,"
        " title TEXT, published TEXT, published_certain INTEGER NOT NULL, filled TEXT, unit TEXT, unit_group TEXT NOT NULL,"
        " points TEXT, low TEXT, if_suspected TEXT, grade TEXT, low_grade TEXT, outcomes TEXT NOT NULL,"
        " findings TEXT NOT NULL, subjects TEXT NOT NULL, layout INTEGER NOT NULL, states BLOB NOT NULL,"
        " numbers BLOB NOT NULL)"
    ),
    "whole": (
        "CREATE TABLE whole (id INTEGER PRIMARY KEY, report BLOB NOT NULL, facts BLOB NOT NULL, claims BLOB NOT NULL,"
        " said BLOB)"
    ),
}
