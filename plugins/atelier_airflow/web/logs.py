"""What a task's tries have logged: the numbered parts that lie beside their progress."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from include.contract.errors import InputLost
from include.contract.keys import runs_prefix
from include.contract.manifests import RunRef
from include.store.store import Store
from operators.pages.addresses import log_part_at
from plugins.atelier_airflow.web.seen import MOST_LISTED

_PART = re.compile(r"(?P<request>[0-9a-f]{64})/(?P<attempt>[0-9]{1,6})/log-(?P<chunk>[0-9]{3,6})\.jsonl", re.ASCII)


@dataclass(frozen=True)
class LogPart:
    """One of them."""

    number: int
    bytes: int
    written_at: datetime
    address: str

    @property
    def size(self) -> str:
        """In words."""
        return f"{self.bytes / 1e3:.1f} kB"


@dataclass(frozen=True)
class LoggedTry:
    """All parts of one try, the first one first."""

    number: int
    parts: tuple[LogPart, ...]


def log_seen(store: Store, run: RunRef) -> list[LoggedTry]:
    """The tries of the task that have logged something, the newest first.

    :raises InputLost: none has.
    """
    prefix = f"{runs_prefix(run.dag_id, run.run_id, run.task_id)}{run.map_index}/"
    found: dict[tuple[str, int], list[LogPart]] = defaultdict(list)
    for each in store.listed(prefix, MOST_LISTED):
        part = _PART.fullmatch(each.key.removeprefix(prefix))
        if part is not None:
            request, attempt, chunk = part["request"], int(part["attempt"]), int(part["chunk"])
            address = log_part_at(run, request, attempt, chunk)
            found[request, attempt].append(LogPart(chunk, each.bytes, each.modified_at, address))
    if not found:
        raise InputLost("This task has logged nothing yet.")
    tries = [LoggedTry(attempt, tuple(parts)) for (_, attempt), parts in found.items()]
    return sorted(tries, key=lambda each: (each.number, each.parts[-1].written_at), reverse=True)
