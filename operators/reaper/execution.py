"""Asking Airflow from inside a task, over the connection that every task has."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from operators.engines.task_status import states_of
from operators.reaper.answers import Answer, InstanceKey, NoInstance, Silence, found

log = logging.getLogger(__name__)

RUNS_AT_ONCE = 50
"""Runs asked for in one request, so that its address stays short."""


class ExecutionApi:
    """The API for running tasks. It has states only, so a cleared task looks like one to be scheduled."""

    def ask(self, instances: Collection[InstanceKey]) -> Mapping[InstanceKey, Answer]:
        """Answers for `instances`; after one request without an answer, no other is made."""
        answers: dict[InstanceKey, Answer] = {}
        for group in _groups(instances):
            try:
                answers |= _states(group)
            except Exception as error:  # noqa: BLE001 - whatever keeps Airflow from answering, the pods must live
                silence = Silence(f"Airflow does not say what became of its task: {type(error).__name__}: {error}")
                return {each: answers.get(each, silence) for each in instances}
        return answers


def _groups(instances: Collection[InstanceKey]) -> Iterator[list[InstanceKey]]:
    """Those that differ in their run only: the answer's names are then unambiguous."""
    together: dict[tuple[str, str, int], list[InstanceKey]] = defaultdict(list)
    for each in sorted(instances):
        together[each.dag_id, each.task_id, each.map_index].append(each)
    for group in together.values():
        for start in range(0, len(group), RUNS_AT_ONCE):
            yield group[start : start + RUNS_AT_ONCE]


def _states(group: list[InstanceKey]) -> dict[InstanceKey, Answer]:
    first = group[0]
    states = states_of(first.dag_id, first.task_id, first.map_index, [each.run_id for each in group])
    return {each: found(states[each.run_id]) if each.run_id in states else NoInstance() for each in group}
