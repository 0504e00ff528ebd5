"""Worker processes: order, results, and what happens when one of them dies, hangs, sleeps or eats memory."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from auditor import child, memory
from auditor.bulk import Lost, Worker, mapped, one_by_one
from auditor.readers import limits
from auditor.readers.limits import Budget, Fate

DIES, FAULTS, SPINS, SLEEPS, EATS, NIBBLES, RAISES = 13, 14, 17, 18, 19, 20, 21
BUDGET = Budget(1, 2**29)
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="no processor timer on Windows; the clock holds there")


def make(base: int) -> int:
    """What a worker holds."""
    return base


def work(base: int, item: int) -> int:
    """Adds; dies, spins, sleeps or eats memory on certain items."""
    if item == DIES:
        os._exit(1)
    if item == FAULTS:
        ctypes.string_at(0)
    if item == SPINS:
        while True:
            pass
    if item == SLEEPS:
        time.sleep(100)
    if item == EATS:
        return len(bytearray(64 * 2**30))
    if item == NIBBLES:
        held = [bytearray(2**20) for _ in range(400)]
        time.sleep(0.3)
        return held and os.abort()
    if item == RAISES:
        raise KeyError(item)
    return base + item


def pids(_: int, item: int) -> tuple[int, int]:
    """The item and the process that had it."""
    return item, os.getpid()


def needs(_: int, seconds: float) -> float:
    """Asks for a second more than it then sleeps."""
    limits.need(Budget(seconds + 1, 2**30))
    time.sleep(seconds)
    return seconds


def leaves_a_child(_: int, path: str) -> None:
    """Starts a process that would outlive it, and hangs."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as started:
        Path(path).write_text(str(started.pid), encoding="ascii")


def worker(budget: Budget = BUDGET) -> Worker[int]:
    return Worker(make, (100,), 100, budget)


def results(items: list[int], jobs: int) -> dict[int, int | Lost]:
    return dict(mapped(work, items, worker(), jobs))


def test_in_order_and_the_same_with_and_without_processes() -> None:
    items = [i for i in range(50) if i not in range(13, 22)]
    here = list(mapped(work, items, worker(), 1))
    there = list(mapped(work, items, worker(), 2))
    assert here == there == [(i, 100 + i) for i in items]


@UNIX
def test_only_the_items_that_kill_their_process_are_lost_and_it_is_said_how() -> None:
    items = [1, 2, DIES, 4, SPINS, SLEEPS, 5, EATS, FAULTS, 30]
    found = results(items, 2)
    fates = {item: result.fate for item, result in found.items() if isinstance(result, Lost)}
    assert fates == {
        DIES: Fate.CRASH,
        FAULTS: Fate.CRASH,
        SPINS: Fate.TIME,
        SLEEPS: Fate.TIME,
        EATS: Fate.MEMORY,
    }
    assert {i: r for i, r in found.items() if i not in fates} == {i: 100 + i for i in items if i not in fates}


@UNIX
def test_memory_taken_bit_by_bit_is_noticed() -> None:
    """With time enough: on a busy machine the taking itself may last longer than a second."""
    ((_, result),) = one_by_one(work, [NIBBLES], worker(Budget(20, 2**29)))
    assert isinstance(result, Lost) and result.fate is Fate.MEMORY


def test_one_item_in_a_process_apart() -> None:
    ((item, result),) = one_by_one(work, [DIES], worker())
    assert (item, result) == (DIES, Lost(Fate.CRASH, BUDGET))


def test_many_items_are_worked_apart_even_by_one_job() -> None:
    assert {pid for _, (_, pid) in mapped(pids, [1], worker(), 1)} == {os.getpid()}
    assert os.getpid() not in {pid for _, (_, pid) in mapped(pids, list(range(60)), worker(), 1)}


def test_a_process_is_replaced_after_so_many_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "RECYCLE", 20)
    seen = [pid for _, (_, pid) in mapped(pids, list(range(60)), worker(), 1)]
    assert [len(set(seen[at : at + 20])) for at in (0, 20, 40)] == [1, 1, 1]
    assert len(set(seen)) == 3


def test_a_bug_in_the_function_is_told_to_the_caller() -> None:
    with pytest.raises(KeyError):
        results([1, RAISES], 2)


def test_who_asks_for_more_gets_more() -> None:
    assert [r for _, r in mapped(needs, [1.5, 0.1], worker(Budget(0.5, 2**29)), 2)] == [1.5, 0.1]


@UNIX
def test_what_a_killed_process_had_started_is_ended_with_it(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    ((_, result),) = one_by_one(leaves_a_child, [str(path)], worker())
    assert isinstance(result, Lost) and result.fate is Fate.TIME
    started = int(path.read_text(encoding="ascii"))
    for _ in range(100):
        state = Path(f"/proc/{started}/stat")
        if not state.exists() or state.read_text(encoding="ascii").split(") ")[1][0] == "Z":
            return
        time.sleep(0.05)
    pytest.fail("the process that it had started is still there")


def test_a_worker_that_cannot_be_made_is_told() -> None:
    broken: Worker[int] = Worker(os._exit, (3,), 0)
    ((_, result),) = one_by_one(work, [1], broken)
    assert isinstance(result, Lost) and result.fate is Fate.START


def test_nothing_to_do() -> None:
    assert list(mapped(work, [], worker(), 2)) == []


@pytest.mark.parametrize("fate", Fate)
def test_every_fate_has_a_reason_that_names_the_limit_and_what_to_do(fate: Fate) -> None:
    reason = Lost(fate, Budget(30, 3 * 2**29)).reason
    word = {Fate.TIME: "时间超过 30 秒", Fate.MEMORY: "内存超过 1.5 GiB", Fate.CRASH: "崩溃", Fate.START: "未能启动"}
    assert word[fate] in reason
    assert "重新运行" in reason


def test_a_callers_script_is_not_run_again_in_the_process(tmp_path: Path) -> None:
    """A script of three lines without `if __name__ == "__main__"` is what people write."""
    script = tmp_path / "script.py"
    script.write_text(
        "from auditor.apart import Apart\nwith Apart() as apart:\n"
        "    print(apart.read('甲.pdf', b'%PDF-1.7 nothing').reason)\nprint('once')\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, script], capture_output=True, encoding="utf-8", check=True)
    assert done.stderr == ""
    assert done.stdout.count("once") == 1
    assert "崩溃" not in done.stdout


@pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="the size is known for 64 bits")
def test_the_record_for_windows_has_its_size() -> None:
    """No Windows here: at least the record that its kernel reads is laid out as documented."""
    assert ctypes.sizeof(memory.BasicLimits) == 64
    assert ctypes.sizeof(memory.ExtendedLimits) == 144
    assert memory.ExtendedLimits.process_memory.offset == 112
