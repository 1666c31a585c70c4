"""The engine that a deployment names: arguments for its operator, and the engine for one try."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from include.contract.deployments import ENGINES, Deployment, Profile
from include.contract.engines import Engine, TaskTry
from include.contract.errors import BadRequest
from include.contract.installed import failure_in, pointed_at
from operators.engines.kubernetes.pods import resources


def operator_arguments(
    deployment: Deployment, profile: Profile, timeout_s: float, publishes_outside: bool = False
) -> dict[str, Any]:
    """Arguments of a stage's operator, from the engine and the profile.

    A pod's time limit starts on its node and is the pod's own; for other engines it starts with the task.

    :param publishes_outside: whether the stage puts pieces in a place outside the store.
    :raises BadRequest: the distribution that brings the engine cannot be used.
    """
    pointer = ENGINES.named(deployment.engine).arguments
    if pointer is not None:
        return dict(
            _found(deployment.engine, pointer)(deployment.engine_settings, profile, timeout_s, publishes_outside)
        )
    return {
        "container_resources": resources(profile, profile.memory_mib),
        "execution_timeout": timedelta(seconds=timeout_s),
        "deferrable": False,
    }


def engine_of(deployment: Deployment, task: TaskTry) -> Engine:
    """The engine that runs the stage of `task`.

    :raises BadRequest: the distribution that brings it cannot be used.
    """
    begin = _found(deployment.engine, ENGINES.named(deployment.engine).begin)
    return cast("Engine", begin(deployment.engine_settings, task))


def _found(engine: str, pointer: str) -> Any:
    distribution = ENGINES.distribution_of(engine)
    if distribution is None:
        return pointed_at(pointer)
    try:
        return pointed_at(pointer)
    except Exception as error:
        told = failure_in(error, pointer)
        raise BadRequest(f"engine `{engine}` comes with {distribution}, which cannot be used: {told}") from error
