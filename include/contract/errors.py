"""What can go wrong, typed by what to do next.

    AtelierError
    ├── PermanentError      65   fails at once: trying again gives the same
    │   ├── BadRequest           the request, brief, content type or deployment is wrong
    │   ├── UnknownModel         no such model, revision or variant, or its files are not the registered ones
    │   ├── ModelRefused         the server that has the model refuses: a wrong key, a redirect, an unfit certificate
    │   ├── RejectedContent      what was asked for is not made: every attempt was refused by a check
    │   ├── CorruptInput         an input's bytes are not what their name says
    │   ├── InputLost            an input's blob is gone; the task that made it has to run again
    │   ├── UnfitStore           the store lacks what the contract needs
    │   └── ItemsRejected        more items failed than the stage allows, none of which another try would mend
    ├── TransientError      75   another try, here or elsewhere, may succeed
    │   ├── StoreAway            the store does not answer
    │   ├── Preempted            the process was asked to stop
    │   ├── DeviceLost           the accelerator is gone
    │   ├── ScratchFull          the work folder has no room
    │   ├── NeverScheduled       no node of the cluster can take what makes the items
    │   ├── NodeLost             the node, or what ran there, is gone
    │   ├── ClusterAway          the cluster's API does not answer, or has no room now
    │   ├── SourceAway           a feed, or another server on the web, does not answer
    │   ├── ModelAway            the server that has a model does not answer, or says that it cannot now
    │   └── PlaceAway            where a publisher puts pieces has no room, or cannot be reached
    ├── OutOfMemory
    │   ├── HostOutOfMemory 137  retried with more memory
    │   └── DeviceOutOfMemory 77 retried; batches are made smaller before, down to one item
    └── ItemsFailed          1   more items failed than the stage allows; another attempt tries just these

Anything else that ends a stage is a bug (exit code 1). Most causes from `EVICTED` on are told by the cluster, not by
the stage: no exception stands for them.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from include.contract.messages import legible


class ExitCode(IntEnum):
    """Exit code of a stage process: says the failure's class even when no message got out."""

    OK = 0
    BUG = 1
    PERMANENT = 65
    TRANSIENT = 75
    DEVICE_OUT_OF_MEMORY = 77
    HOST_OUT_OF_MEMORY = 137


class Cause(StrEnum):
    """Why a stage or an item failed, in one word that code can compare and a person can search for."""

    BAD_REQUEST = "bad_request"
    UNKNOWN_MODEL = "unknown_model"
    MODEL_REFUSED = "model_refused"
    REJECTED_CONTENT = "rejected_content"
    CORRUPT_INPUT = "corrupt_input"
    INPUT_LOST = "input_lost"
    UNFIT_STORE = "unfit_store"
    STORE_AWAY = "store_away"
    PREEMPTED = "preempted"
    DEVICE_LOST = "device_lost"
    SCRATCH_FULL = "scratch_full"
    HOST_OUT_OF_MEMORY = "host_out_of_memory"
    DEVICE_OUT_OF_MEMORY = "device_out_of_memory"
    ITEMS_FAILED = "items_failed"
    CHECK_FAILED = "check_failed"
    WORKER_CRASHED = "worker_crashed"
    BUG = "bug"
    EVICTED = "evicted"
    DRAINED = "drained"
    NODE_LOST = "node_lost"
    NODE_REFUSED = "node_refused"
    POD_DELETED = "pod_deleted"
    IMAGE_NOT_PULLED = "image_not_pulled"
    NEVER_SCHEDULED = "never_scheduled"
    STARTUP_TIMEOUT = "startup_timeout"
    DEADLINE = "deadline"
    CLUSTER_AWAY = "cluster_away"
    WORKER_STOPPED = "worker_stopped"
    SOURCE_AWAY = "source_away"
    PLACE_AWAY = "place_away"
    MODEL_AWAY = "model_away"


class AtelierError(Exception):
    """Base of every error that Atelier raises on purpose. Its message is legible whatever it quotes."""

    cause: Cause = Cause.BUG
    exit_code: ExitCode = ExitCode.BUG

    def __init__(self, message: str = "") -> None:
        super().__init__(legible(message))


SURROUNDINGS = frozenset(
    {
        Cause.STORE_AWAY,
        Cause.PREEMPTED,
        Cause.DEVICE_LOST,
        Cause.SCRATCH_FULL,
        Cause.EVICTED,
        Cause.DRAINED,
        Cause.NODE_LOST,
        Cause.NODE_REFUSED,
        Cause.POD_DELETED,
        Cause.IMAGE_NOT_PULLED,
        Cause.NEVER_SCHEDULED,
        Cause.STARTUP_TIMEOUT,
        Cause.CLUSTER_AWAY,
        Cause.WORKER_STOPPED,
        Cause.SOURCE_AWAY,
        Cause.PLACE_AWAY,
        Cause.MODEL_AWAY,
    }
)
"""Causes that are not in a stage's work but around it: infrastructure."""


class PermanentError(AtelierError):
    """Trying again gives the same result."""

    exit_code = ExitCode.PERMANENT


class BadRequest(PermanentError):
    """What was asked for is not well formed or not allowed."""

    cause = Cause.BAD_REQUEST


class UnknownModel(PermanentError):
    """The model is not registered, or its files are not the registered ones."""

    cause = Cause.UNKNOWN_MODEL


class ModelRefused(PermanentError):
    """The server that has the model does not let it be used in this way."""

    cause = Cause.MODEL_REFUSED


class RejectedContent(PermanentError):
    """Every attempt at this content was refused by a check."""

    cause = Cause.REJECTED_CONTENT


class CorruptInput(PermanentError):
    """An input's bytes are not what their name says."""

    cause = Cause.CORRUPT_INPUT


class InputLost(PermanentError):
    """An input's blob is gone from the store."""

    cause = Cause.INPUT_LOST

    def __init__(self, message: str, producer: str = "") -> None:
        super().__init__(message)
        self.producer = producer
        """Task id of the stage that made the input, where it is known."""


class UnfitStore(PermanentError):
    """The store does not keep a promise that the contract relies on."""

    cause = Cause.UNFIT_STORE


class ItemsRejected(PermanentError):
    """More items failed than `max_failed_share` allows, and another try would fix none of them."""

    cause = Cause.ITEMS_FAILED


class TransientError(AtelierError):
    """Another try may succeed without any change."""

    exit_code = ExitCode.TRANSIENT


class StoreAway(TransientError):
    """The store does not answer, or says that it cannot now."""

    cause = Cause.STORE_AWAY


class Preempted(TransientError):
    """The process was asked to stop before it was done."""

    cause = Cause.PREEMPTED


class DeviceLost(TransientError):
    """The accelerator is gone."""

    cause = Cause.DEVICE_LOST


class ScratchFull(TransientError):
    """The work folder has no room left."""

    cause = Cause.SCRATCH_FULL


class ClusterAway(TransientError):
    """The cluster's API does not answer, or says that it cannot now."""

    cause = Cause.CLUSTER_AWAY


class NeverScheduled(TransientError):
    """No node of the cluster has, or gets, what was asked for."""

    cause = Cause.NEVER_SCHEDULED


class NodeLost(TransientError):
    """The node, or what ran there for the stage, is gone."""

    cause = Cause.NODE_LOST


class SourceAway(TransientError):
    """A feed, or another server on the web, does not answer, or says that it cannot now."""

    cause = Cause.SOURCE_AWAY


class ModelAway(TransientError):
    """The server that has a model does not answer, breaks off, or answers that it cannot now."""

    cause = Cause.MODEL_AWAY


class PlaceAway(TransientError):
    """The place where a publisher puts pieces, outside the store, is full or cannot be reached now."""

    cause = Cause.PLACE_AWAY


class OutOfMemory(AtelierError):
    """More memory was needed than there was."""


class HostOutOfMemory(OutOfMemory):
    """The host's memory did not suffice."""

    cause = Cause.HOST_OUT_OF_MEMORY
    exit_code = ExitCode.HOST_OUT_OF_MEMORY


class DeviceOutOfMemory(OutOfMemory):
    """The device's memory did not suffice, even for the smallest batch."""

    cause = Cause.DEVICE_OUT_OF_MEMORY
    exit_code = ExitCode.DEVICE_OUT_OF_MEMORY


class ItemsFailed(AtelierError):
    """More items failed than `max_failed_share` allows."""

    cause = Cause.ITEMS_FAILED


class CheckFailed(AtelierError):
    """A finished artifact was opened again and is not what it should be. Fails its item, not the stage."""

    cause = Cause.CHECK_FAILED


class WorkerCrashed(AtelierError):
    """The process that was making an item died of it, each time. Fails its item, not the stage."""

    cause = Cause.WORKER_CRASHED
