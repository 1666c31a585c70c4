"""Which objects each try of a run's tasks has left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import unquote

from include.store.stored import Listed

PROGRESS, ITEMS, END, MANIFEST = "progress.json", "items.json.gz", "end.json", "manifest.json"
_TASK_LEVELS, _TRY_LEVELS = 8, 9
"""Parts of the key of a task's manifest, and of what a try leaves."""
_OLDEST = datetime.min.replace(tzinfo=UTC)


@dataclass
class TryLeft:
    """What one try at one request has left, by the name of the object."""

    request: str
    attempt: int
    objects: dict[str, Listed] = field(default_factory=dict)

    @property
    def said_at(self) -> datetime:
        """When it last wrote anything, by the store's clock."""
        return max((each.modified_at for each in self.objects.values()), default=_OLDEST)

    def at(self, name: str) -> datetime:
        """When it last wrote that object."""
        return self.objects[name].modified_at if name in self.objects else _OLDEST


@dataclass
class TaskLeft:
    """What the tries of one task, or of one of its mapped instances, have left."""

    task_id: str
    map_index: int
    manifests: list[Listed] = field(default_factory=list)
    tries: list[TryLeft] = field(default_factory=list)

    @property
    def manifest(self) -> Listed | None:
        """The newest."""
        return max(self.manifests, key=lambda each: each.modified_at, default=None)

    @property
    def newest(self) -> TryLeft | None:
        """The try that was the last to write anything."""
        return max(self.tries, key=lambda each: (each.said_at, each.attempt), default=None)

    def tries_at(self, request: str) -> list[TryLeft]:
        """All tries at one request."""
        return [each for each in self.tries if each.request == request]


def tasks_in(listed: Iterable[Listed]) -> list[TaskLeft]:
    """Tasks with what they left, by id and index, from all objects of a run."""
    tasks: dict[tuple[str, int], TaskLeft] = {}
    tries: dict[tuple[str, int], dict[tuple[str, int], TryLeft]] = defaultdict(dict)
    for each in listed:
        parts = each.key.split("/")
        if len(parts) not in (_TASK_LEVELS, _TRY_LEVELS) or not parts[5].lstrip("-").isdecimal():
            continue
        place = unquote(parts[4]), int(parts[5])
        task = tasks.setdefault(place, TaskLeft(*place))
        if parts[7:] == [MANIFEST]:
            task.manifests.append(each)
        elif len(parts) == _TRY_LEVELS and parts[7].isdecimal():
            of = parts[6], int(parts[7])
            tries[place].setdefault(of, TryLeft(*of)).objects[parts[8]] = each
    for place, task in tasks.items():
        task.tries = list(tries[place].values())
    return [tasks[place] for place in sorted(tasks)]
