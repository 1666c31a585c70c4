"""How well a model foresees an article that ships, which it reads without a chat; the lower, the better."""

from __future__ import annotations

import math
import statistics
from pathlib import Path

import yaml

from include.contract.model_cards import OpenvinoSettings, Precision

ARTICLE = Path(__file__).parents[1] / "examples" / "why-rivers-bend.article.yaml"


def torch_perplexity(gguf: Path, precision: Precision) -> float:
    """In torch."""
    import torch

    from include.runtime.models.loading import load_causal_lm
    from include.runtime.writing.engines.transformers_engine import load_tokenizer

    model, tokenizer = load_causal_lm({"model.gguf": gguf}, precision), load_tokenizer({"model.gguf": gguf})
    read = torch.tensor([tokenizer.encode(_article(), add_special_tokens=False)])
    with torch.inference_mode():
        likely = torch.log_softmax(model(input_ids=read).logits[0, :-1].float(), -1)
    return float((-likely.gather(-1, read[0, 1:, None]).mean()).exp())


def openvino_perplexity(gguf: Path) -> float:
    """In OpenVINO, in float32."""
    import openvino_genai

    from include.runtime.writing.engines.openvino_engine import _loaded

    pipeline, config = _loaded(gguf, OpenvinoSettings()), openvino_genai.GenerationConfig()
    read = pipeline.get_tokenizer().encode(_article(), add_special_tokens=False).input_ids
    config.max_new_tokens, config.echo, config.logprobs = 1, True, 1
    handle, likely = pipeline.add_request(0, read, config), list[float]()
    while pipeline.has_non_finished_requests():
        pipeline.step()
        while handle.can_read():
            likely += [each for output in handle.read().values() for each in output.generated_log_probs]
    return math.exp(-statistics.fmean(likely[1 : int(read.shape[1])]))


def _article() -> str:
    sections = yaml.safe_load(ARTICLE.read_text())["article"]["sections"]
    return "\n\n".join(section["text"].strip() for section in sections)
