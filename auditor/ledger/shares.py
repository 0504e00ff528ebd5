"""Where a file lies: on a disk of this computer, or on one that other computers have too (a share, a network drive)."""

from __future__ import annotations

import sys
from pathlib import Path

_REMOTE = (
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "ceph",
    "glusterfs",
    "lustre",
    "afs",
    "fuse.sshfs",
    "fuse.glusterfs",
)
_MOUNTS = Path("/proc/self/mounts")


def is_remote(path: Path) -> bool:
    """Whether the file lies on a share, as far as the system says."""
    whole = path.absolute()
    if sys.platform == "win32":
        return _is_remote_drive(whole)
    try:
        listed = _MOUNTS.read_text("utf-8", "replace")
    except OSError:
        return False
    return _kind(whole.resolve(), listed) in _REMOTE


def _kind(path: Path, mounts: str) -> str:
    """The kind of the file system on which the path lies, by the table of mounts."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        at = Path(parts[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"))
        if (path == at or at in path.parents) and len(at.parts) >= best:
            best, kind = len(at.parts), parts[2]
    return kind


def _is_remote_drive(path: Path) -> bool:
    import ctypes

    if path.drive.startswith("\\\\"):
        return True
    kinds: object = getattr(ctypes, "windll", None)
    return bool(kinds is not None and kinds.kernel32.GetDriveTypeW(path.anchor) == 4)  # type: ignore[attr-defined]  # DRIVE_REMOTE
