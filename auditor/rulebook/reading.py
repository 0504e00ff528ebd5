"""One pass over a mapping of plain data, for rooms that spell their own mistakes (patterns, scoring)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from auditor.spelling import nearest

Path = tuple[str | int, ...]
Problem = Callable[[Path, str], None]


class Reading:
    """Tells every mistake to `problem` and counts them in `wrong`."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self.wrong = 0

    def say(self, path: Path, message: str) -> None:
        """One mistake, by the path of its value."""
        self.wrong += 1
        self._problem(path, message)

    def mapping(
        self, data: object, path: Path, allowed: Sequence[str], required: Sequence[str] = ()
    ) -> dict[str, object]:
        """The known keys of a mapping; unknown and missing ones are told."""
        if not isinstance(data, Mapping):
            self.say(path, "应为键值对")
            return {}
        for key in data:
            if key not in allowed:
                self.say((*path, str(key)), f"未知字段 {key}{nearest(str(key), allowed)}")
        for key in required:
            if key not in data:
                self.say(path, f"缺少字段 {key}")
        return {str(key): value for key, value in data.items() if key in allowed}
