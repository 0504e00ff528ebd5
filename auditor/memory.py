"""The memory that this process may take, held by the operating system, and what another one takes.

Linux     private writable memory (RLIMIT_DATA): address space that is only reserved (the arenas and stacks of threads) or
          shared does not count, so that a library with many threads is not refused early (1.8 GB reserved, 0.9 GB used
          by a page of character recognition)
Windows   a job object that this process enters, with a limit on committed memory
Others    address space (RLIMIT_AS), where the system honours it
Units     bytes
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_job: int | None = None  # the job object that this process has entered: it must stay open for the limit to hold


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = [
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    ]


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = [
        ("basic", BasicLimits),
        ("counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process", ctypes.c_size_t),
        ("peak_job", ctypes.c_size_t),
    ]


_EXTENDED, _PROCESS_MEMORY = 9, 0x100


def hold(most: int) -> None:
    """From now on this process gets no more than `most`; the limit may be raised again."""
    if sys.platform == "win32":
        _hold_windows(most)
        return
    import resource

    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    _, hard = resource.getrlimit(kind)
    try:
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    except (ValueError, OSError):  # a system that has the name but not the limit
        return


def _hold_windows(most: int) -> None:
    global _job
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    kernel.CreateJobObjectW.restype = kernel.GetCurrentProcess.restype = ctypes.c_void_p
    limits = ExtendedLimits()
    limits.basic.flags = _PROCESS_MEMORY
    limits.process_memory = most
    entered = _job is not None
    _job = _job if entered else kernel.CreateJobObjectW(None, None)
    handle = ctypes.c_void_p(_job)
    kernel.SetInformationJobObject(handle, _EXTENDED, ctypes.byref(limits), ctypes.sizeof(limits))
    if not entered:
        kernel.AssignProcessToJobObject(handle, ctypes.c_void_p(kernel.GetCurrentProcess()))


def taken(process: int) -> int:
    """What another process takes of the memory that `hold` counts; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[5])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def peak() -> int:
    """The most physical memory that this process ever took; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
