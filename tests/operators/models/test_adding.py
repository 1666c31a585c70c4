from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from include.contract.errors import BadRequest
from include.contract.keys import MODEL_NAMES, blob_key, model_key
from include.contract.model_cards import (
    Backend,
    DiffusersSettings,
    ModelCard,
    OpenaiSettings,
    OpenvinoSettings,
    Precision,
    TransformersSettings,
    Writes,
    read_reference,
)
from include.contract.prompts import prompts_digest
from include.contract.values import Determinism, StageKind
from include.store.models import Models
from include.store.store import Store
from operators.models.adding import Asked, added, added_server, looked_at, option_of, settings_of
from tests.operators.models.sources import Given, folder_files, openvino_files, pipeline_files
from tests.operators.models.tiny import gguf, safetensors

WEIGHTS = 32 * 8 + 8
"""Numbers in the tiny models."""


def asked(name: str = "acme/tiny@1", **said: Any) -> Asked:
    return Asked(**{"reference": read_reference(name), "licence": "MIT", "commercial": True} | said)


def add(store: Store, files: Mapping[str, bytes], wanted: Asked | None = None) -> ModelCard:
    return added(looked_at(Given(files)), wanted or asked(), store)


def refusal(store: Store, files: Mapping[str, bytes], wanted: Asked | None = None) -> str:
    with pytest.raises(BadRequest) as raised:
        add(store, files, wanted)
    assert not store.listed("v1/blobs/")
    return str(raised.value)


def test_a_model_lies_in_the_store_by_its_card_and_its_name(store: Store) -> None:
    card = add(store, folder_files(), asked(languages=("en", "pt-BR"), working_bytes=7, offloaded_bytes=5))
    assert Models(store).named(read_reference("acme/tiny@1")) == card
    assert Models(store).card(read_reference("acme/tiny@1").identity(card)) == card
    assert set(card.files) == set(folder_files())
    assert all(store.size(blob_key(file.sha256)) == file.bytes for file in card.files.values())
    assert (card.kind, card.licence, card.commercial, card.languages) == (StageKind.TEXT, "MIT", True, ("en", "pt-BR"))
    assert (card.determinism, card.origin, card.memory.working_bytes) == (Determinism.SEEDED, "tests", 7)
    assert (card.memory.offload, card.memory.offloaded_bytes) == (True, 5)
    assert isinstance(card.settings, TransformersSettings)
    assert (card.settings.writes, card.settings.prompts) == (Writes.WHOLE, prompts_digest())
    assert (card.settings.context_tokens, card.settings.answer_tokens) == (2048, 1024)


def test_the_same_model_is_the_same_card_however_often_it_is_added(store: Store) -> None:
    first = add(store, folder_files())
    assert add(store, dict(reversed(folder_files().items()))) == first
    assert add(store, folder_files(), asked("acme/other@1")).digest == first.digest
    assert len(store.listed("v1/models/")) == 1
    assert len(store.listed(MODEL_NAMES)) == 2


def test_a_name_never_moves(store: Store) -> None:
    card = add(store, folder_files())
    with pytest.raises(BadRequest, match="acme/tiny@1 is another one already, since its settings differ; a name"):
        add(store, folder_files(), asked(settings={"temperature": "0"}))
    with pytest.raises(BadRequest, match=r"since its files differ: vocab.txt \(only here\); a name never moves"):
        add(store, folder_files() | {"vocab.txt": b"a"})
    altered = folder_files() | {"tokenizer.json": b'{"model": {"vocab": {}}}'}
    with pytest.raises(BadRequest, match="is another one already"):
        add(store, altered)
    assert Models(store).named(read_reference("acme/tiny@1")) == card


@pytest.mark.parametrize(("precision", "element_bytes"), [("float32", 4), ("bfloat16", 2), ("float16", 2)])
def test_weights_are_counted_in_the_precision_that_they_are_loaded_in(
    store: Store, precision: str, element_bytes: int
) -> None:
    files = folder_files() | {"model.safetensors": safetensors({"w": [10]}, "BF16", 2)}
    card = add(store, files, asked(settings={"precision": precision}))
    assert isinstance(card.settings, TransformersSettings)
    assert card.settings.precision is Precision(precision)
    assert card.memory.weights_bytes == 10 * element_bytes


def test_a_gguf_is_unpacked_by_transformers_and_stays_as_it_is_in_openvino(store: Store) -> None:
    files = {"tiny.gguf": gguf()}
    assert add(store, files).memory.weights_bytes == 4 * WEIGHTS
    card = add(store, files, asked("acme/tiny@1+openvino", backend=Backend.OPENVINO))
    assert isinstance(card.settings, OpenvinoSettings)
    assert card.memory.weights_bytes == 4 * WEIGHTS
    assert add(store, openvino_files(), asked("acme/tiny@2")).memory.weights_bytes == 64


def test_a_gguf_that_transformers_does_not_know_is_added_for_openvino_alone(store: Store) -> None:
    files = {"tiny.gguf": gguf({"general.architecture": "newest"})}
    assert "`general.architecture` is 'newest'" in refusal(store, files)
    assert "or try `--backend openvino`" in refusal(store, files, asked(backend=Backend.TRANSFORMERS))
    assert add(store, files, asked(backend=Backend.OPENVINO)).backend is Backend.OPENVINO


def test_a_pipeline_is_a_card_for_diffusers_though_nothing_here_runs_it(store: Store) -> None:
    card = add(store, pipeline_files())
    assert (card.kind, card.backend, card.batch_size) == (StageKind.IMAGE, Backend.DIFFUSERS, None)
    assert card.settings == DiffusersSettings(scheduler=None, steps=30, guidance=5.0)
    assert set(card.files) == set(pipeline_files())
    assert card.memory.weights_bytes == 4 * 34
    settings = {"precision": "bfloat16", "scheduler": "EulerDiscreteScheduler", "steps": "4", "guidance": "0"}
    fast = add(store, pipeline_files(), asked("acme/tiny@1+fast", settings=settings))
    assert fast.settings == DiffusersSettings(
        precision=Precision.BFLOAT16, scheduler="EulerDiscreteScheduler", steps=4, guidance=0.0
    )
    assert fast.memory.weights_bytes == 2 * 34


def test_whoever_adds_a_pipeline_may_say_what_it_makes_since_only_its_name_hints_at_it(store: Store) -> None:
    assert add(store, pipeline_files(), asked("acme/tiny@1", kind=StageKind.CLIP)).kind is StageKind.CLIP
    assert add(store, pipeline_files(_class_name="WanPipeline"), asked("acme/tiny@2")).kind is StageKind.CLIP


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"kind": StageKind.TEXT}, "--kind: the model is of the kind `image` or `clip` or `audio` by its own files"),
        ({"backend": Backend.TRANSFORMERS}, "--backend: such files are not for `transformers`; allowed: `diffusers`"),
        ({"settings": {"temperature": "0"}}, "--temperature: is not a field; allowed: precision, scheduler, steps"),
        ({"settings": {"scheduler": "euler"}}, "--scheduler: "),
        ({"settings": {"scheduler": "os.EulerScheduler"}}, "--scheduler: "),
        ({"settings": {"steps": "0"}}, "--steps: "),
        ({"settings": {"guidance": "nan"}}, "--guidance: "),
    ],
)
def test_what_does_not_fit_a_pipeline_is_refused_before_anything_is_sent(
    store: Store, said: dict[str, Any], says: str
) -> None:
    assert says in refusal(store, pipeline_files(), asked(**said))


def test_a_model_that_writes_sentences_has_no_prompt_files(store: Store) -> None:
    card = add(store, {"tiny.gguf": gguf()}, asked(settings={"writes": "sentences"}))
    assert (card.settings.writes, card.settings.prompts) == (Writes.SENTENCES, None)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (folder_files(), {}),
        ({"tiny.gguf": gguf({"general.architecture": "qwen3"})}, {}),
        ({"tiny.gguf": gguf()}, {"backend": Backend.OPENVINO}),
        ({"tiny.gguf": gguf()}, {"settings": {"writes": "sentences", "precision": "bfloat16"}}),
    ],
)
def test_what_no_stage_writes_sentences_with_is_refused_before_anything_is_sent(
    store: Store, files: dict[str, bytes], said: dict[str, Any]
) -> None:
    said = {"settings": {"writes": "sentences"}} | said
    assert refusal(store, files, asked(**said)).startswith("--writes: `sentences` needs a GGUF file whose ")


def test_the_context_is_as_large_as_is_usual_where_the_model_takes_more(store: Store) -> None:
    settings = add(store, {"tiny.gguf": gguf()}).settings
    assert (settings.context_tokens, settings.answer_tokens) == (4096, 2048)
    larger = add(store, {"tiny.gguf": gguf()}, asked("acme/tiny@2", settings={"context_tokens": "8192"})).settings
    assert (larger.context_tokens, larger.answer_tokens) == (8192, 2048)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"settings": {"context_tokens": "4096"}}, "--context-tokens: the model takes 2048 (found 4096)"),
        ({"settings": {"precision": "int3"}}, "--precision: is not known (found 'int3'); allowed: float32"),
        ({"settings": {"temperature": "hot", "top_p": "2"}}, "--temperature: is not a number (found 'hot')"),
        ({"settings": {"address": "http://x"}}, "--address: is not a field; allowed: writes,"),
        ({"kind": StageKind.IMAGE}, "--kind: the model is of the kind `text` by its own files (found `image`)"),
        ({"backend": Backend.OPENVINO}, "--backend: such files are not for `openvino`; allowed: `transformers`"),
    ],
)
def test_what_does_not_fit_the_model_is_refused_before_anything_is_sent(
    store: Store, said: dict[str, Any], says: str
) -> None:
    assert says in refusal(store, folder_files(), asked(**said))


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("pytorch_model.bin", b"any", "pytorch_model.bin: is a pickle"),
        ("modeling.py", b"", "modeling.py: is code"),
        ("adapter_config.json", b"{}", "adapter_config.json: is of an adapter, which would load another model"),
        ("../x.json", b"{}", "../x.json: leaves the model's folder"),
        ("a\nb.json", b"{}", r"'a\nb.json': has characters that do not print in its name"),
        ("\udcff.json", b"{}", "has characters that do not print in its name"),
        ("x" * 600 + ".json", b"{}", "should have at most 500 characters"),
    ],
)
def test_files_that_no_model_has_are_refused_before_any_is_fetched(
    store: Store, path: str, body: bytes, says: str
) -> None:
    class Far(Given):
        def take(self, paths: object) -> None:
            raise AssertionError(paths)

    with pytest.raises(BadRequest) as raised:
        looked_at(Far(folder_files() | {path: body}))
    assert says in str(raised.value)


def test_files_whose_names_look_alike_are_refused_as_files(store: Store) -> None:
    said = refusal(store, folder_files() | {"caf\u00e9.json": b"{}", "cafe\u0301.json": b"{}"})
    assert said == (
        "cafe\u0301.json: has the name of another file, spelt in other characters ('cafe\\u0301.json' and "
        "'caf\\xe9.json'), so that a card cannot tell them apart; rename one of them"
    )


def test_patterns_leave_files_out(store: Store) -> None:
    files = folder_files() | {"pytorch_model.bin": b"any", "a.gguf": gguf(), "b.gguf": gguf()}
    looked = looked_at(Given(files), without=["*.bin", "*.gguf"])
    assert set(added(looked, asked(), store).files) == set(folder_files())
    assert set(looked_at(Given(files), only=["a.gguf"]).files.sizes) == {"a.gguf"}


def test_a_model_on_a_server_has_an_address_and_no_files(store: Store) -> None:
    settings = {"address": "http://llm.example:8000/v1", "server_model": "qwen3-4b"}
    card = added_server(asked(settings=settings), store)
    assert card.files == {}
    assert card.settings == OpenaiSettings(
        address="http://llm.example:8000/v1", server_model="qwen3-4b", prompts=prompts_digest()
    )
    assert Models(store).named(read_reference("acme/tiny@1")) == card
    assert store.size(model_key(card.digest)) is not None


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"settings": {"address": "http://llm/v1"}}, "--server-model: is missing"),
        (
            {"settings": {"address": "http://me:key@llm/v1", "server_model": "x"}},
            "--address: has an `@`",
        ),
        ({"backend": Backend.OPENVINO}, "--backend: a model on a server is for `openai` (found `openvino`)"),
        (
            {"settings": {"address": "http://llm/v1", "server_model": "x", "writes": "sentences"}},
            "--writes: `sentences` needs a GGUF file",
        ),
    ],
)
def test_a_server_that_cannot_be_asked_is_refused(store: Store, said: dict[str, Any], says: str) -> None:
    with pytest.raises(BadRequest) as raised:
        added_server(asked(**said), store)
    assert says in str(raised.value)
    assert not store.listed("v1/")


def test_whatever_may_be_said_has_an_option() -> None:
    assert settings_of(Backend.DIFFUSERS) == ["precision", "scheduler", "steps", "guidance"]
    assert [option_of(name) for name in settings_of(Backend.OPENAI)[-2:]] == ["--address", "--server-model"]
    assert "prompts" not in settings_of(Backend.TRANSFORMERS)
