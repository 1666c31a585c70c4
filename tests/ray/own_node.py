"""For drivers on a machine with several nodes: Ray connects them to its head, so that they would be lost with that."""

from __future__ import annotations

import psutil

_FLAG = "--node_id="


def connect_to_own() -> None:
    """Have this process connect to the node that it was started on, if any, as on a machine that has but one."""
    raylet = next((each for each in psutil.Process().parents() if each.name() == "raylet"), None)
    if raylet is None:
        return
    from ray._private import services

    own = {each.removeprefix(_FLAG) for each in raylet.cmdline() if each.startswith(_FLAG)}
    vars(services)["find_node_ids"] = lambda: own
