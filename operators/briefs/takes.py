"""Other takes of single stages and items, which a brief may ask for: only of what the content type makes of it."""

from __future__ import annotations

from collections.abc import Mapping

from include.contract.brief import Brief
from include.contract.content_types import ContentStage, ContentType
from include.contract.names import allowed_names


def wrong_takes(brief: Brief, content_type: ContentType) -> list[str]:
    """What `brief` wants another take of but `content_type` does not make: a line each, with what it makes."""
    stages = {stage.name: stage for stage in content_type.content_stages if stage.recipe.is_memoised}
    parts = {name: stage.recipe.parts(brief) for name, stage in stages.items()}
    told = {key: _wrong(key, stages, parts) for key in brief.variations}
    return [f"variations.{key}: {wrong}" for key, wrong in told.items() if wrong]


def _wrong(key: str, stages: Mapping[str, ContentStage], parts: Mapping[str, Mapping[str, int]]) -> str:
    stage, _, number = key.partition("/")
    if stage not in stages:
        return f"is not a stage that makes something here; {allowed_names(stage, stages)}"
    if not number:
        return ""
    wiring = stages[stage].wiring
    if not wiring.fans_out:
        return f"`{stage}` makes one item for each brief; write only `{stage}`"
    most = parts[wiring.counted_by].get(wiring.family)
    if number == f"{int(number):02d}" and 0 < int(number) <= (most or int(number)):
        return ""
    return f"is not an item of this brief; allowed: `{stage}/01` to `{stage}/{most or 99:02d}`"
