from __future__ import annotations

from include.runtime.voices.traced import Traced


def test_what_is_replaced_takes_the_place_of_what_stood_there() -> None:
    said = Traced("At −5 °C, 25 bees.")
    said.become("At minus 5 °C, 25 bees.")
    said.become("At minus 5 degrees Celsius, twenty-five bees.")
    words = {word: said.text[said.places["At −5 °C, 25 bees.".index(word)] :] for word in ("−5", "°C", "25", "bees")}
    assert [words[word].split()[0] for word in words] == ["minus", "degrees", "twenty-five", "bees."]


def test_what_is_left_out_stands_where_the_next_begins() -> None:
    said = Traced("Busy 🐝 bees")
    said.become("Busy    bees")
    said.become("Busy bees")
    assert said.places[5] in (4, 5)
    assert said.text[said.places[7] :] == "bees"
    assert said.places[-1] == len("Busy bees")


def test_pieces_keep_their_places_whatever_they_become() -> None:
    said = Traced("蜂は大切")
    said.become_pieces([("蜂", "ハチ"), ("は", "ワ"), ("大切", " タイセツ")])
    assert said.text == "ハチワ タイセツ"
    assert list(said.places) == [0, 2, 3, 5, 8]
    assert [said.origin(place) for place in (0, 1, 2, 4, 7)] == [0, 0, 1, 2, 3]


def test_places_never_decrease_and_long_texts_are_not_compared() -> None:
    said = Traced("bees 5 " * 10_000)
    said.become("bees five " * 10_000)
    assert list(said.places) == sorted(said.places)
    assert said.places[-1] == len(said.text)
