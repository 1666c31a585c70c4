from __future__ import annotations

from include.runtime.writing.cleaning import clean_narration


def test_a_broken_end_is_dropped_and_blanks_are_mended() -> None:
    assert clean_narration(" Bees fly .  They\ncome home and then") == "Bees fly."
    assert clean_narration("bees fly and") == "bees fly and"
    assert clean_narration("") == ""
    assert clean_narration("It runs on .NET and .5 volts . Dr. Fox knows") == "It runs on .NET and .5 volts."
