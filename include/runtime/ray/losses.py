"""What each of Ray's errors means for a worker, and for the item that it was making."""

from __future__ import annotations

from enum import Enum, auto

from ray import exceptions


class LentOn(Exception):
    """A worker was asked by a job that does not have it any more."""


class Loss(Enum):
    """Why a worker is gone."""

    CRASHED = auto()
    """Its process died: what it was making alone may be why."""
    NODE = auto()
    """Its node is gone or going, somebody ended it, or the cluster lost sight of it: no item is why."""
    MEMORY = auto()
    """Its node had no memory left."""
    UNSCHEDULABLE = auto()
    """No node will ever take it."""
    LENT_ON = auto()
    """It is there, and another job has it."""
    BUG = auto()
    """It is there, and what was called raised."""


_NODE_DIED = "its node has died"
_ENDED = "killed by `ray.kill`"
_OUT_OF_MEMORY = ("memory on the node", "the node running low on memory")


def loss_of(error: BaseException) -> Loss:
    """What `error`, raised by a call to a worker, means."""
    if isinstance(error, exceptions.OutOfMemoryError):
        return Loss.MEMORY
    if isinstance(error, exceptions.ActorUnschedulableError | exceptions.TaskUnschedulableError):
        return Loss.UNSCHEDULABLE
    if isinstance(error, exceptions.ActorDiedError):
        return _of_death(error)
    if isinstance(error, exceptions.WorkerCrashedError):
        return Loss.CRASHED
    if isinstance(error, LentOn):
        return Loss.LENT_ON
    if isinstance(error, exceptions.RayTaskError):
        return Loss.BUG
    # Unavailable actors may come back, but whether they have done what was asked is unknown.
    return Loss.NODE


def _of_death(error: exceptions.ActorDiedError) -> Loss:
    said = str(error)
    if error.preempted or _NODE_DIED in said or _ENDED in said:
        return Loss.NODE
    if any(words in said for words in _OUT_OF_MEMORY):
        return Loss.MEMORY
    return Loss.CRASHED
