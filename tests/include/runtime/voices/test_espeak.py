from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import espeakng_loader
import numpy as np
import psutil
import pytest

from include.contract.errors import RejectedContent, UnknownModel
from include.contract.spoken_languages import SPOKEN_BY_ESPEAK
from include.contract.voices import ESPEAK_VARIANTS
from include.runtime.voices import espeak as espeak_module
from include.runtime.voices.audio import RATE_HZ, frame_levels_db
from include.runtime.voices.espeak import EspeakVoice

LEFT_OUT = {"art/py", "art/sjn", "art/xex", "gmq/fo", "iro/chr", "trk/cv", "trk/kaa"}
"""For the reasons that stand with the table."""


def worker_of(espeak: EspeakVoice) -> psutil.Process:
    return next(child for child in psutil.Process().children() if "espeak_worker" in " ".join(child.cmdline()))


def test_the_table_of_languages_is_what_espeak_really_speaks(espeak: EspeakVoice) -> None:
    folder = Path(espeakng_loader.get_data_path()) / "lang"
    offered = {
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and "maintainer" not in path.name
    }
    assert offered - {identifier for identifier, _ in SPOKEN_BY_ESPEAK.values()} == LEFT_OUT
    mute = []
    for tag, (identifier, _) in SPOKEN_BY_ESPEAK.items():
        levels = frame_levels_db(espeak.speak(identifier, ["1 2 3"]).samples)
        if len(levels) < 40 or levels.max() < -40:
            mute.append(tag)
    assert mute == []


@pytest.mark.parametrize("variant", ESPEAK_VARIANTS.values())
def test_each_variant_sounds_different_and_the_same_each_time(espeak: EspeakVoice, variant: str) -> None:
    def pcm(engine_voice: str) -> bytes:
        return espeak.speak(engine_voice, ["Guten Morgen."]).samples.tobytes()

    first = pcm("gmw/de" + variant)
    assert pcm("roa/fr") != first
    assert pcm("gmw/de" + variant) == first
    assert pcm("gmw/de+m7") != first


def test_parts_start_where_their_first_word_is_heard(espeak: EspeakVoice) -> None:
    whole = espeak.speak("gmw/de", ["Erstens die Äpfel,", "zweitens die Birnen,", "drittens nichts."])
    assert whole.starts[0] == 0
    first_alone = len(espeak.speak("gmw/de", ["Erstens die Äpfel,"]).samples)
    assert whole.starts[1] == pytest.approx(first_alone, abs=0.25 * RATE_HZ)
    assert whole.starts[1] < whole.starts[2] < len(whole.samples)


def test_a_worker_that_was_killed_is_started_again(espeak: EspeakVoice) -> None:
    before = espeak.speak("gmw/de", ["Hallo."]).samples
    worker = worker_of(espeak)
    os.kill(worker.pid, signal.SIGKILL)
    assert np.array_equal(espeak.speak("gmw/de", ["Hallo."]).samples, before)
    assert worker_of(espeak).pid != worker.pid


def test_words_on_which_it_dies_each_time_are_refused(
    espeak: EspeakVoice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = tmp_path / "include" / "runtime" / "voices" / "espeak_worker.py"
    worker.parent.mkdir(parents=True)
    worker.write_text("print('{\"rate_hz\": 22050}', flush=True)\ninput()\n")
    monkeypatch.setattr(espeak_module, "PROJECT_ROOT", tmp_path)
    with pytest.raises(RejectedContent, match=r"ended 2 times while speaking 'Hallo\.' as 'gmw/de'"):
        espeak.speak("gmw/de", ["Hallo."])


def test_a_library_that_does_not_load_is_no_fault_of_the_words(tmp_path: Path) -> None:
    (tmp_path / "no.so").write_bytes(b"no library")
    voice = EspeakVoice(tmp_path / "no.so", Path(espeakng_loader.get_data_path()))
    with pytest.raises(UnknownModel, match=r"does not start: .*no\.so"):
        voice.speak("gmw/de", ["Hallo."])


def test_a_worker_that_hangs_is_ended(espeak: EspeakVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    espeak.speak("gmw/de", ["Hallo."])
    monkeypatch.setattr(espeak_module, "ANSWER_WITHIN_S", 0.3)
    monkeypatch.setattr(espeak_module, "TRIES", 1)
    worker_of(espeak).suspend()
    with pytest.raises(RejectedContent, match="ended 1 times"):
        espeak.speak("gmw/de", ["Hallo."])


def test_an_unknown_voice_is_an_error_and_the_worker_lives_on(espeak: EspeakVoice) -> None:
    with pytest.raises(UnknownModel, match="no voice 'xx/xx'"):
        espeak.speak("xx/xx", ["Hallo."])
    assert len(espeak.speak("gmw/de", ["Hallo."]).samples)


def test_closing_leaves_no_process_behind(espeak: EspeakVoice) -> None:
    espeak.speak("gmw/de", ["Hallo."])
    worker = worker_of(espeak)
    espeak.close()
    assert not psutil.pid_exists(worker.pid)
    espeak.close()


def test_an_utterance_that_hangs_ends_though_nobody_waits_for_it() -> None:
    program = (
        "import sys, time; from include.runtime.voices import espeak_worker as worker; worker.LONGEST_S = 1;"
        "worker._answer = lambda *_: time.sleep(600); worker.main(*sys.argv[1:])"
    )
    paths = [str(espeakng_loader.get_library_path()), str(espeakng_loader.get_data_path())]
    asked = json.dumps({"voice": "gmw/de", "parts": ["Äpfel"]}) + "\n"
    done = subprocess.run(
        [sys.executable, "-c", program, *paths],
        input=asked,
        cwd=espeak_module.PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert f"espeak-ng ended with {-signal.SIGALRM}" in done.stderr


def test_words_last_until_they_are_silent(espeak: EspeakVoice) -> None:
    spoken = espeak.speak("gmw/de", ["Bienen summen,", "Äpfel fallen."])
    assert [[word.place for word in words] for words in spoken.words] == [[0, 7], [0, 6]]
    words = [word for words in spoken.words for word in words]
    assert [word.start for words in spoken.words for word in words[:1]] == list(spoken.starts)
    assert all(before.end <= after.start for before, after in zip(words, words[1:], strict=False))
    pause = frame_levels_db(spoken.samples[words[1].end : words[2].start])
    assert len(pause) > 10
    assert pause.max() < -45
