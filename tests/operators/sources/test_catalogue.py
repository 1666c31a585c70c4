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


def test_a_stock_number_becomes_an_id_whatever_signs_it_has() -> None:
    found = read_catalogue(io.BytesIO(b"sku,name\nAB_12.3/b,Mug\n"), "c.csv")
    assert [row.fields["id"] for row in found.rows] == ["ab-12-3-b"]


def test_a_product_that_is_only_text_is_left_to_the_brief_to_refuse() -> None:
    found = read_catalogue(io.BytesIO(b"id,product,price\nmug,Mug,3\n"), "c.csv")
    assert [row.fields["product"] for row in found.rows] == ["Mug"]


def test_only_the_beginning_of_a_stock_number_counts() -> None:
    found = read_catalogue(io.BytesIO(f"sku,name\n{'a' * 1000 + 'é' * 1000},Mug\n".encode()), "c.csv")
    assert [row.fields["id"] for row in found.rows] == ["a" * 48]
