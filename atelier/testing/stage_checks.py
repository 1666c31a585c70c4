"""What every stage promises the runner, tried on a stage's own samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from atelier.testing.desk import Desk, Result, recipe_of
from atelier.testing.orders import ask_for, store_of
from atelier.testing.processes import StageProcess
from atelier.testing.s3 import S3
from atelier.testing.samples import Sample
from include.contract.artifacts import Artifact
from include.contract.canonical import canonical_tree
from include.contract.errors import AtelierError, Cause, CheckFailed, ExitCode, OutOfMemory, TransientError
from include.contract.recipe import Recipe
from include.contract.registry import brought_by
from include.contract.requests import Execution, StageRequest, read_params
from include.contract.values import Determinism
from include.runtime.lookup import find, resolve
from include.runtime.record_writer import check_declared
from include.runtime.scratch import file_digest
from include.runtime.stage import ItemResult, Stage
from include.store.store import Store

_NOT_WHAT_IT_SAYS = b"\x00\xff\xfe not what its name says"
"""No text in UTF-8, no JSON, no picture, no sound."""
Digests = dict[str, str]
"""SHA-256 of each output, by its name."""


def check_stage(
    stage_class: type[Stage], *samples: Sample, s3: S3, folder: Path, broken: Sequence[Sample] = ()
) -> None:
    """Check that a stage keeps what the runner relies on.

    Its items have the outputs that its recipe declares, the same bytes whatever batch they are in, or beside others if
    the recipe says `at_once`, and, of a recipe that is `bitwise`, in another process with one core, another time zone
    and used memory; an item that cannot be made fails alone; a process that is asked to stop keeps whole items and
    exits with 75, and the next one makes the rest.

    :param samples: items that can be made; of one alone another take is tried beside it.
    :param s3: a store with nothing else in it.
    :param folder: an empty one.
    :param broken: items that cannot be made. Those of which an input is not what its name says need not be here; a
        recipe without inputs needs one.
    :raises AssertionError: naming what is wrong, with what was found.
    """
    if not samples:
        raise AssertionError(f"{stage_class.__name__}: give at least one sample: an item that can be made")
    whole = samples if len(samples) > 1 else (*samples, replace(samples[0], variation=samples[0].variation + 1))
    recipe, desk = recipe_of(stage_class), Desk(folder)
    alone = _check_batches(recipe, stage_class, whole, desk)
    _check_broken(recipe, stage_class, whole[0], [*broken, *_damaged(whole[0])], alone[0], desk)
    _check_stop(recipe, whole, alone, s3, folder)


def _check_batches(recipe: Recipe, stage_class: type[Stage], samples: Sequence[Sample], desk: Desk) -> list[Digests]:
    """The digests of each sample's outputs, which are the same alone and together, in any order."""
    with desk.stage(stage_class) as stage:
        alone = [digests for sample in samples for digests in _digests(recipe, [sample], desk.make_with(stage, sample))]
    backwards = samples[::-1]
    together = _digests(recipe, backwards, desk.make(stage_class, *backwards))[::-1]
    for number, (one, other) in enumerate(zip(alone, together, strict=True), 1):
        _check_same(f"sample {number}, made alone and in one batch with the others", one, other)
    if recipe.at_once > 1:
        for number, (one, other) in enumerate(zip(alone, _beside(recipe, stage_class, samples, desk), strict=True), 1):
            _check_same(f"sample {number}, made alone and beside the others, each by a thread", one, other)
    return alone


def _beside(recipe: Recipe, stage_class: type[Stage], samples: Sequence[Sample], desk: Desk) -> list[Digests]:
    """The digests of each sample's outputs, all made at the same time by one stage."""
    with desk.stage(stage_class) as stage, ThreadPoolExecutor(len(samples)) as threads:
        made = threads.map(partial(desk.make_with, stage), samples)
        return [digests for each in zip(samples, made, strict=True) for digests in _digests(recipe, each[:1], each[1])]


def _check_broken(
    recipe: Recipe, stage_class: type[Stage], whole: Sample, broken: Sequence[Sample], alone: Digests, desk: Desk
) -> None:
    """Each of `broken` fails, and a whole item behind them is as ever."""
    if not broken:
        raise AssertionError(
            f"{stage_class.__name__} has no inputs that could be broken; give `broken`, an item that cannot be made"
        )
    try:
        *failed, made = desk.make(stage_class, *broken, whole)
    except Exception as error:
        raise AssertionError(
            f"{stage_class.__name__} raised {type(error).__name__} for a batch with broken items ({error}); "
            "give the error back as the item's result, as ItemStage does"
        ) from error
    for sample, result in zip(broken, failed, strict=True):
        told = ", ".join(name for name, content in sample.inputs.items() if content is _NOT_WHAT_IT_SAYS)
        what = f"a broken item ({told and f'input {told}' or dict(sample.params)})"
        if isinstance(result, ItemResult):
            raise AssertionError(
                f"{stage_class.__name__} made files of {what}; check each input, and refuse broken ones"
            )
        if isinstance(result, TransientError | OutOfMemory):
            raise AssertionError(
                f"{stage_class.__name__} says {type(result).__name__} of {what}, after which all is tried again; "
                "such errors are raised, and an item that cannot be made is a CorruptInput, RejectedContent or "
                "CheckFailed"
            )
        if told.partition("/")[0] not in str(result) or not str(result).strip():
            raise AssertionError(f"{stage_class.__name__} refuses {what} but does not name it: {result}")
    for digests in _digests(recipe, [whole], [made]):
        _check_same("a whole item, made alone and behind broken ones", alone, digests)


def _check_stop(recipe: Recipe, samples: Sequence[Sample], alone: Sequence[Digests], s3: S3, folder: Path) -> None:
    """A real process, asked to stop in the middle, and the one that goes on after it."""
    store = store_of(s3)
    request = ask_for(recipe, samples, store, Execution(batch_size=1, distribution=brought_by(recipe.name)))
    process = StageProcess(s3, Path(mkdtemp(prefix="process-", dir=folder)))
    stopped = process.stop_at_second_batch(request)
    if stopped.code != ExitCode.TRANSIENT or not stopped.failure or stopped.failure.cause is not Cause.PREEMPTED:
        raise AssertionError(
            f"asked to stop, the process ended with {stopped.code} and said {stopped.failure}; it has to exit with "
            f"{ExitCode.TRANSIENT.value} and say `{Cause.PREEMPTED}`:\n{stopped.output}"
        )
    if not _records(request, store):
        raise AssertionError(f"no item is kept of a process that was asked to stop:\n{stopped.output}")
    ended = process.run(request, attempt=2)
    if ended.code != ExitCode.OK:
        raise AssertionError(f"the try after a stop ended with {ended.code}:\n{ended.output}")
    made = _records(request, store)
    for number, here in enumerate(alone, 1):
        there = made.get(f"sample-{number}")
        if there is None:
            raise AssertionError(f"the try after a stop did not make sample {number}:\n{ended.output}")
        if recipe.determinism is Determinism.BITWISE:
            _check_same(f"sample {number}, made here and in another process, elsewhere", here, there)


def _records(request: StageRequest, store: Store) -> dict[str, Digests]:
    """What is kept of each brief.

    :raises AssertionError: a record lies there that is not whole.
    """
    kept = {}
    for wanted in resolve(request, store).wanted:
        found = find(wanted, request.kind, store)
        if found.broken is not None:
            raise AssertionError(f"the process left half an item: the record of {wanted.item} lacks what it names")
        if found.record is not None:
            brief = wanted.item.partition("/")[0]
            kept[brief] = {output.name: output.sha256 for output in found.record.outputs}
    return kept


def _damaged(sample: Sample) -> list[Sample]:
    """The sample with one of its inputs broken, once for each port."""
    first = {name.partition("/")[0]: name for name in sorted(sample.inputs, reverse=True)}
    return [sample.with_input(name, _NOT_WHAT_IT_SAYS) for name in first.values()]


def _digests(recipe: Recipe, samples: Sequence[Sample], results: Sequence[Result]) -> list[Digests]:
    """Of the outputs of each sample.

    :raises AssertionError: it has none, or others than its recipe declares.
    """
    if len(results) != len(samples):
        raise AssertionError(f"`{recipe.name}` gave {len(results)} results for {len(samples)} items")
    return [_digests_of(recipe, sample, result) for sample, result in zip(samples, results, strict=True)]


def _digests_of(recipe: Recipe, sample: Sample, result: Result) -> Digests:
    if isinstance(result, AtelierError):
        raise AssertionError(f"`{recipe.name}` does not make the sample {dict(sample.params)}: {result}") from result
    twice = [name for name, count in Counter(output.name for output in result.outputs).items() if count > 1]
    if twice:
        raise AssertionError(f"`{recipe.name}` gives output `{twice[0]}` twice")
    try:
        check_declared(recipe.name, result.outputs)
    except CheckFailed as error:
        raise AssertionError(str(error)) from error
    artifacts = [
        Artifact(
            name=output.name,
            sha256=file_digest(output.path),
            bytes=output.path.stat().st_size,
            media_type=output.media_type,
        )
        for output in result.outputs
    ]
    empty = [artifact.name for artifact in artifacts if not artifact.bytes]
    if empty:
        raise AssertionError(f"`{recipe.name}` left output `{empty[0]}` empty")
    params = canonical_tree(read_params(recipe, sample.params))
    lacking = recipe.lacks(artifacts, params if isinstance(params, dict) else {})
    if lacking:
        raise AssertionError(f"`{recipe.name}` declares output `{lacking}`, but an item does not have it")
    return {artifact.name: artifact.sha256 for artifact in artifacts}


def _check_same(what: str, one: Digests, other: Digests) -> None:
    differing = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    if differing:
        raise AssertionError(f"{what}, has other bytes in {', '.join(f'`{name}`' for name in differing)}")
