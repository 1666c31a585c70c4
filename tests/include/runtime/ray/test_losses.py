"""What Ray's errors mean: what is counted against an item, and what is not."""

from __future__ import annotations

import pytest
from ray import exceptions
from ray.core.generated.common_pb2 import ActorDiedErrorContext, NodeDeathInfo

from include.runtime.ray.losses import LentOn, Loss, loss_of


def died(said: str, is_preempted: bool = False) -> exceptions.ActorDiedError:
    reason = NodeDeathInfo.AUTOSCALER_DRAIN_PREEMPTED if is_preempted else NodeDeathInfo.UNSPECIFIED
    context = ActorDiedErrorContext(
        actor_id=b"\0" * 16, error_message=said, node_death_info=NodeDeathInfo(reason=reason)
    )
    return exceptions.ActorDiedError(context)


@pytest.mark.parametrize(
    ("error", "loss"),
    [
        (died("Worker unexpectedly exits with a connection error code 2. End of file."), Loss.CRASHED),
        (died("The actor died because its node has died. Node Id: 12"), Loss.NODE),
        (died("The actor is dead because it was killed by `ray.kill`."), Loss.NODE),
        (died("Worker exits", is_preempted=True), Loss.NODE),
        (died("Task was killed due to the node running low on memory."), Loss.MEMORY),
        (exceptions.OutOfMemoryError("full"), Loss.MEMORY),
        (exceptions.ActorUnavailableError("away", b"\0" * 16), Loss.NODE),
        (exceptions.NodeDiedError("gone"), Loss.NODE),
        (exceptions.ActorUnschedulableError("no"), Loss.UNSCHEDULABLE),
        (exceptions.WorkerCrashedError(), Loss.CRASHED),
        (exceptions.RayTaskError("keep", "", LentOn()).as_instanceof_cause(), Loss.LENT_ON),
        (exceptions.RayTaskError("keep", "", ValueError()).as_instanceof_cause(), Loss.BUG),
        (exceptions.OwnerDiedError("a" * 56, "owner", "where"), Loss.NODE),
    ],
)
def test_each_error_has_its_meaning(error: Exception, loss: Loss) -> None:
    assert loss_of(error) is loss
