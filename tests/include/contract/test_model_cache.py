from __future__ import annotations

from include.contract.model_cache import ModelCacheSettings


def test_a_process_is_told_how_much_its_models_may_take_and_whether_to_hash_them_each_time() -> None:
    assert ModelCacheSettings().model_variables() == {}
    assert ModelCacheSettings(model_cache_limit="2Gi", verify_models=True).model_variables() == {
        "ATELIER_MODEL_CACHE": "verify",
        "ATELIER_MODEL_CACHE_BYTES": str(2 * 2**30),
    }
