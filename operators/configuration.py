"""What this installation is told to make, and where: content types and the deployment, from their files, checked."""

from __future__ import annotations

import os
from pathlib import Path

from include.contract.content_types import ContentType, read_content_type
from include.contract.deployments import Deployment, read_deployment
from include.contract.errors import BadRequest
from include.contract.models import ModelRegistry, read_registry
from include.contract.yaml12 import Document, read_yaml, text_of
from operators.engines import PROJECT_ROOT

DEPLOYMENT_ENV = "ATELIER_DEPLOYMENT"
DEFAULT_DEPLOYMENT = "include/deployments/local.yaml"
CONTENT_TYPES = PROJECT_ROOT / "dags" / "content_types"
MODELS = PROJECT_ROOT / "include" / "models.yaml"


def deployment_here() -> Deployment:
    """The deployment that this environment names.

    :raises BadRequest: its file is wrong, or is not there.
    """
    return deployment_in(
        os.environ.get(DEPLOYMENT_ENV, DEFAULT_DEPLOYMENT), f"the deployment that {DEPLOYMENT_ENV} names"
    )


def deployment_in(file: str, what: str = "the deployment") -> Deployment:
    """The deployment in `file`, a path from the project's root or an absolute one.

    :param what: how messages call it when it cannot be read.
    :raises BadRequest: it is wrong, or is not there.
    """
    path = PROJECT_ROOT / file
    try:
        text = text_of(path, shown(path))
    except BadRequest as error:
        raise BadRequest(
            f"{what}: {error}; allowed: a YAML file, by its path from {PROJECT_ROOT} or absolute"
        ) from error
    return read_deployment(text, shown(path))


def content_type_in(path: Path, deployment: Deployment) -> ContentType:
    """The content type in `path`, checked against its file's name, the deployment and the model registry.

    :raises BadRequest: one line per mistake, with file and line.
    """
    document = read_yaml(text_of(path, shown(path)), shown(path))
    content_type = read_content_type(document)
    mistakes = [
        *_wrong_name(document, content_type, path),
        *_impossible_schedule(document, content_type),
        *_unknown_profiles(document, content_type, deployment),
        *_unknown_models(document, content_type),
    ]
    if mistakes:
        raise BadRequest("\n".join(mistakes))
    return content_type


def registry() -> ModelRegistry:
    """The models that stages may name."""
    return read_registry(text_of(MODELS, shown(MODELS)), shown(MODELS))


def shown(path: Path) -> str:
    """`path` as messages name it: from the project's root where it lies there."""
    return str(path.relative_to(PROJECT_ROOT)) if path.is_relative_to(PROJECT_ROOT) else path.name


def _wrong_name(document: Document, content_type: ContentType, path: Path) -> list[str]:
    if content_type.name == path.stem:
        return []
    return [
        f"{document.name}, line {document.line(('name',))}: `name`: is not the file's name "
        f"(found {content_type.name!r}); allowed: {path.stem!r}"
    ]


def _impossible_schedule(document: Document, content_type: ContentType) -> list[str]:
    if content_type.schedule is None:
        return []
    from croniter import CroniterError, croniter

    try:
        croniter(content_type.schedule).get_next()
    except (CroniterError, ValueError, OverflowError) as error:
        return [f"{document.name}, line {document.line(('schedule',))}: `schedule`: is no time that comes: {error}"]
    return []


def _unknown_profiles(document: Document, content_type: ContentType, deployment: Deployment) -> list[str]:
    return [
        f"{document.name}, line {document.line(('stages', kind.value, 'profile'))}: `stages.{kind.value}.profile`: "
        f"is not in the deployment (found {stage.profile!r}); allowed: {', '.join(sorted(deployment.profiles))}"
        for kind, stage in content_type.stages.items()
        if stage.profile not in deployment.profiles
    ]


def _unknown_models(document: Document, content_type: ContentType) -> list[str]:
    """Looked for only where a stage names a model: reading the registry takes time, and DAGs are parsed often."""
    named = {kind: stage.model for kind, stage in content_type.stages.items() if stage.model is not None}
    known = registry().root if named else {}
    mistakes = []
    for kind, model in named.items():
        if model not in known or known[model].kind is not kind:
            allowed = ", ".join(sorted(name for name, each in known.items() if each.kind is kind)) or "none"
            mistakes.append(
                f"{document.name}, line {document.line(('stages', kind.value, 'model'))}: `stages.{kind.value}.model`: "
                f"is not a registered model of this kind (found {model!r}); allowed: {allowed}"
            )
    return mistakes
