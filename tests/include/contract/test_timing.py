"""The timing that speech stages hand on."""

from __future__ import annotations

from include.contract.digital_source import DigitalSource
from include.contract.timing import Timing

SEGMENT = {"text": "Bees.", "start_s": 0.1, "end_s": 0.9}


def test_a_timing_of_an_engine_that_does_not_say_what_spoke_is_one_too() -> None:
    timing = Timing.model_validate({"duration_s": 1.0, "segments": [SEGMENT]})
    assert timing.digital_source is None
    assert (timing.segments[0].text, timing.segments[0].start_s, timing.segments[0].end_s) == ("Bees.", 0.1, 0.9)


def test_a_timing_of_a_later_version_is_read() -> None:
    told = {"duration_s": 1.0, "digital_source": DigitalSource.TRAINED, "segments": [SEGMENT | {"pitch_hz": 200}]}
    timing = Timing.model_validate(told | {"speaker": 1})
    assert timing.digital_source is DigitalSource.TRAINED
    assert len(timing.segments) == 1
