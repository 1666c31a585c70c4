"""Today's code reads the golden bucket and would write the same; what would not is noticed."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any, get_args

import pytest
from pydantic import create_model

import include.contract.entries as entries
from include.contract import canonical, conclusion, decisions, fingerprint, keys, manifests, models, planning, published
from include.contract.errors import AtelierError
from include.contract.failures import Progress
from include.contract.handed_on import HandedOn
from include.contract.requests import StageRequest
from include.runtime.claims import Claim
from operators.stages import resource_hints as learning
from operators.stages.resource_hints import Learnt
from tests.golden.bucket import Objects
from tests.golden.comparing import differences
from tests.golden.rewriting import Rewriting

RULE = """\
The format of the store has changed: buckets that people have would no longer be read, or all they hold be made again.
Take the change back, or write an ADR and a reader of both forms; docs/format.md, "Changes", says how.
"""


def changes(golden: Objects) -> list[str]:
    """What today's code does otherwise."""
    rewriting = Rewriting(golden)
    try:
        rewriting.run()
        return [*rewriting.told, *differences(golden, rewriting.written)]
    except (AtelierError, LookupError, ValueError) as error:
        return [f"{type(error).__name__}: {error}"]


def test_todays_code_writes_what_it_reads(golden: Objects) -> None:
    found = changes(golden)
    assert not found, f"{RULE}\n" + "\n".join(found[:10])


def mutate(patch: pytest.MonkeyPatch, where: Any, old: str, new: str) -> None:
    """Have a function, or the one of a module that has `old`, run with `new` in its place, whoever calls it."""
    function = the_function_with(old, where) if isinstance(where, ModuleType) else where
    assert isinstance(function, FunctionType)
    source = textwrap.dedent(inspect.getsource(function)).replace("@property\n", "")
    assert old in source, f"{function.__qualname__} has no {old!r} any more; think of another mutation"
    space: dict[str, Any] = {}
    exec(compile(f"from __future__ import annotations\n{source.replace(old, new)}", "mutation", "exec"), space)
    patch.setattr(function, "__code__", space[function.__name__].__code__)


def the_function_with(text: str, module: ModuleType) -> Any:
    """The only function or method of `module` in whose source `text` stands."""
    spaces = [vars(module), *(vars(each) for each in vars(module).values() if isinstance(each, type))]
    functions = {each for space in spaces for each in space.values() if isinstance(each, FunctionType)}
    written = [each for each in functions if each.__code__.co_filename == module.__file__]
    (found,) = [each for each in written if text in inspect.getsource(each)]
    return found


MUTATIONS: list[tuple[Callable[..., Any] | ModuleType, str, str]] = [
    (fingerprint.ContentDigest.add, 'b"\\n"', 'b""'),
    (fingerprint.ContentDigest.add, "[item, output, sha256]", "[output, item, sha256]"),
    (fingerprint.stage_preimage, "[list(pair) for pair in upstreams]", "[pair[1] for pair in upstreams]"),
    (fingerprint.stage_preimage, '"stage"', '"whole"'),
    (fingerprint.item_preimage, '"variation": variation,', ""),
    (fingerprint.item_preimage, "[list(pair) for pair in inputs]", "sorted(list(pair) for pair in inputs)"),
    (fingerprint.seed_of, '"seed", fingerprint', '"salt", fingerprint'),
    (fingerprint.seed_of, ">> 1", "& (2**63 - 1)"),
    (fingerprint.shard_of, "[:8]", "[-8:]"),
    (canonical.canonical_bytes, "sort_keys=True", "sort_keys=False"),
    (canonical.canonical_bytes, '(",", ":")', '(", ", ": ")'),
    (canonical.canonical_bytes, "ensure_ascii=False", "ensure_ascii=True"),
    (canonical, "0.0).hex()", "0.0).__repr__()"),
    (canonical, "(value + 0.0)", "value"),
    (canonical, "{_FLOAT_TAG: ", '{"$number": '),
    (canonical, '"NFC"', '"NFD"'),
    (canonical, "NEUTRAL in extra and", "False and"),
    (models.RegisteredModel.identity, "file.sha256", "file.path"),
    (keys.segment, 'safe=""', 'safe=":+"'),
    (keys.blob_key, "[:2]", "[:3]"),
    (keys.record_key, "[:2]", "[:3]"),
    (keys.records_folder, "v1/items", "v1/records"),
    (keys.stages_folder, "v1/stages", "v1/contents"),
    (keys.claim_key, "{fingerprint}", "{fingerprint[:2]}/{fingerprint}"),
    (keys.request_key, ".json", ""),
    (keys.task_prefix, "{run.map_index}/", ""),
    (keys.runs_prefix, "v1/runs/", "v1/dags/"),
    (keys.handed_on_key, "handed-on.json", "handed_on.json"),
    (keys.manifest_key, "manifest.json", "header.json"),
    (keys.progress_key, "{attempt}/", "{attempt:02d}/"),
    (keys.log_key, ":03d", ":04d"),
    (keys.learnt_key, "v1/learnt", "v1/learned"),
    (keys.probe_key, "probes", "probe"),
    (keys.decisions_prefix, "/{content_digest}", "/{content_digest[:12]}"),
    (keys.published_prefix, "segment(place)}/", "segment(place)}s/"),
    (keys.day_path, "%Y/%m/%d", "%Y-%m-%d"),
    (keys.piece_path, "{day_path(day)}{segment(slug)}/", "{segment(slug)}/{day_path(day)}"),
    (keys.tombstone_path, "tombstones", "withdrawn"),
    (decisions.Decision.key, "[:12]", "[:8]"),
    (decisions.Decision.key, "%fZ", "Z"),
    (decisions.piece_digest, "item.brief", "item.item + '!'"),
    (decisions.pack_decisions, "\\n", ""),
    (manifests.LinePacker.add, "exclude_defaults=True", "exclude_defaults=False"),
    (entries.pack_entries, "model_dump_json()", "model_dump_json(exclude_defaults=True)"),
    (conclusion, '{"outcome": Outcome.REUSED}', '{"outcome": Outcome.MADE}'),
    (conclusion.content_of, "conclusion.counts.planned", "conclusion.counts.made"),
    (planning, 'f"{port.name}/{number}", inputs', "port.name, inputs"),
    (learning.lesson_of, '"profile": profile', '"resources": profile'),
    (StageRequest.body, "model_dump_json()", "model_dump_json(exclude_none=True)"),
]


@pytest.mark.parametrize(
    ("where", "old", "new"),
    MUTATIONS,
    ids=[f"{getattr(each, '__qualname__', each.__name__)} {old}" for each, old, _ in MUTATIONS],
)
def test_a_writer_that_changes_is_noticed(
    golden: Objects, monkeypatch: pytest.MonkeyPatch, where: Callable[..., Any] | ModuleType, old: str, new: str
) -> None:
    mutate(monkeypatch, where, old, new)
    assert changes(golden)


def test_another_length_of_a_published_folders_name_is_noticed(
    golden: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutate(monkeypatch, vars(published.IndexEntry)["folder"].fget, "[:12]", "[:16]")
    assert changes(golden)


@pytest.mark.parametrize(
    ("model", "inside"),
    [
        *((entries.Entries, ""), (entries.Entries, "entries"), (StageRequest, ""), (StageRequest, "orders")),
        *((manifests.Record, ""), (manifests.Record, "outputs"), (manifests.Record, "provenance")),
        *((manifests.Manifest, ""), (manifests.Manifest, "counts"), (manifests.Manifest, "parts")),
        *((manifests.StageContent, ""), (manifests.StageContent, "parts"), (manifests.ItemLine, "")),
        *(
            (Claim, ""),
            (Claim, "owner"),
            (HandedOn, ""),
            (HandedOn, "blobs"),
            (decisions.Decision, ""),
            (Learnt, ""),
            (Progress, ""),
        ),
        *(
            (published.Index, ""),
            (published.Index, "items"),
            (published.DayIndex, ""),
            (published.PublishedItem, "files"),
        ),
        *((published.Tombstone, ""), (published.Tombstone, "words")),
    ],
    ids=lambda model: getattr(model, "__name__", model),
)
def test_a_required_field_that_old_objects_lack_is_noticed(
    golden: Objects, monkeypatch: pytest.MonkeyPatch, model: Any, inside: str
) -> None:
    own: Any = {"newer": (int, ...)}
    if inside:
        annotation = model.model_fields[inside].annotation
        (inner, *many) = get_args(annotation) or (annotation,)
        wider: Any = create_model(inner.__name__, __base__=inner, newer=(int, ...))
        own = {inside: (tuple[wider, ...] if many else wider, ...)}
    changed = create_model(model.__name__, __base__=model, **own)
    monkeypatch.setattr(model, "__pydantic_validator__", changed.__pydantic_validator__)
    assert changes(golden)


@pytest.mark.parametrize(
    ("model", "is_change"),
    [
        *((manifests.Record, False), (manifests.Manifest, False), (manifests.StageContent, False), (Claim, False)),
        *((entries.Entries, False), (entries.Entry, False), (decisions.Decision, True), (HandedOn, False)),
        *((published.PublishedItem, False), (published.Index, False), (StageRequest, True)),
    ],
    ids=lambda model: getattr(model, "__name__", model),
)
def test_a_field_that_comes_later_with_a_default_is_a_change_only_where_bytes_make_the_key(
    golden: Objects, monkeypatch: pytest.MonkeyPatch, model: Any, is_change: bool
) -> None:
    wider = create_model(model.__name__, __base__=model, newer=(int, 0))
    for part in ("__pydantic_validator__", "__pydantic_serializer__"):
        monkeypatch.setattr(model, part, getattr(wider, part))
    assert bool(changes(golden)) is is_change
