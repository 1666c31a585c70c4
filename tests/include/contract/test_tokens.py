from __future__ import annotations

import pytest

from include.contract.deployments import read_deployment
from include.contract.errors import BadRequest
from include.contract.tokens import ModelPrice, TokenCount

DEPLOYMENT = """
engine: process
store: {bucket: films}
process: {python: p, scratch: s, cache: c}
profiles: {}
model_prices:
  acme/writer: {price_per_mtok_in: 0.5, price_per_mtok_out: 2}
"""


def test_tokens_cost_by_the_million_each_way() -> None:
    tokens = TokenCount(1_000_000, 0) + TokenCount(1_000_000, 500_000)
    assert ModelPrice(price_per_mtok_in=0.5, price_per_mtok_out=2).of(tokens) == 2.0


def test_a_deployment_prices_models_by_name_in_its_currency() -> None:
    deployment = read_deployment(f"{DEPLOYMENT}currency: EUR\n", "d.yaml")
    assert deployment.model_prices["acme/writer"].price_per_mtok_out == 2
    with pytest.raises(BadRequest, match="`model_prices.acme/writer` needs a `currency`"):
        read_deployment(DEPLOYMENT, "d.yaml")
    with pytest.raises(BadRequest, match="price_per_mtok_in"):
        read_deployment(f"{DEPLOYMENT}currency: EUR\n".replace("0.5", "-1"), "d.yaml")
