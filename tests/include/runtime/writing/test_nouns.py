from __future__ import annotations

from include.runtime.writing.nouns import nouns


def test_things_are_found_by_the_words_around_them() -> None:
    text = "People used to ride it on the road. Small, furry animals run over green meadows and drink from the river."
    assert nouns(text) == ["road", "animals", "meadows", "river"]
