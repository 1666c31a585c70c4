"""A program beside the tests: loads a model, and says by how much the most memory that it held grew by that."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from include.contract.model_cards import Precision
from include.runtime.models.loading import load_causal_lm


def peak_bytes() -> int:
    """The most memory that this process ever held, pages of mapped files counted."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    import torch
    from transformers import LlamaForCausalLM

    LlamaForCausalLM.__name__  # noqa: B018 - what any model of its kind imports is no part of loading this one
    folder, precision = Path(sys.argv[1]), Precision(sys.argv[2])
    before = peak_bytes()
    model = load_causal_lm({path.name: path for path in folder.iterdir()}, precision)
    with torch.no_grad():
        for weight in model.parameters():  # so that every mapped page is in memory
            weight.sum()
    print(peak_bytes() - before)  # noqa: T201
