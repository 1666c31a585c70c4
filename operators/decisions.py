"""What people decided: stored once and never changed (W10), and found again."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from include.contract.decisions import TIMEOUT, Decision, unpack_decisions
from include.contract.errors import CorruptInput
from include.contract.keys import decisions_prefix
from include.contract.parsing import model_in
from include.store.store import Store
from operators.handing_on import handed_on

if TYPE_CHECKING:
    from airflow.sdk import Context

log = logging.getLogger(__name__)

MOST_ABOUT_ONE_CONTENT = 1000


@dataclass(frozen=True)
class Reviews:
    """Ids of the tasks upstream that collected people's decisions; empty if nobody is asked."""

    script: str = ""
    piece: str = ""


def keep_decision(store: Store, decision: Decision) -> str:
    """Write `decision` beside earlier ones and return its key. Writing the same one again changes nothing."""
    key = decision.key()
    store.put_if_absent(key, decision.body())
    return key


def last_decision(store: Store, content_type: str, brief: str, content_digest: str) -> Decision | None:
    """The last decision about this content; a person's overrides a time-out. None if there is none.

    Also None if an unreadable one may be the last: people are asked again, and nothing continues until they answer.
    """
    last = None
    for listed in reversed(store.listed(decisions_prefix(content_type, brief, content_digest), MOST_ABOUT_ONE_CONTENT)):
        body = store.get(listed.key)
        try:
            decision = None if body is None else model_in(Decision, body, store.domain.uri(listed.key))
        except CorruptInput as error:
            log.warning("The last decision about `%s` cannot be read, so people are asked again: %s", brief, error)
            return None
        if decision is not None and decision.by != TIMEOUT:
            return decision
        last = last or decision
    return last


def decisions_of(context: Context, store: Store, task_id: str) -> Mapping[str, Decision]:
    """The results of a review of this run, by brief; `task_id` is the task that collected them.

    :raises InputLost: it left nothing, or what it left is gone.
    """
    found = context["ti"].xcom_pull(task_ids=task_id)
    return {decision.brief: decision for decision in handed_on(store, found, task_id, unpack_decisions)}
