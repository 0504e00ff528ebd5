"""Hostile and innocent sentences against the rules on words (tests/sentences.yaml)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from auditor.checks.checkdigit import is_bankcard, is_identity
from auditor.examples import Trial, trials
from auditor.findings import judge_rule
from auditor.model import Outcome
from auditor.rulebook import Ready, Rulebook
from auditor.rulebook.rule import Examples

SENTENCES: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).resolve().parent / "sentences.yaml").read_text(encoding="utf-8")
)
_FOUND = (Outcome.BROKEN, Outcome.SUSPECTED)


def outcome(book: Rulebook, id: str, sentence: str) -> tuple[Outcome, str]:
    ready = book.rule(id)
    assert ready is not None
    about = {"概况": SENTENCES[id]["about"]} if "about" in SENTENCES[id] else {}
    shown = Examples(kept=({"正文": sentence, **about},))
    asked: Ready = replace(ready, rule=ready.rule.model_copy(update={"examples": shown}))
    (trial,) = [one for one in trials(book, asked) if isinstance(one, Trial)][:1]
    said = judge_rule(asked, trial.case, book)
    return said.outcomes[id], " ".join(f.message for f in said.findings)


@pytest.mark.parametrize(("id", "sentence"), [(i, s) for i, given in SENTENCES.items() for s in given["fires"]])
def test_a_hostile_sentence_is_found(book: Rulebook, id: str, sentence: str) -> None:
    assert outcome(book, id, sentence)[0] in _FOUND


@pytest.mark.parametrize(("id", "sentence"), [(i, s) for i, given in SENTENCES.items() for s in given["silent"]])
def test_an_innocent_sentence_is_let_pass(book: Rulebook, id: str, sentence: str) -> None:
    found, words = outcome(book, id, sentence)
    assert found not in _FOUND, words


@pytest.mark.parametrize("sentence", SENTENCES["g-pii"]["fires"] + SENTENCES["g-pii-name"]["fires"])
def test_a_finding_does_not_leak_what_it_found(book: Rulebook, sentence: str) -> None:
    for id in ("g-pii", "g-pii-name"):
        words = outcome(book, id, sentence)[1]
        for secret in ("12345678", "196805120038", "402564890018", "1234-5678", "1234 5678", "秀英", "建国", "志强"):
            assert secret not in words


def test_check_digits() -> None:
    assert is_identity("369901196805120038") and is_identity("３６９９０１１９６８０５１２００３８")
    assert not any(is_identity(f"36990119680512003{last}") for last in "012345679X")
    assert is_bankcard("6228480402564890018") and is_bankcard("6228 4804 0256 4890 018")
    assert not any(is_bankcard(f"622848040256489001{last}") for last in "012345679")
    assert not is_bankcard("0000000000000000") and not is_identity("") and not is_bankcard("")
