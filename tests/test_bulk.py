"""Worker processes: order, results, and what happens when one of them dies, hangs or eats memory."""

from __future__ import annotations

import os
import sys

import pytest

from auditor.bulk import Worker, mapped


def make(base: int) -> int:
    """What a worker holds."""
    return base


def work(base: int, item: int) -> int:
    """Adds; dies, spins or eats memory on certain items."""
    if item == 13:
        os._exit(1)
    if item == 17:
        while True:
            pass
    if item == 19:
        return len(bytearray(64 * 2**30))
    return base + item


def results(items: list[int], jobs: int) -> dict[int, int | None]:
    return dict(mapped(work, items, Worker(make, (100,), 100, seconds=1), jobs))


def test_in_order_and_the_same_with_and_without_processes() -> None:
    items = [i for i in range(60) if i not in (13, 17, 19)]
    here = list(mapped(work, items, Worker(make, (100,), 100), 1))
    there = list(mapped(work, items, Worker(make, (100,), 100), 2))
    assert here == there == [(i, 100 + i) for i in items]


@pytest.mark.skipif(sys.platform == "win32", reason="no processor timer on Windows; the readers' own limits hold there")
@pytest.mark.parametrize("killer", [13, 17])
def test_only_the_item_that_kills_its_process_is_lost(killer: int) -> None:
    items = [1, 2, killer, 4, 5, *range(20, 60)]
    found = results(items, 2)
    assert found[killer] is None
    assert all(found[i] == 100 + i for i in items if i != killer)


@pytest.mark.skipif(sys.platform == "win32", reason="no address space limit on Windows")
def test_too_much_memory_is_an_error_of_that_item_alone() -> None:
    with pytest.raises(MemoryError):
        results([1, 19, 2], 2)


def test_nothing_to_do() -> None:
    assert list(mapped(work, [], Worker(make, (1,), 1), 2)) == []
