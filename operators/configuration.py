"""What this installation makes, and where: content types and the deployment, read from their files and checked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from include.contract.content_type_checks import recipe_of, stages_in
from include.contract.content_types import ContentType, StageSettings, read_content_type
from include.contract.deployments import Deployment, read_deployment
from include.contract.errors import BadRequest
from include.contract.messages import quoted
from include.contract.mistakes import FieldMistake
from include.contract.model_cards import ONES_OWN, is_reference
from include.contract.models import ModelRegistry, read_registry, with_installed, with_more
from include.contract.names import allowed_names
from include.contract.publishing_recipes import PUBLISH_FOLDER
from include.contract.schedules import CRON_FIELDS, cron_fields
from include.contract.yaml12 import Document, read_yaml, text_of
from operators.engines import PROJECT_ROOT

DEPLOYMENT_ENV = "ATELIER_DEPLOYMENT"
DEFAULT_DEPLOYMENT = "include/deployments/local.yaml"
CONTENT_TYPES = PROJECT_ROOT / "dags" / "content_types"
MODELS = PROJECT_ROOT / "include" / "models.yaml"


def deployment_here() -> Deployment:
    """The deployment that this environment names.

    :raises BadRequest: its file is wrong or missing.
    """
    return deployment_in(
        os.environ.get(DEPLOYMENT_ENV, DEFAULT_DEPLOYMENT), f"the deployment that {DEPLOYMENT_ENV} names"
    )


def deployment_in(file: str, what: str = "the deployment") -> Deployment:
    """The deployment in `file`, a path from the project's root or an absolute one.

    :param what: what messages call it if it cannot be read.
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


def content_type_file(name: str, more: str = "") -> Path:
    """The file of the content type called `name`.

    :param more: what else may be named, in words.
    :raises BadRequest: there is none.
    """
    names = sorted(path.stem for path in CONTENT_TYPES.glob("*.yaml"))
    if name not in names:
        raise BadRequest(f"there is no content type `{name}`; {allowed_names(name, names, more=more)}")
    return CONTENT_TYPES / f"{name}.yaml"


def content_type_in(path: Path, deployment: Deployment) -> ContentType:
    """The content type in `path`, checked against its file's name, the deployment and the model registry.

    :raises BadRequest: one line per mistake, with file and line.
    """
    document = document_in(path)
    return read_content_type(document, mistakes_here(document, path, deployment))


def document_in(path: Path) -> Document:
    """The content of a content type's file.

    :raises BadRequest: it cannot be read, or is not YAML.
    """
    return read_yaml(text_of(path, shown(path)), shown(path))


def mistakes_here(document: Document, path: Path, deployment: Deployment | None) -> list[FieldMistake]:
    """What in a content type does not match its file's name, the registry, or the deployment, if that is known."""
    value = document.value if isinstance(document.value, dict) else {}
    return [
        *_wrong_name(value, path),
        *_impossible_schedule(value),
        *(_unknown_profiles(value, deployment) if deployment else ()),
        *(missing_folder(value, deployment) if deployment else ()),
        *(unknown_models(value, deployment) if deployment else ()),
    ]


def place_in(content_type: ContentType, *path: str) -> str:
    """Where `path` is in the file of `content_type`, for messages: `dags/content_types/films.yaml, line 8`."""
    file = CONTENT_TYPES / f"{content_type.name}.yaml"
    name = ".".join(path)
    try:
        return f"{shown(file)}, line {document_in(file).line(path)}: `{name}`"
    except BadRequest:
        return f"`{name}` of `{content_type.name}`"


def registered_everywhere() -> ModelRegistry:
    """The models that every stage's process knows: the built-in ones, and those of distributions."""
    return with_installed(_models_in(MODELS))


def registry(deployment: Deployment) -> ModelRegistry:
    """The models that stages may name.

    :raises BadRequest: a file of them is wrong, or is not there, or has a name that another has.
    """
    models = registered_everywhere()
    for file in deployment.models:
        path = PROJECT_ROOT / file
        models = with_more(models, _models_in(path), shown(path))
    return models


def _models_in(path: Path) -> ModelRegistry:
    return read_registry(text_of(path, shown(path)), shown(path))


def missing_folder(value: Mapping[str, Any], deployment: Deployment) -> Iterator[FieldMistake]:
    """Stages that publish to a folder although the deployment names none."""
    for name, stage in stages_in(value).items():
        if stage.get("recipe") == PUBLISH_FOLDER.name and not deployment.names_publish_folder:
            yield FieldMistake(
                ("stages", name, "recipe"),
                "publishes to a folder, but the deployment names none; remove the stage, or set "
                "`process.publish_folder` or `kubernetes.publish_claim`, whichever the engine needs",
            )


def unknown_models(value: Mapping[str, Any], deployment: Deployment) -> Iterator[FieldMistake]:
    """Models that stages name but the registry does not have. It is read only if one is named, to keep parsing fast."""
    named = {
        name: stage
        for name, stage in stages_in(value).items()
        if isinstance(stage.get("model"), str) and not is_reference(stage["model"])
    }
    known = registry(deployment).root if named else {}
    for name, stage in named.items():
        recipe, model = recipe_of(stage), stage["model"]
        if recipe is not None and (model not in known or known[model].kind is not recipe.kind):
            fitting = sorted(name for name, each in known.items() if each.kind is recipe.kind)
            allowed = allowed_names(model, fitting, more=ONES_OWN if recipe.backends else "")
            yield FieldMistake(
                ("stages", name, "model"),
                f"is not a registered model of this kind (found {quoted(model)}); {allowed}",
            )


def shown(path: Path) -> str:
    """`path` for messages: relative to the project's root if it is inside."""
    return str(path.relative_to(PROJECT_ROOT)) if path.is_relative_to(PROJECT_ROOT) else path.name


def _wrong_name(value: Mapping[str, Any], path: Path) -> Iterator[FieldMistake]:
    name = value.get("name", path.stem)
    if name != path.stem:
        yield FieldMistake(("name",), f"is not the file's name (found {quoted(name)}); allowed: {path.stem!r}")


def _impossible_schedule(value: Mapping[str, Any]) -> Iterator[FieldMistake]:
    """Each part of a cron expression that cannot be; of parts that can, whether they ever meet."""
    fields = cron_fields(value.get("schedule"))
    if not fields:
        return
    wrong = {
        name: found
        for at, (name, found) in enumerate(fields.items())
        if not _comes(" ".join([*"*" * at, found, *"*" * (len(fields) - at - 1)]))
    }
    for name, found in wrong.items():
        yield FieldMistake(
            ("schedule",),
            f"its {name} is wrong (found {quoted(found)}); allowed: {CRON_FIELDS[name]}, `*`, and lists, ranges and "
            f"steps of them, as in `1,3`, `1-5` and `*/2`",
        )
    if not wrong and not _comes(" ".join(fields.values())):
        day, month = fields["day of the month"], fields["month"]
        yield FieldMistake(
            ("schedule",),
            f"never comes: none of its months has that day of the month (found {day!r:.40} and "
            f"{month!r:.40}); allowed: days that exist",
        )


def _comes(cron: str) -> bool:
    from croniter import CroniterError, croniter

    try:
        croniter(cron).get_next()
    except (CroniterError, ValueError, OverflowError):
        return False
    return True


def _unknown_profiles(value: Mapping[str, Any], deployment: Deployment) -> Iterator[FieldMistake]:
    for kind, stage in stages_in(value).items():
        profile = stage.get("profile", StageSettings.model_fields["profile"].default)
        if isinstance(profile, str) and profile not in deployment.profiles:
            allowed = allowed_names(profile, sorted(deployment.profiles))
            yield FieldMistake(
                ("stages", kind, "profile"), f"is not in the deployment (found {quoted(profile)}); {allowed}"
            )
