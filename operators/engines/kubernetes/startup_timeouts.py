"""How long a pod may take to start, and why it failed if it takes longer."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import Any

from include.contract.ending import FailureReason
from include.contract.errors import Cause
from operators.engines.kubernetes.status import (
    HOPELESS_REASONS,
    IMAGE_REASONS,
    PodStage,
    condition,
    stage_of,
    waiting_reason,
)

LOOK_S = 30.0
"""Longest interval between looks at a pod that is not running yet."""
IMAGE_PATIENCE_S = 60.0
"""How long an image may be unavailable: a registry may be away for a moment, but a wrong name stays wrong."""

_TRIED_AGAIN = "failed to sync "
"""How the kubelet begins to say that it has not yet read a pod's Secret or ConfigMap; it soon tries again."""


@dataclass
class StartupTimeouts:
    """Watches one pod's start. There is no limit for pods that Kueue holds back."""

    schedule_timeout_s: float
    startup_timeout_s: float
    _stage: PodStage | None = None
    _since: float = field(default_factory=time.monotonic)
    _image_failed_at: float | None = None

    def lost_with(self, pod: Any) -> FailureReason | None:
        """Why to stop waiting for `pod`; None as long as it makes sense to wait."""
        stage = stage_of(pod)
        if stage is not self._stage:
            self._stage, self._since = stage, time.monotonic()
        waited_s = time.monotonic() - self._since
        if stage is PodStage.UNSCHEDULED and waited_s > self.schedule_timeout_s:
            return _never_scheduled(pod, self.schedule_timeout_s)
        if stage is PodStage.STARTING:
            return self._not_started(pod, waited_s)
        return None

    def next_look_s(self, pod: Any) -> int:
        """Seconds until a limit may be reached if `pod` does not change."""
        limit_s = {PodStage.UNSCHEDULED: self.schedule_timeout_s, PodStage.STARTING: self.startup_timeout_s}
        left_s = limit_s.get(stage_of(pod), LOOK_S) - (time.monotonic() - self._since)
        return max(1, math.ceil(min(left_s, LOOK_S)))

    def _not_started(self, pod: Any, waited_s: float) -> FailureReason | None:
        reason, message = waiting_reason(pod)
        image = pod.spec.containers[0].image
        if reason in IMAGE_REASONS:
            if self._image_failed_at is None:
                self._image_failed_at = time.monotonic()
            patience_s = 0.0 if reason in HOPELESS_REASONS else min(IMAGE_PATIENCE_S, self.startup_timeout_s)
            if time.monotonic() - self._image_failed_at >= patience_s:
                return FailureReason(
                    Cause.IMAGE_NOT_PULLED, f"the image `{image}` cannot be pulled: {reason}: {message}"
                )
            return None
        if reason in HOPELESS_REASONS and not message.startswith(_TRIED_AGAIN):
            return FailureReason(
                Cause.STARTUP_TIMEOUT, f"the container of `{image}` cannot be started: {reason}: {message}"
            )
        if waited_s > self.startup_timeout_s:
            found = f"{reason}: {message}" if reason else "the node gives no reason; look at the pod's events"
            where = f"the pod has a node ({pod.spec.node_name})"
            return FailureReason(
                Cause.STARTUP_TIMEOUT, f"{where} and is not running after {self.startup_timeout_s:g} s: {found}"
            )
        return None


def _never_scheduled(pod: Any, timeout_s: float) -> FailureReason:
    scheduled = condition(pod, "PodScheduled")
    said = scheduled.message if scheduled is not None and scheduled.message else "the scheduler said nothing"
    return FailureReason(
        Cause.NEVER_SCHEDULED,
        f"no node took the pod within {timeout_s:g} s (`schedule_timeout_s`). The scheduler: {said}",
    )
