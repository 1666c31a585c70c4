"""Language models in OpenVINO, on the processor: a GGUF file as it is, or a converted folder.

Its sums depend on the processor, so what it writes is the same only on processors of one kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from include.contract.errors import BadRequest, RejectedContent, UnknownModel
from include.contract.model_cards import OpenvinoSettings, Precision
from include.runtime.processors import granted_processors
from include.runtime.stage import ModelFiles
from include.runtime.writing.engines.chat import Marks, ModelTemplate, check_length
from include.runtime.writing.engines.folder import folder_of
from include.runtime.writing.engines.json_grammar import grammar_of
from include.runtime.writing.engines.rounds import Rounds, Writing
from include.runtime.writing.text_engine import Answer, Message, Prompt, TextEngine

if TYPE_CHECKING:
    import openvino_genai

_GGUF = ".gguf"
MOST_ROWS = 64
"""Rows in one pass: beyond that, a processor gains nothing more from computing them together."""
CELLS_GB = 2
"""Memory for keys and values."""
_MARK = re.compile(r"<[^<>\s]+>|\[[A-Z_/]+\]")
"""How vocabularies spell control tokens; OpenVINO does not tell them from words."""
_HINTS = {Precision.FLOAT32: "f32", Precision.BFLOAT16: "bf16", Precision.FLOAT16: "f16"}


def open_engine(model: ModelFiles) -> TextEngine:
    """The model of the card, loaded on the processor.

    :raises UnknownModel: its files are not a model that OpenVINO reads.
    """
    if model.card is None or not isinstance(model.card.settings, OpenvinoSettings):
        raise UnknownModel(f"model {model.name} is not for OpenVINO")
    settings = model.card.settings
    try:
        with _place_of(model.files) as place:
            pipeline = _loaded(place, settings)
        return Rounds(OpenvinoRows(pipeline, settings.context_tokens))
    except (RuntimeError, ValueError, LookupError) as error:  # what C++'s standard errors become in Python
        is_gguf = any(name.endswith(_GGUF) for name in model.files)
        todo = "use the backend `transformers`, or a folder that was converted for OpenVINO"
        raise UnknownModel(
            f"model {model.name}: OpenVINO cannot load it: {' '.join(str(error).split())[-500:]}; "
            f"{todo if is_gguf else 'download or convert it anew, and add that'}"
        ) from error


@contextmanager
def _place_of(files: Mapping[str, Path]) -> Iterator[Path]:
    weights = [path for name, path in files.items() if name.endswith(_GGUF)]
    if weights:
        yield weights[0]
        return
    with folder_of(files) as folder:
        yield folder


def _loaded(place: Path, settings: OpenvinoSettings) -> openvino_genai.ContinuousBatchingPipeline:
    import openvino_genai

    scheduler = openvino_genai.SchedulerConfig()
    scheduler.cache_size, scheduler.max_num_seqs = CELLS_GB, MOST_ROWS
    scheduler.enable_prefix_caching = scheduler.dynamic_split_fuse = True
    hint = _HINTS[settings.precision]
    options = {"INFERENCE_PRECISION_HINT": hint, "INFERENCE_NUM_THREADS": granted_processors()}
    if settings.precision is Precision.FLOAT32:
        # Otherwise it rounds to 8 bits what it multiplies with quantised weights.
        options |= {"KV_CACHE_PRECISION": hint, "DYNAMIC_QUANTIZATION_GROUP_SIZE": 0}
    return openvino_genai.ContinuousBatchingPipeline(str(place), scheduler, "CPU", options)


class OpenvinoRow(Writing):
    """One answer while it is written."""

    def __init__(self, prompt: Prompt, tokens: Any, count: int) -> None:
        self.prompt, self.tokens, self.prompt_tokens = prompt, tokens, count
        self.written: list[int] = []
        self.handle: openvino_genai.GenerationHandle | None = None


class OpenvinoRows:
    """A `Machine`: OpenVINO's own scheduler, one step per round."""

    def __init__(self, pipeline: openvino_genai.ContinuousBatchingPipeline, context_tokens: int) -> None:
        self._pipeline, self._context_tokens = pipeline, context_tokens
        self._tokenizer = pipeline.get_tokenizer()
        if not self._tokenizer.chat_template:
            raise ValueError("the model has no chat template, so it cannot be asked anything")
        self._template = ModelTemplate(self._tokenizer.chat_template, _special_tokens(self._tokenizer))
        self._marks = Marks(token for token in _vocabulary(self._tokenizer) if _MARK.fullmatch(token))
        self._ends = set(pipeline.get_config().stop_token_ids) | {self._tokenizer.get_eos_token_id()}
        self._numbers = count()
        self._rows: list[OpenvinoRow] = []

    def read(self, prompt: Prompt) -> OpenvinoRow:
        """As `Machine`."""
        text = self._template.text(
            [Message(each.role, self._marks.broken_up(each.content)) for each in prompt.messages]
        )
        tokens = self._tokenizer.encode(text, add_special_tokens=False).input_ids
        number = int(tokens.shape[1])
        check_length(number, prompt.max_tokens, self._context_tokens)
        return OpenvinoRow(prompt, tokens, number)

    def take(self, row: OpenvinoRow) -> None:
        """As `Machine`; if OpenVINO cannot hold the answer to its form, the row has the error."""
        try:
            row.handle = self._pipeline.add_request(next(self._numbers), row.tokens, self._config(row.prompt))
        except BadRequest as error:
            row.error = error
            return
        except (RuntimeError, ValueError) as error:
            row.error = RejectedContent(f"OpenVINO does not take the request: {str(error).strip()[-300:]}")
            return
        self._rows.append(row)

    def advance(self) -> None:
        """As `Machine`."""
        if self._pipeline.has_non_finished_requests():
            self._pipeline.step()
        for row in self._rows:
            self._read_of(row)
        self._rows = [row for row in self._rows if not row.is_done]

    def drop(self) -> None:
        """As `Machine`."""
        for row in self._rows:
            if row.handle is not None:
                row.handle.cancel()
        self._rows = []

    def _read_of(self, row: OpenvinoRow) -> None:
        import openvino_genai

        handle, reason = row.handle, openvino_genai.GenerationFinishReason.NONE
        if handle is None:
            return
        while handle.can_read():
            for output in handle.read().values():
                row.written += output.generated_ids
                reason = output.finish_reason
        row.tokens_written = len(row.written)
        if handle.get_status() == openvino_genai.GenerationStatus.IGNORED:
            row.error = RejectedContent("OpenVINO had no room for prompt and answer; bring less text")
        elif handle.get_status() != openvino_genai.GenerationStatus.RUNNING:
            is_cut = reason == openvino_genai.GenerationFinishReason.LENGTH
            written = row.written if is_cut else _without_end(row.written, self._ends)
            row.tokens_written = len(written)
            text = str(self._tokenizer.decode(written, skip_special_tokens=True))
            row.answer = Answer(text, row.prompt_tokens, len(written), is_cut)

    def _config(self, prompt: Prompt) -> openvino_genai.GenerationConfig:
        import openvino_genai

        config = openvino_genai.GenerationConfig()
        config.max_new_tokens = prompt.max_tokens
        config.eos_token_id = self._tokenizer.get_eos_token_id()
        config.stop_token_ids = self._ends
        config.do_sample = prompt.temperature > 0
        if config.do_sample:
            config.temperature, config.top_p, config.rng_seed = prompt.temperature, prompt.top_p, prompt.seed
        if prompt.schema is not None:
            held = openvino_genai.StructuredOutputConfig()
            held.grammar = grammar_of(prompt.schema)
            config.structured_output_config = held
        return config


def _without_end(tokens: list[int], ends: set[int]) -> list[int]:
    return tokens[:-1] if tokens and tokens[-1] in ends else tokens


def _special_tokens(tokenizer: openvino_genai.Tokenizer) -> dict[str, str]:
    """By the names that chat templates have for them."""
    bos, eos, pad = tokenizer.get_bos_token(), tokenizer.get_eos_token(), tokenizer.get_pad_token()
    return {"bos_token": bos, "eos_token": eos, "pad_token": pad}


def _vocabulary(tokenizer: openvino_genai.Tokenizer) -> Sequence[str]:
    found = tokenizer.get_vocab()
    return [token.decode(errors="replace") if isinstance(token, bytes) else str(token) for token in found]
