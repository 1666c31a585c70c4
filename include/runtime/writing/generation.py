"""The generation loop: several drafts at once, each with a seed of its own, bitwise repeatable."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import torch

from include.runtime.languages.sentences import ends_with_abbreviation, sentence_ends
from include.runtime.models.smollm import END_OF_TURN
from include.runtime.writing.text_model import Draft, Question

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import LlamaForCausalLM

THREADS = 1
"""Fixed, since a sum that is split over another number of threads rounds differently, and another word is drawn."""
TOP_K = 40
TOP_P = 0.9
REPETITION_PENALTY = 1.1
"""After Keskar et al. 2019 (CTRL), over the tokens of the draft itself."""
_BANNED_CHARACTERS = frozenset('0123456789*#_`[](){}<>|\\/@=+~^"“”:;!%$&')
"""Markup has no place in speech, and a number from a small model is a guess."""
_EMPTY_WORDS = """
    amazing amazingly incredible incredibly magic magical special superhero superheroes super awesome yummy
    fascinating imagine wow thing things stuff like called lots fun cool vital crucial essential remarkable
    fantastic thousand thousands million millions hundred hundreds billion billions so very really humans
    delicious treat wonder wonders century centuries ancient invented twentieth nineteenth eighteenth
    seventeenth sixteenth fifteenth fourteenth thirteenth
"""
"""What a small model says when it has nothing to say, or is about to make facts up."""


@dataclass
class _Row:
    """One draft while it is written."""

    chance: random.Random
    tokens: list[int]
    log_probability: float = 0.0


class TorchTextModel:
    """A chat model of the SmolLM2 family in torch, on the CPU."""

    def __init__(self, tokenizer: Tokenizer, model: LlamaForCausalLM) -> None:
        self.tokens_read = 0
        self._tokenizer = tokenizer
        self._model = model
        texts = [tokenizer.decode([token], skip_special_tokens=False) for token in range(model.config.vocab_size)]
        end = int(tokenizer.token_to_id(END_OF_TURN) or 0)
        self._stops = frozenset([end, *(token for token, text in enumerate(texts) if "\n" in text)])
        banned_words = frozenset(_EMPTY_WORDS.split())
        banned = [
            not text or not _BANNED_CHARACTERS.isdisjoint(text) or text.strip().lower() in banned_words
            for text in texts
        ]
        banned[end] = False
        self._banned = torch.tensor(banned)

    @torch.inference_mode()
    def drafts(self, question: Question, seeds: Sequence[int]) -> list[Draft]:
        """One draft per seed, in their order."""
        with _fixed_threads():
            rows = [_Row(random.Random(seed), []) for seed in seeds]
            self._write(rows, question)
        return [self._draft(row) for row in rows]

    @torch.inference_mode()
    def log_probabilities(self, question: Question, answers: Sequence[str]) -> list[float]:
        """How likely each of `answers` is to `question`: a natural logarithm, summed over all its tokens."""
        prompt = prompt_of(question, self._tokenizer)
        encoded = [self._tokenizer.encode(answer, add_special_tokens=False).ids for answer in answers]
        self.tokens_read += len(prompt) + sum(map(len, encoded))
        longest = max(map(len, encoded))
        # Padding on the right is never seen by a causal model's earlier positions.
        rows = torch.tensor([[prompt[-1], *ids, *[0] * (longest - len(ids))] for ids in encoded])
        with _fixed_threads():
            cache = self._model(torch.tensor([prompt[:-1]]), use_cache=True, logits_to_keep=1).past_key_values
            cache.batch_repeat_interleave(len(answers))
            scores = torch.log_softmax(self._model(rows, past_key_values=cache).logits, -1)
        return [
            sum(float(row[place, token]) for place, token in enumerate(ids))
            for row, ids in zip(scores, encoded, strict=True)
        ]

    def _write(self, rows: Sequence[_Row], question: Question) -> None:
        prompt = prompt_of(question, self._tokenizer)
        self.tokens_read += len(prompt)
        cache = self._model(torch.tensor([prompt[:-1]]), use_cache=True, logits_to_keep=1).past_key_values
        cache.batch_repeat_interleave(len(rows))
        open_rows, last = list(rows), [prompt[-1]] * len(rows)
        for _ in range(question.max_tokens):
            logits = self._model(torch.tensor(last).unsqueeze(1), past_key_values=cache).logits[:, -1]
            kept = [
                place
                for place, row in enumerate(open_rows)
                if self._extend(row, logits[place], question) and not self._complete(row, question)
            ]
            if not kept:
                return
            if len(kept) < len(open_rows):
                cache.batch_select_indices(torch.tensor(kept))
                open_rows = [open_rows[place] for place in kept]
            last = [row.tokens[-1] for row in open_rows]

    def _extend(self, row: _Row, logits: torch.Tensor, question: Question) -> bool:
        """Draw the next token; False when the model ends its turn."""
        logits = logits.masked_fill(self._banned, -torch.inf)
        shaped = _penalised(logits, row.tokens) / question.temperature
        best, tokens = torch.topk(shaped, TOP_K)
        token = int(tokens[_drawn(torch.softmax(best, 0).tolist(), row.chance.random())])
        if token in self._stops:
            return False
        row.tokens.append(token)
        row.log_probability += float(torch.log_softmax(logits, 0)[token])
        return True

    def _complete(self, row: _Row, question: Question) -> bool:
        text = question.opening + self._tokenizer.decode(row.tokens)
        return has_sentences(text, question.sentences)

    def _draft(self, row: _Row) -> Draft:
        count = len(row.tokens)
        return Draft(self._tokenizer.decode(row.tokens), row.log_probability / max(count, 1), count)


def prompt_of(question: Question, tokenizer: Tokenizer) -> list[int]:
    """Token ids of the chat so far. A `<` of the text never becomes a control token."""
    asked, opening = (text.replace("<", "< ") for text in (question.text, question.opening))
    chat = f"<|im_start|>user\n{asked}{END_OF_TURN}\n<|im_start|>assistant\n{opening}"
    return tokenizer.encode(chat, add_special_tokens=False).ids


def has_sentences(text: str, wanted: int) -> bool:
    """Whether an English `text` ends with its `wanted`th sentence or a later one; `2.` and `U.S.` may go on."""
    if not text.endswith((".", "!", "?")) or text[-2:-1].isdigit() or ends_with_abbreviation(text, "en"):
        return False
    return len(sentence_ends(text, "en")) >= wanted


def _penalised(logits: torch.Tensor, written: Sequence[int]) -> torch.Tensor:
    """`logits` with those of `written` made less likely."""
    seen = torch.tensor(sorted(set(written)), dtype=torch.long)
    scores = logits[seen]
    return logits.index_put((seen,), torch.where(scores > 0, scores / REPETITION_PENALTY, scores * REPETITION_PENALTY))


def _drawn(probabilities: Sequence[float], chance: float) -> int:
    """Index drawn from the likeliest that together reach `TOP_P`; `chance` is in [0, 1)."""
    totals = list(accumulate(probabilities))
    nucleus = next((place for place, total in enumerate(totals) if total >= TOP_P), len(totals) - 1)
    target = chance * totals[nucleus]
    return next((place for place, total in enumerate(totals[:nucleus]) if total > target), nucleus)


@contextmanager
def _fixed_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    try:
        yield
    finally:
        torch.set_num_threads(before)
