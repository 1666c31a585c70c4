"""Stage by stage, which items of a run exist, which have to be made, and which are unknown in advance (I3).

The content of a stage determines the next one's fingerprint. If it is missing, its items are looked up one by
one, and items whose inputs do not exist yet are unknown. Records are trusted: their blobs
are not looked for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property, partial

from include.contract.artifacts import ModelIdentity
from include.contract.brief import Brief
from include.contract.content_types import ContentStage, ContentType, StageSettings
from include.contract.entries import Entry
from include.contract.errors import CorruptInput, InputLost
from include.contract.fingerprint import content_digest
from include.contract.keys import stage_key
from include.contract.manifests import ItemLine, Outcome, RunRef, StageContent
from include.contract.recipe import Recipe
from include.contract.requests import Order, StageRequest, UpstreamRef, order_of, read_order, stage_identity
from include.contract.resolving import resolved
from include.contract.values import Determinism, StageKind
from include.store.store import Store
from operators.chosen_models import ChosenModel
from operators.items import items_in
from operators.planning.existing import Existing
from operators.planning.history import History, read_or_none

log = logging.getLogger(__name__)

Parts = Mapping[str, Mapping[str, int]]
"""How many of each numbered output a brief gets, by stage."""
_NOT_KNOWN_YET = "0" * 64


@dataclass(frozen=True)
class StageForecast:
    """One stage of one run."""

    reused: int = 0
    to_make: tuple[str, ...] = ()
    """Fingerprints of the distinct items that do not exist."""
    unknown: int = 0
    """Items whose inputs do not exist yet."""
    uncounted_briefs: int = 0
    """Briefs for which not even the number of items is known yet."""
    unasked: frozenset[str] = frozenset()
    """Those of `to_make` that need no model, because their briefs bring everything."""
    effects: int = 0
    """Items that every run does, whatever was done before (W10)."""


@dataclass
class Made:
    """What exists of a stage."""

    content_digest: str | None
    """None unless all of it exists."""
    read_lines: Callable[[], dict[str, ItemLine]]

    @cached_property
    def lines(self) -> dict[str, ItemLine]:
        """Its existing items, by id; read on demand."""
        return self.read_lines()


@dataclass(frozen=True)
class PlannedStage:
    """A stage of the content type, with its model."""

    stage: ContentStage
    chosen: ChosenModel

    @property
    def name(self) -> str:
        """Its name in the content type."""
        return self.stage.name

    @property
    def settings(self) -> StageSettings:
        """The content type's settings for it."""
        return self.stage.settings

    @property
    def model(self) -> ModelIdentity:
        """What it works with."""
        return self.chosen.identity

    @property
    def determinism(self) -> Determinism:
        """What a remake is like."""
        return self.chosen.determinism(self.recipe)

    @property
    def recipe(self) -> Recipe:
        """What it does."""
        return self.stage.recipe

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the stages that it reads."""
        return tuple(dict.fromkeys(self.stage.wiring.read.values()))


@dataclass(frozen=True)
class Forecaster:
    """Forecasts runs of one content type; several threads may use it."""

    content_type: ContentType
    models: Mapping[str, ChosenModel]
    """By stage."""
    store: Store
    existing: Existing
    history: History
    """Learns from every stage content that is read along the way."""
    lookups: Executor
    """Threads for looking up single items, which wait for nothing else."""
    stages: tuple[PlannedStage, ...] = field(init=False)

    def __post_init__(self) -> None:
        stages = tuple(PlannedStage(stage, self.models[stage.name]) for stage in self.content_type.content_stages)
        object.__setattr__(self, "stages", stages)

    def forecast(self, entries: Sequence[Entry]) -> dict[str, StageForecast]:
        """Each stage of a run that makes `entries`; none if it makes nothing."""
        if not entries:
            return {}
        forecasts: dict[str, StageForecast] = {}
        made: dict[str, Made] = {}
        parts = {entry.brief.id: self._parts_of(entry.brief) for entry in entries}
        for stage in self.stages:
            name = stage.name
            if not stage.recipe.is_memoised:
                forecasts[name] = StageForecast(effects=len(entries))
                continue
            request = self._request(stage, entries, made)
            content = self._content(request) if _is_known(stage, made) else None
            if content is None:
                forecasts[name], made[name] = self._by_items(stage, request, made, parts)
            else:
                forecasts[name] = StageForecast(reused=content.items)
                made[name] = Made(content.content_digest, self._lines_of(content, stage, request, made, parts))
        return forecasts

    def _parts_of(self, brief: Brief) -> Parts:
        """How many numbered outputs each stage will give the brief, as far as that is known."""
        return {stage.name: stage.recipe.parts(brief) for stage in self.stages}

    def _request(self, stage: PlannedStage, entries: Sequence[Entry], made: Mapping[str, Made]) -> StageRequest:
        recipe = stage.recipe
        orders: tuple[Order, ...] = tuple(
            order_of(stage.name, recipe, entry.brief, stage.settings.params, entry.files) for entry in entries
        )
        upstreams = tuple(
            UpstreamRef(
                stage=source,
                kind=self._kind_of(source),
                ports=tuple(port for port, read in stage.stage.wiring.read.items() if read == source),
                task_id=source,
                manifest="",
                content_digest=made[source].content_digest or _NOT_KNOWN_YET,
            )
            for source in stage.sources
        )
        return StageRequest(
            kind=recipe.kind,
            recipe=recipe.name,
            revision=recipe.revision,
            model=stage.model,
            stage_fingerprint=stage_identity(recipe, stage.model, orders, upstreams)[1],
            run=RunRef(dag_id=self.content_type.name, run_id="plan", task_id=stage.name),
            orders=orders,
            upstreams=upstreams,
        )

    def _kind_of(self, name: str) -> StageKind:
        return next(stage.recipe.kind for stage in self.stages if stage.name == name)

    def _content(self, request: StageRequest) -> StageContent | None:
        content = read_or_none(StageContent, self.store.get(stage_key(request.kind, request.stage_fingerprint)))
        if content is not None:
            self.history.add(content)
        return content

    def _lines_of(
        self,
        content: StageContent,
        stage: PlannedStage,
        request: StageRequest,
        made: Mapping[str, Made],
        parts: Mapping[str, Parts],
    ) -> Callable[[], dict[str, ItemLine]]:
        """Reads the items of a stage that exists; from their records where its list of them is broken."""
        upstream = dict(made)

        def read() -> dict[str, ItemLine]:
            try:
                return {line.item: line for line in items_in(self.store, content.parts, "a stage content")}
            except (InputLost, CorruptInput) as error:
                log.warning("%s: the run that reads it will make the list again", error)
                return self._by_items(stage, request, upstream, parts)[1].lines

        return read

    def _by_items(
        self,
        stage: PlannedStage,
        request: StageRequest,
        made: Mapping[str, Made],
        parts: Mapping[str, Parts],
    ) -> tuple[StageForecast, Made]:
        """The stage from its single items, as far as what they read exists."""
        meant = resolved(request, {source: made[source].lines for source in stage.sources})
        recorded = partial(self.existing.record, request.kind)
        records = list(self.lookups.map(recorded, [each.fingerprint for each in meant.wanted]))
        lines = [
            ItemLine(position=position, item=item, outputs=record.outputs)
            for each, record in zip(meant.wanted, records, strict=True)
            if record is not None
            for position, item in each.places
        ]
        missing = [each for each, record in zip(meant.wanted, records, strict=True) if record is None]
        waiting = _waiting(stage, request, meant.skipped, parts)
        forecast = StageForecast(
            # Of what is asked for in several places, the first makes it and the others reuse it.
            reused=sum(len(each.places) for each in meant.wanted) - len(missing),
            to_make=tuple(each.fingerprint for each in missing),
            unknown=sum(number for number in waiting if number is not None),
            uncounted_briefs=waiting.count(None),
            unasked=frozenset(
                each.fingerprint
                for each in missing
                if not stage.recipe.asks_a_model(each.preimage.get("params"), stage.model.name)
            ),
        )
        lines.sort(key=lambda line: line.position)
        digest = content_digest((line.item, each.name, each.sha256) for line in lines for each in line.outputs)
        is_whole = not missing and not waiting
        # What isn't there yet has its place among its neighbours.
        absent = [
            ItemLine(position=at, item=item, outcome=Outcome.SKIPPED) for each in missing for at, item in each.places
        ]
        absent += [line for line in meant.skipped if line.item not in parts]
        known = sorted([*lines, *absent], key=lambda line: line.position)
        return forecast, Made(digest if is_whole else None, lambda: {line.item: line for line in known})


def _waiting(
    stage: PlannedStage, request: StageRequest, skipped: Sequence[ItemLine], parts: Mapping[str, Parts]
) -> list[int | None]:
    """Of each item that what it reads does not exist for: how many there will be; None where only the text will say."""
    wiring, orders = stage.stage.wiring, {order.brief: order for order in request.orders}

    def items_of(brief: str) -> int | None:
        found = parts[brief][wiring.counted_by].get(wiring.family)
        order = orders[brief]
        files = [file.name for file in order.files]
        return found and stage.recipe.items_for(found, read_order(stage.recipe, order).params, files)

    return [items_of(line.item) if wiring.fans_out and line.item in parts else 1 for line in skipped]


def _is_known(stage: PlannedStage, made: Mapping[str, Made]) -> bool:
    return all(made[source].content_digest is not None for source in stage.sources)
