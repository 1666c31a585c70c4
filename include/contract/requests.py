"""What a stage is asked to do: one immutable object in the store, with all that it takes to start a stage (W7)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from include.contract.artifacts import Artifact, ModelIdentity
from include.contract.brief import Brief
from include.contract.canonical import NEUTRAL
from include.contract.decisions import Decision
from include.contract.errors import BadRequest, CorruptInput
from include.contract.fingerprint import fingerprint, stage_preimage
from include.contract.installed import Distribution
from include.contract.manifests import RunRef, Shard
from include.contract.media_limits import MediaLimits
from include.contract.mistakes import on_one_line
from include.contract.models import ModelRegistry, RegisteredModel
from include.contract.own_media import without_media
from include.contract.parsing import model_in
from include.contract.ports import Port
from include.contract.published import Publication
from include.contract.recipe import Recipe
from include.contract.registry import RECIPES, recipe_named, recipes
from include.contract.values import FORMAT, UNSAID, Closed, Mood, Sha256, Slug, StageKind, TechnicalName

Variations = Annotated[
    dict[str, Annotated[int, Field(ge=0)]],
    Field(json_schema_extra={NEUTRAL: {}}, exclude_if=lambda variations: not variations),
]
"""Variations of single items that differ from their stage's, by what follows the brief in their id (`03`)."""


class Order(Closed):
    """What one brief orders from one stage."""

    brief: Slug
    params: dict[str, Any]
    """Resolved parameters of the recipe, defaults included."""
    variation: Annotated[int, Field(ge=0)] = 0
    variations: Variations = {}
    seed: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    files: tuple[Artifact, ...] = ()
    """Files of the brief that the recipe reads, named as inputs."""
    decision: Annotated[Decision | None, UNSAID] = None
    """The decision about the brief's piece, if people are asked before it is published. Not hashed."""


class UpstreamRef(Closed):
    """A finished stage that this one reads."""

    stage: str
    """Its name, which is the id of its task."""
    kind: StageKind
    ports: tuple[TechnicalName, ...]
    """The ports that read it, in the recipe's order."""
    task_id: str
    """Id of the task to clear to make its items again."""
    manifest: str
    """Key of its run manifest."""
    content_digest: Sha256


class Execution(Closed):
    """How to run: nothing in here changes a result, so nothing in here is hashed (I2)."""

    batch_size: Annotated[int, Field(ge=1, le=4096)] | None = None
    """Items computed together; default: the recipe's."""
    max_failed_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    """The stage fails if a greater share of its items fails."""
    grace_s: Annotated[float, Field(gt=0)] = 25.0
    """Seconds between SIGTERM and SIGKILL."""
    shard: Shard = Shard()
    """The part of the items that this process makes."""
    registered: Annotated[RegisteredModel | None, UNSAID] = None
    """The model with the places of its files, if only the deployment registers it. Its digest is the model's."""
    is_in_store: Annotated[Literal[True] | None, UNSAID] = None
    """Whether the model is one of the users' own, whose card is in the store under the identity's digest."""
    own_media: Annotated[MediaLimits | None, UNSAID] = None
    """Limits of what people bring, if the deployment says any."""
    brought: Annotated[dict[Sha256, str] | None, UNSAID] = None
    """What people call the files that they bring, by digest: for messages."""
    distribution: Annotated[Distribution | None, UNSAID] = None
    """The distribution that brings the recipe, unless it is built in: named if an image does not have it."""


class StageRequest(Closed):
    """One stage of one run."""

    contract: int = FORMAT
    kind: StageKind
    recipe: str
    revision: int
    model: ModelIdentity
    stage_fingerprint: Sha256
    run: RunRef
    orders: tuple[Order, ...]
    upstreams: tuple[UpstreamRef, ...] = ()
    execution: Execution = Execution()
    publication: Annotated[Publication | None, UNSAID] = None
    """What the pieces are published as; for publish stages only, whose effects have no fingerprint (W10)."""

    @property
    def together(self) -> int:
        """Items to compute together, in a batch or side by side."""
        recipe = recipe_named(self.recipe)
        return self.execution.batch_size or max(recipe.batch_size, recipe.at_once)

    @property
    def batch_size(self) -> int:
        """Items of a batch."""
        return 1 if recipe_named(self.recipe).at_once > 1 else self.together

    @property
    def at_once(self) -> int:
        """The most items to compute side by side, each by itself; 1 if in batches."""
        return self.together if recipe_named(self.recipe).at_once > 1 else 1

    @model_validator(mode="after")
    def _published_as_something(self) -> Self:
        if (self.kind is StageKind.PUBLISH) != (self.publication is not None):
            raise ValueError("`publication` belongs in requests of the kind `publish`, and only there")
        return self

    def body(self) -> bytes:
        """The bytes in the store."""
        return self.model_dump_json().encode()

    def sha256(self) -> str:
        """Digest of `body`, which is its key."""
        return hashlib.sha256(self.body()).hexdigest()


class ReadOrder(Closed):
    """An order whose parameters are those of `recipe`, as they enter the fingerprint."""

    brief: Slug
    params: Closed
    variation: int
    variations: Variations
    seed: int | None
    files: tuple[Artifact, ...]

    def variation_of(self, item: str) -> int:
        """The variation of one of its items (I7)."""
        return self.variations.get(item.removeprefix(f"{self.brief}/"), self.variation)


def order_of(
    stage: str, recipe: Recipe, brief: Brief, settings: Mapping[str, Any], files: tuple[Artifact, ...] = ()
) -> Order:
    """What `brief` orders from the stage `stage`: recipe defaults < the content type's `settings` < the brief (I5).

    :raises BadRequest: a setting that the recipe does not have, or that is outside its limits.
    """
    own = {name: without_media(getattr(brief, name)) for name in recipe.brief_fields}
    if brief.logo is not None and "logo" in own:
        own["logo"] = brief.logo.place
    if "music" in own:
        own["music"] = bool(brief.music)
        own |= {"music_mood": brief.music} if isinstance(brief.music, Mood) else {}
    params = read_params(recipe, {**settings, **own})
    wanted = tuple(file for file in files if recipe.reads_file(file.name))
    variation = brief.variation + brief.variations.get(stage, 0)
    return Order(
        brief=brief.id,
        params=params.model_dump(mode="json"),
        variation=variation,
        variations=_variations(stage, brief, variation),
        files=wanted,
    )


def _variations(stage: str, brief: Brief, variation: int) -> dict[str, int]:
    """Of the single items of `stage` that `brief` wants another take of than the stage's."""
    prefix = f"{stage}/"
    more = {key.removeprefix(prefix): number for key, number in brief.variations.items() if key.startswith(prefix)}
    return {item: variation + number for item, number in more.items() if number}


def read_params(recipe: Recipe, values: Mapping[str, Any]) -> Closed:
    """`values` as the recipe's parameters.

    :raises BadRequest: naming each field, what was found and what is allowed.
    """
    try:
        return recipe.params.model_validate(dict(values))
    except ValidationError as error:
        raise BadRequest(f"parameters of `{recipe.name}`: {on_one_line(error, recipe.params)}") from error


def read_order(recipe: Recipe, order: Order) -> ReadOrder:
    """`order` with its parameters read and resolved."""
    return ReadOrder(
        brief=order.brief,
        params=read_params(recipe, order.params),
        variation=order.variation,
        variations=order.variations,
        seed=order.seed,
        files=order.files,
    )


def stage_identity(
    recipe: Recipe, model: ModelIdentity, orders: tuple[Order, ...], upstreams: tuple[UpstreamRef, ...]
) -> tuple[dict[str, Any], str]:
    """Preimage and fingerprint of a whole stage (I3)."""
    read = (read_order(recipe, order) for order in orders)
    inputs = sorted((port, ref.content_digest) for ref in upstreams for port in ref.ports)
    preimage = stage_preimage(recipe, model, read, inputs)
    return preimage, fingerprint(preimage)


def read_by(recipe: Recipe, upstreams: Sequence[UpstreamRef]) -> list[tuple[Port, UpstreamRef]]:
    """Each port of `recipe` that reads one of `upstreams`, in the recipe's order, with the one that it reads."""
    refs = {port: ref for ref in upstreams for port in ref.ports}
    return [(port, refs[port.name]) for port in recipe.ports if port.name in refs]


def known_models(request: StageRequest, here: ModelRegistry) -> ModelRegistry:
    """The models that a stage's process knows: those registered `here`, and the request's own."""
    own = request.execution.registered
    return here if own is None else ModelRegistry({**here.root, request.model.name: own})


def read_request(body: bytes, sha256: str) -> StageRequest:
    """The request in `body`, checked against the key it lies under and against this contract (W7).

    :raises BadRequest: other bytes than the key says, another contract or recipe revision, or another
        stage fingerprint than the one computed here.
    """
    found = hashlib.sha256(body).hexdigest()
    if found != sha256:
        raise BadRequest(f"request {sha256} holds bytes with the digest {found}; clear the task, which writes it again")
    try:
        request = model_in(StageRequest, body, f"request {sha256}, of contract {FORMAT},")
    except CorruptInput as error:
        raise BadRequest(str(error)) from error
    recipe = _recipe_of(request)
    here = (FORMAT, recipe.kind, recipe.revision)
    asked = (request.contract, request.kind, request.revision)
    if here != asked:
        raise BadRequest(
            f"request {sha256} asks for `{request.recipe}` as (contract, kind, revision) {_words(asked)}, "
            f"this runtime has {_words(here)}; run the stage in the image built from the same version as the operator"
        )
    _, computed = stage_identity(recipe, request.model, request.orders, request.upstreams)
    if computed != request.stage_fingerprint:
        raise BadRequest(
            f"request {sha256} names the stage fingerprint {request.stage_fingerprint}, but this runtime computes "
            f"{computed}; the operator and the stage image have different versions"
        )
    return request


def _recipe_of(request: StageRequest) -> Recipe:
    """The recipe that `request` names.

    :raises BadRequest: it is not here, or cannot be used here.
    """
    distribution = request.execution.distribution
    if distribution is None or request.recipe in recipes() or request.recipe in RECIPES.refused:
        return recipe_named(request.recipe)
    raise BadRequest(
        f"recipe `{request.recipe}` comes with {distribution}, which this image does not have; install it in the "
        "image that stages run in, as in Airflow's"
    )


def _words(triple: tuple[object, ...]) -> str:
    return "(" + ", ".join(str(word) for word in triple) + ")"
