"""Any causal language model in torch answers many prompts at once, as it would answer each alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AttentionInterface, PreTrainedModel

from include.contract.errors import UnknownModel
from include.contract.model_cards import OpenvinoSettings, Precision, TransformersSettings
from include.runtime.models.load_times import LoadTimes
from include.runtime.models.loading import load_causal_lm
from include.runtime.writing.engines import cells, torch_rows, transformers_engine
from include.runtime.writing.engines.chat import END_OF_TURN
from include.runtime.writing.engines.drawing import drawn
from include.runtime.writing.engines.transformers_engine import load_tokenizer, open_engine
from include.runtime.writing.text_engine import Answer, Prompt, TextEngine
from tests.include.runtime.writing.engines.asking import SCHEMA, files_in, own_model, prompt
from tests.include.runtime.writing.parts import GGUF
from tests.tiny_models import Family, Form, TinyModel

SETTINGS = TransformersSettings(context_tokens=1024)
PROMPTS = [prompt("bees " * (number % 4 + 1) + str(number), 4 + 5 * number) for number in range(8)]


@pytest.fixture(scope="module")
def llama(tiny_model: TinyModel) -> Iterator[TextEngine]:
    engine = open_engine(own_model(files_in(tiny_model(Family.LLAMA, Form.SAFETENSORS)), SETTINGS))
    yield engine
    engine.close()


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """For models so small, several threads wait for one another more than they compute."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def as_transformers_writes(files: dict[str, Path], prompts: list[Prompt]) -> list[Answer]:
    """Each alone, by transformers' own `generate`."""
    tokenizer, model = load_tokenizer(files), load_causal_lm(files, Precision.FLOAT32)
    model.set_attn_implementation("eager")  # the others know neither capped scores nor sinks
    ends = [token for token, mark in tokenizer.added_tokens_decoder.items() if str(mark) in END_OF_TURN]
    answers = []
    for each in prompts:
        told = [{"role": message.role.value, "content": message.content} for message in each.messages]
        given = tokenizer.apply_chat_template(told, add_generation_prompt=True, return_tensors="pt", return_dict=True)
        read = given["input_ids"].shape[1]
        found = model.generate(
            **given.to(model.device), max_new_tokens=each.max_tokens, do_sample=False, eos_token_id=ends
        )
        written = found[0, read:].tolist()
        is_cut = written[-1] not in ends
        text = tokenizer.decode(written, skip_special_tokens=True)
        answers.append(Answer(text, read, len(written) - (not is_cut), is_cut))
    return answers


@pytest.mark.parametrize(
    ("family", "form"),
    [(family, Form.SAFETENSORS) for family in Family] + [(Family.LLAMA, Form.GGUF), (Family.GEMMA, Form.GGUF)],
)
def test_answers_are_those_of_transformers_one_by_one(tiny_model: TinyModel, family: Family, form: Form) -> None:
    files = files_in(tiny_model(family, form))
    engine = open_engine(own_model(files, SETTINGS))
    assert engine.generate(PROMPTS) == as_transformers_writes(files, PROMPTS)
    engine.close()


@pytest.mark.parametrize(("family", "told"), [(Family.GEMMA_2, "softcap"), (Family.GPT_OSS, "s_aux")])
def test_capped_scores_and_sinks_change_what_is_written(
    tiny_model: TinyModel, family: Family, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the test above tells whether they are held."""
    files = files_in(tiny_model(family, Form.SAFETENSORS))
    attend = cells.attend

    def without(*given: Any, **named: Any) -> Any:
        assert named.pop(told) is not None
        return attend(*given, **named)

    monkeypatch.setitem(AttentionInterface._global_mapping, cells.ATTENTION, without)
    engine = open_engine(own_model(files, SETTINGS))
    found = engine.generate(PROMPTS)
    engine.close()
    assert found != as_transformers_writes(files, PROMPTS)


@pytest.mark.long
def test_smollm2_answers_as_transformers_has_it() -> None:
    files, prompts = {"model.gguf": GGUF}, [prompt("Why is the sky blue?", 9), prompt("Name three rivers.", 5)]
    engine = open_engine(own_model(files, SETTINGS))
    answers = engine.generate(prompts)
    engine.close()
    assert answers == as_transformers_writes(files, prompts)


def test_threads_are_answered_together_with_what_each_would_get_alone(llama: TextEngine) -> None:
    alone = [llama.generate([each])[0] for each in PROMPTS]
    with ThreadPoolExecutor(len(PROMPTS)) as pool:
        together = list(pool.map(lambda each: llama.generate([each])[0], PROMPTS))
    assert together == alone


def test_a_shared_beginning_is_computed_once_and_rows_take_the_places_of_those_that_left(
    tiny_model: TinyModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch_rows, "MOST_ROWS", 3)
    passes: list[int] = []

    def loaded(files: dict[str, Path], precision: Precision, times: LoadTimes) -> PreTrainedModel:
        model = load_causal_lm(files, precision, times)
        model.register_forward_pre_hook(
            lambda _, args, kwargs: passes.append(kwargs["input_ids"].shape[1]), with_kwargs=True
        )
        return model

    monkeypatch.setattr("include.runtime.writing.engines.transformers_engine.load_causal_lm", loaded)
    engine = open_engine(own_model(files_in(tiny_model(Family.LLAMA, Form.SAFETENSORS)), SETTINGS))
    prompts = [prompt(f"{number}", 4 if number % 2 else 20) for number in range(6)]
    answers = engine.generate(prompts)
    engine.close()
    read, written = sum(each.prompt_tokens for each in answers), sum(each.answer_tokens for each in answers)
    alone = answers[0].prompt_tokens
    assert sum(passes) < alone + 6 * 15 + written, f"{read} tokens of prompts share all but some"
    in_order = sum(max(each.answer_tokens for each in answers[start : start + 3]) for start in (0, 3))
    assert len(passes) < in_order + 3


def test_a_long_prompt_goes_through_in_parts_with_the_same_answer(
    llama: TextEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts = [prompt("rivers and bees " * 20, 12), prompt("rivers " * 40, 12), prompt("tea", 30)]
    whole = llama.generate(prompts)
    monkeypatch.setattr(torch_rows, "MOST_TOKENS", 48)
    assert llama.generate([*prompts[1:], prompts[0]]) == [*whole[1:], whole[0]]


def test_what_there_is_no_memory_for_waits(llama: TextEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    plenty = llama.generate(PROMPTS)
    monkeypatch.setattr(torch_rows, "_CPU_CELLS_BYTES", 1)
    assert llama.generate(PROMPTS) == plenty


def test_json_is_held_to_its_schema_at_any_temperature(llama: TextEngine) -> None:
    answers = llama.generate([prompt("bees", 200, seed, 1.5, SCHEMA) for seed in range(4)] + [PROMPTS[0]])
    for answer in answers[:-1]:
        assert not answer.is_cut
        assert len(json.loads(answer.text)["scenes"]) == 2
    assert answers[-1] == llama.generate([PROMPTS[0]])[0]


def test_an_answer_that_reaches_its_limit_inside_json_says_so(llama: TextEngine) -> None:
    (answer,) = llama.generate([prompt("bees", 5, schema=SCHEMA)])
    assert (answer.is_cut, answer.answer_tokens) == (True, 5)


def test_a_seed_draws_the_same_answer_in_whatever_company_and_another_seed_another(llama: TextEngine) -> None:
    asked = prompt("bees", 24, seed=2**62, temperature=1.0)
    (alone,) = llama.generate([asked])
    others = [prompt(f"tea {seed}", 30, seed, 1.0) for seed in range(3)]
    assert llama.generate([*others, asked])[-1].text == alone.text
    assert llama.generate([prompt("bees", 24, seed=3, temperature=1.0)])[0].text != alone.text


def test_it_computes_in_the_precision_of_the_card(tiny_model: TinyModel) -> None:
    files, asked = files_in(tiny_model(Family.QWEN, Form.SAFETENSORS)), [prompt("bees", 20), prompt("of bees", 40)]
    drawn = [prompt("bees", 60, seed, 1.0) for seed in range(6)]
    answers = []
    for precision in Precision:
        engine = open_engine(own_model(files, TransformersSettings(precision=precision)))
        answers.append(engine.generate([*asked, *drawn]))
        engine.close()
    exact, rough, _ = answers
    assert exact[:2] == as_transformers_writes(files, asked)
    assert rough != exact, "bfloat16 has eight bits for what float32 has 24"


def test_an_architecture_that_is_not_known_is_refused_with_those_that_are(
    tiny_model: TinyModel, tmp_path: Path
) -> None:
    files = files_in(tiny_model(Family.LLAMA, Form.SAFETENSORS))
    config = json.loads(files["config.json"].read_text()) | {"model_type": "lama"}
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(UnknownModel, match=r"acme/tiny: .*`lama` is not known .*llama"):
        open_engine(own_model(files | {"config.json": tmp_path / "config.json"}, SETTINGS))


def test_a_configuration_with_a_value_of_another_type_is_refused(tiny_model: TinyModel, tmp_path: Path) -> None:
    files = files_in(tiny_model(Family.LLAMA, Form.SAFETENSORS))
    path = tmp_path / "config.json"
    path.write_text(json.dumps(json.loads(files["config.json"].read_text()) | {"num_hidden_layers": "two"}))
    with pytest.raises(UnknownModel, match=r"acme/tiny: config\.json: .*'num_hidden_layers' expected int, got str"):
        open_engine(own_model(files | {"config.json": path}, SETTINGS))


def test_layers_that_keep_a_state_of_their_own_are_refused(tmp_path: Path, tiny_model: TinyModel) -> None:
    from transformers import MambaConfig, MambaForCausalLM

    MambaForCausalLM(
        MambaConfig(vocab_size=420, hidden_size=16, num_hidden_layers=1, state_size=4, time_step_rank=4)
    ).save_pretrained(tmp_path)
    tokenizer = {
        name: path
        for name, path in files_in(tiny_model(Family.LLAMA, Form.SAFETENSORS)).items()
        if name.startswith(("tokenizer", "chat"))
    }
    with pytest.raises(UnknownModel, match="`mamba` has .*cannot be computed by rows"):
        open_engine(own_model(tokenizer | files_in(tmp_path), SETTINGS))


def test_how_long_it_took_until_it_was_ready_is_noted_with_the_model(tiny_model: TinyModel) -> None:
    model = own_model(files_in(tiny_model(Family.LLAMA, Form.SAFETENSORS)), SETTINGS)
    open_engine(model).close()
    assert model.times.told().map_s + model.times.told().device_s > 0


def test_it_computes_on_no_more_threads_than_processors_are_granted(
    tiny_model: TinyModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.set_num_threads(4)
    monkeypatch.setattr(transformers_engine, "granted_processors", lambda: 3)
    threads: list[int] = []

    def noting(*given: Any) -> Any:
        threads.append(torch.get_num_threads())
        return drawn(*given)

    monkeypatch.setattr(torch_rows, "drawn", noting)
    engine = open_engine(own_model(files_in(tiny_model(Family.LLAMA, Form.SAFETENSORS)), SETTINGS))
    engine.generate([prompt("bees", 2)])
    engine.close()
    torch.set_num_threads(1)
    assert set(threads) == {3}


def test_a_model_without_a_tokenizer_is_refused(tiny_model: TinyModel) -> None:
    files = files_in(tiny_model(Family.LLAMA, Form.SAFETENSORS))
    without = {name: path for name, path in files.items() if not name.startswith("tokenizer")}
    with pytest.raises(UnknownModel, match="acme/tiny: its tokenizer"):
        open_engine(own_model(without, SETTINGS))


@pytest.mark.parametrize(
    ("altered", "why"),
    [
        ({"model": {"type": "Nope"}}, "did not match any variant"),
        ({"model": 7}, "did not match any variant"),
        ({"pre_tokenizer": {"type": "Nope"}}, "did not match any variant"),
        ({"added_tokens": 7}, "not iterable"),
    ],
)
def test_a_tokenizer_that_cannot_be_read_is_refused_with_its_file(
    tiny_model: TinyModel, tmp_path: Path, altered: dict[str, Any], why: str
) -> None:
    files = files_in(tiny_model(Family.LLAMA, Form.SAFETENSORS))
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(json.loads(files["tokenizer.json"].read_text()) | altered))
    with pytest.raises(UnknownModel) as raised:
        open_engine(own_model(files | {"tokenizer.json": path}, SETTINGS))
    said = str(raised.value)
    assert said.startswith("model acme/tiny: its tokenizer cannot be read from tokenizer.json: ")
    assert why in said
    assert said.endswith("; add the model with all its files, or another version")


def test_a_card_of_another_backend_is_refused(tiny_model: TinyModel) -> None:
    files = files_in(tiny_model(Family.LLAMA, Form.SAFETENSORS))
    with pytest.raises(UnknownModel, match="not for transformers"):
        open_engine(own_model(files, OpenvinoSettings()))
