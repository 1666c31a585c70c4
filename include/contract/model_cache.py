"""What a deployment says about the folder in which stages keep files of models."""

from __future__ import annotations

from include.contract import environment
from include.contract.values import Closed, Quantity, quantity_bytes


class ModelCacheSettings(Closed):
    """Of any engine that has such a folder."""

    model_cache_limit: Quantity | None = None
    """What the files of models may take; the least recently used make room. As much as there is when left out."""
    verify_models: bool = False
    """Whether files are hashed each time before use, also those that look as they did: where others write there too."""

    def model_variables(self) -> dict[str, str]:
        """What a stage's process is told of it."""
        limit = self.model_cache_limit
        return {
            **({environment.MODEL_CACHE: environment.VERIFY} if self.verify_models else {}),
            **({environment.MODEL_CACHE_BYTES: str(quantity_bytes(limit))} if limit is not None else {}),
        }
