from __future__ import annotations

import io

from operators.sources.catalogue import read_catalogue

CATALOGUE = b"""sku,name,description,price,currency,language
MUG-1,Mug,Blue.,3.50,EUR,
TEA-2,Tee,,4,EUR,de
"""


def test_every_row_is_a_product() -> None:
    found = read_catalogue(io.BytesIO(CATALOGUE), "c.csv")
    assert [row.fields for row in found.rows] == [
        {"id": "mug-1", "product": {"name": "Mug", "description": "Blue.", "price": "3.50", "currency": "EUR"}},
        {"id": "tea-2", "language": "de", "product": {"name": "Tee", "price": "4", "currency": "EUR"}},
    ]
