"""What Airflow's UI says about a content type's DAG and its tasks, in Markdown."""

from __future__ import annotations

from include.contract.content_types import ContentType, StageSettings
from include.contract.deployments import Deployment, Profile
from include.contract.model_cards import is_reference
from include.contract.recipe import Recipe
from include.contract.registry import brought_by

BRIEF_DOC = """\
Checks the trigger form as a brief and brings in the files that it names. Mistakes fail the run here, before any stage
starts; the log lists all of them, one per line: the field, what was found, what is allowed.

Programs may send a brief's own fields in the run's conf, such as `script`, `product` or `music`, as a file has them.
"""
REFUSED_DOC = """\
Fails if rows of the source make no brief, with a line for each: where it is, what was found, what is allowed. The other
rows are made. Fix the rows, then clear `brief` with its downstream tasks: what was already made is found again.
"""


def dag_doc(content_type: ContentType, deployment: Deployment) -> str:
    """The DAG's page: what it makes and with which recipes, models and resources."""
    rows = [
        f"| {stage.name} | `{stage.recipe.name}` r{stage.recipe.revision} "
        f"| `{stage.settings.model or stage.recipe.model}` "
        f"| {stage.settings.profile}: {_amounts(deployment.profile(stage.settings.profile))} "
        f"| {stage.settings.retries} | {stage.settings.timeout_s:g} s |"
        for stage in content_type.content_stages
    ]
    head = "| stage | recipe | model | resources | retries | timeout |\n|---|---|---|---|---|---|"
    told = f"### {content_type.title}\n\n{content_type.description}\n{_without_label(content_type)}"
    return "\n".join((told, head, *rows, ""))


def _without_label(content_type: ContentType) -> str:
    """Who decided that people are not told that a machine made the pieces; empty where they are."""
    decided = content_type.no_label
    return f"\nNo label, decided by {decided.decided_by}: {decided.reason}\n" if decided else ""


def stage_doc(settings: StageSettings, recipe: Recipe, profile: Profile) -> str:
    """A task's page: recipe, model, resources, limits, parameters."""
    lines = [
        f"**Recipe** `{recipe.name}`, revision {recipe.revision}, {recipe.determinism.value}{_by_model(settings)}"
        f"{_origin(recipe)}",
        f"**Model** `{settings.model or recipe.model}`",
        f"**Resources** {settings.profile}: {_amounts(profile)}; {profile.slots} slot(s) of "
        f"`{settings.pool or profile.pool}`",
        f"**Tries** 1 + {settings.retries}, {settings.retry_delay_s:g} s apart; timeout {settings.timeout_s:g} s",
        f"**Outputs** {', '.join(f'`{output.name}`' for output in recipe.outputs) or 'what readers find'}",
    ]
    if settings.shards > 1:
        lines.append(f"**Shards** {settings.shards}; this is one of them")
    lines += [f"**{name}** `{value}`" for name, value in settings.params.items()]
    return "\n\n".join(lines)


def _by_model(settings: StageSettings) -> str:
    """Who may promise less than the recipe; empty for a model that ships or is registered."""
    return " at best: the model's card may promise less" if is_reference(settings.model or "") else ""


def _origin(recipe: Recipe) -> str:
    """The distribution that the recipe comes with; empty of a built-in one."""
    distribution = brought_by(recipe.name)
    return f"; comes with {distribution}" if distribution else ""


def merge_doc(settings: StageSettings) -> str:
    """The page of the task that merges a stage's shards."""
    return (
        f"Merges what {settings.shards} shards made into one stage, and fails if more than a share of "
        f"{settings.max_failed_share:g} of its items failed. To retry failed items, clear the shards."
    )


def _amounts(profile: Profile) -> str:
    gpus = f", {profile.gpus} GPU" if profile.gpus else ""
    return f"{profile.cpu:g} CPU, {profile.memory_mib} MiB{gpus}"
