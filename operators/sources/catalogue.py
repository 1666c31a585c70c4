"""A catalogue: a table of products, each of which becomes a brief."""

from __future__ import annotations

from dataclasses import replace
from typing import IO, Any

from include.contract.brief import Product, slug_of
from include.contract.source_rows import SourceRows
from operators.sources.limits import RowBudget
from operators.sources.tables import rows_of

PRODUCT = tuple(Product.model_fields)
SKU = "sku"
_SKU_CHARACTERS = 1000
"""Of a stock number; what follows does not count."""


def read_catalogue(body: IO[bytes], name: str) -> SourceRows:
    """A row for each product; columns that are a product's go under `product`, `sku` is its `id`, made a slug.

    :raises BadRequest: the file as a whole cannot be read.
    """
    kept = RowBudget(name)
    rows = map(kept.counted, rows_of(body, name, (*PRODUCT, SKU)))
    return SourceRows.of(replace(row, fields=_as_brief(row.fields)) for row in rows)


def _as_brief(fields: dict[str, Any]) -> dict[str, Any]:
    product = {column: fields[column] for column in PRODUCT if column in fields}
    own = {column: value for column, value in fields.items() if column not in (*PRODUCT, SKU)}
    if SKU in fields:
        own.setdefault("id", slug_of(str(fields[SKU])[:_SKU_CHARACTERS]))
    whole = own.get("product", {})
    return {**own, "product": {**whole, **product} if isinstance(whole, dict) else whole}
