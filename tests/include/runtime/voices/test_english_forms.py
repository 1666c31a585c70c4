from __future__ import annotations

import pytest

from include.runtime.voices.normalise import normalise


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("The account stands at -$20.", "The account stands at minus 20 dollars."),
        ("It fell by $-20 or −$20.", "It fell by minus 20 dollars or minus 20 dollars."),
        ("20$ or 5 €", "20 dollars or 5 euros"),
        ("about $20-$30", "about 20 to 30 dollars"),
        ("$20–$30 million", "20 to 30 million dollars"),
        ("$3.5bn and 5bn people", "3.5 billion dollars and 5 billion people"),
        ("US$20, A$5m", "20 U.S. dollars, 5 million Australian dollars"),
        ("20 EUR, EUR 20, 20 CHF, CHF 20", "20 euros, 20 euros, 20 Swiss francs, 20 Swiss francs"),
        ("₽100 or 100 ₽", "100 Russian rubles or 100 Russian rubles"),
        (
            "$500, $4.99, £1m, $1, $0.99, £1.01",
            "500 dollars, 4 dollars and 99 cents, 1 million pounds, 1 dollar, 99 cents, 1 pound and 1 penny",
        ),
        ("$1.5 million, $20k, $20-30", "1.5 million dollars, 20 thousand dollars, 20 to 30 dollars"),
        ("USD 20, 20¢", "20 dollars, 20 cents"),
        ("10,000, 0.5, 10:15, 1990s", "10,000, 0.5, ten fifteen, 1990s"),
        ("World War II, St. James St., 1/2", "World War 2, Saint James Street, one half"),
        ("He is 6'2\" or 6′2″ tall.", "He is 6 foot 2 or 6 foot 2 tall."),
        ("v2.0.1", "version 2 point 0 point 1"),
        ("Write to Ann <ann@example.org>", "Write to Ann ann at example dot org"),
    ],
)
def test_english_amounts_keep_currency_sign_and_point(written: str, said: str) -> None:
    normalised = normalise(written, "en")
    assert normalised.text == said
    assert not normalised.warnings
