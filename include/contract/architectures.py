"""Which architectures the stage image's transformers engine can load, so that others are refused before they are added.

A test beside the stages compares both lists with the locked libraries, and prints what they would have to be.
"""

from __future__ import annotations

from collections.abc import Collection

from include.contract.names import allowed_names, nearest

_TRANSFORMERS = """
    afmoe apertus arcee aria_text axk1 axk2 beam bert bert-generation bitnet camembert cohere cohere2
    cohere2_moe cohere_compass_text ctrl cwm data2vec-text dbrx deepseek_v2 deepseek_v3 deepseek_v32 deepseek_v4
    diffllama doge dots1 dots3_note dots3_note_text electra emu3 ernie ernie4_5 ernie4_5_moe exaone4 exaone_moe
    flex_olmo flint fuyu gemma gemma2 gemma3 gemma3_text gemma3n gemma3n_text gemma4 gemma4_assistant
    gemma4_text gemma4_unified gemma4_unified_assistant gemma4_unified_text glm glm4 glm4_moe glm4_moe_lite
    glm_moe_dsa got_ocr2 gpt-sw3 gpt2 gpt_bigcode gpt_neox gpt_oss granite granite_swa granitemoe granitemoe_swa
    granitemoehybrid granitemoeshared helium hrm_text hunyuan_v1_dense hunyuan_v1_moe hy_v3 hy_v4 hyperclovax
    internlm3 iquestcoder jais2 jetmoe kolibri1 laguna lfm2 lfm2_moe lfm3 llama llama4 llama4_text longcat_flash
    mellum mimo_v2_flash minicpm3 minimax minimax_m2 minimax_m3_vl_text ministral ministral3 mistral mixtral
    mllama modernbert-decoder moshi moss_transcribe_diarize nanochat nemotron olmo olmo2 olmo3 olmoe opt
    persimmon phi phi3 phi4_multimodal phimoe qwen2 qwen2_moe qwen3 qwen3_moe recurrent_gemma roberta
    roberta-prelayernorm roc_bert seed_oss smollm3 solar_open starcoder2 vaultgemma xlm-roberta xlm-roberta-xl
    xmod youtu zaya
"""
_GGUF = "gemma2 gemma3 gemma4 gpt-oss gpt2 lfm2 llama minimax-m2 nemotron phi3 qwen2 qwen2moe qwen3 qwen3moe starcoder2"
TRANSFORMERS = frozenset(_TRANSFORMERS.split())
"""As `model_type` in a `config.json`: causal language models whose attention can be computed by rows."""
GGUF = frozenset(_GGUF.split())
"""As `general.architecture` in a GGUF file."""
LAYERS = frozenset({"full_attention", "sliding_attention"})
"""Of the layers that a configuration lists (`layer_types`), those that can be computed by rows."""
_BEST_KNOWN = ("gemma3", "gpt-oss", "gpt_oss", "llama", "mistral", "phi3", "qwen2", "qwen3")


def allowed_architectures(found: object, known: Collection[str]) -> str:
    """What to say after `found`, which is not one of `known`, was refused."""
    near = nearest(found, sorted(known))
    shown = [*near, *(name for name in _BEST_KNOWN if name in known and name not in near)]
    return allowed_names(
        found, shown, near, more=f"{len(known) - len(shown)} more in include/contract/architectures.py"
    )
