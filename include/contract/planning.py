"""Which items a stage has: briefs fan out into scenes and scenes are gathered into one piece (I8).

Planning reads manifests only, never a blob, so both sides and every shard plan the same items.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from include.contract.artifacts import Artifact
from include.contract.brief import Brief
from include.contract.manifests import ItemLine
from include.contract.values import StageKind

INPUT_MISSING = "its input is missing: "
"""How the message begins of an item that is skipped since something that it needs was not made."""
Upstreams = Mapping[StageKind, Mapping[str, ItemLine]]
"""Items of each stage upstream, by item id."""


@dataclass(frozen=True)
class PlannedItem:
    """One item to make, or to skip when something that it needs is `missing`."""

    item: str
    brief: str
    inputs: tuple[Artifact, ...] = ()
    """In the order in which they enter the fingerprint, under the names by which the stage knows them."""
    missing: tuple[str, ...] = ()


Plan = Callable[[Sequence[str], Upstreams], list[PlannedItem]]
"""Brief ids and upstream items to planned items, in order."""


Parts = Callable[[Brief], Mapping[str, int]]
"""How many a brief gets of each numbered output of a text recipe, as far as that is known before it is written."""


def per_brief(briefs: Sequence[str], upstreams: Upstreams) -> list[PlannedItem]:
    """One item per brief, with no inputs."""
    return [PlannedItem(brief, brief) for brief in briefs]


def per_scene(source: StageKind, output: str, shared: tuple[str, ...], beside: tuple[str, ...] = ()) -> Plan:
    """One item per numbered `output` of each brief's item in `source`, with the `shared` outputs beside it.

    :param beside: numbered outputs of which an item reads the one with its own number, where there is one.
    """

    def plan(briefs: Sequence[str], upstreams: Upstreams) -> list[PlannedItem]:
        items = []
        for brief in briefs:
            line = upstreams[source].get(brief)
            if line is None or not line.succeeded:
                items.append(PlannedItem(brief, brief, missing=(f"{source.value} of {brief}",)))
                continue
            common = tuple(line.output(name) for name in shared)
            families = {name: dict(line.family(name)) for name in (output, *beside)}
            for number in families[output]:
                numbered = [(name, family[number]) for name, family in families.items() if number in family]
                own = [artifact.model_copy(update={"name": name}) for name, artifact in numbered]
                items.append(PlannedItem(f"{brief}/{number}", brief, (*own, *common)))
        return items

    return plan


@dataclass(frozen=True)
class Numbered:
    """What a piece gathers of each of its numbered parts."""

    counted_by: tuple[StageKind, str]
    """The numbered output that says which parts there are."""
    outputs: tuple[tuple[StageKind, str], ...]
    """Outputs of each part's own items."""


def gather(whole: tuple[tuple[StageKind, str], ...], *parts: Numbered) -> Plan:
    """One item per brief: `whole` outputs of its own items, then the outputs of its `parts`, numbered."""

    def plan(briefs: Sequence[str], upstreams: Upstreams) -> list[PlannedItem]:
        return [_gathered(brief, upstreams, whole, parts) for brief in briefs]

    return plan


def _gathered(
    brief: str, upstreams: Upstreams, whole: tuple[tuple[StageKind, str], ...], parts: tuple[Numbered, ...]
) -> PlannedItem:
    wanted = [(kind, brief, name, name) for kind, name in whole]
    for part in parts:
        source, output = part.counted_by
        line = upstreams[source].get(brief)
        if line is None or not line.succeeded:
            return PlannedItem(brief, brief, missing=(f"{source.value} of {brief}",))
        numbers = [number for number, _ in line.family(output)]
        wanted += [(kind, f"{brief}/{n}", name, f"{name}/{n}") for kind, name in part.outputs for n in numbers]
    inputs, missing = [], []
    for kind, item, name, input_name in wanted:
        found = upstreams[kind].get(item)
        if found is None or not found.succeeded:
            missing.append(f"{kind.value} of {item}")
        else:
            inputs.append(found.output(name).model_copy(update={"name": input_name}))
    return PlannedItem(brief, brief, tuple(inputs), tuple(dict.fromkeys(missing)))


def no_parts_known(brief: Brief) -> Mapping[str, int]:
    """Only the text will say."""
    return {}


def parts_of_script(brief: Brief) -> Mapping[str, int]:
    """A narrated script's."""
    return {"narration": brief.scenes, "image_prompt": brief.scenes}


def parts_of_article(brief: Brief) -> Mapping[str, int]:
    """An article's: a picture for each section."""
    return {"image_prompt": brief.sections}


def parts_of_product(brief: Brief) -> Mapping[str, int]:
    """A product's."""
    return {"image_prompt": 1}


def parts_of_dialogue(brief: Brief) -> Mapping[str, int]:
    """A conversation's: one picture, and the lines that the brief brings, or those that are written.

    Written are a greeting of two lines, two for each question and for a closing one, and a farewell.
    """
    brought = (brief.dialogue and brief.dialogue.lines) or ()
    return {"image_prompt": 1, "line": len(brought) or 2 + 2 * (brief.questions + 1) + 1}
