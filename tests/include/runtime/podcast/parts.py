"""Small episodes: tones for speech, a drawn picture for the cover."""

from __future__ import annotations

import json
import wave
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from include.contract.dialogue import Dialogue
from include.contract.digital_source import DigitalSource
from tests.include.runtime.pages.parts import draw

Line = tuple[int, str, str | None]
LINES: tuple[Line, ...] = (
    (1, "Hello, and welcome!", "Welcome"),
    (2, "Good to be here.", None),
    (1, "Why do bees hum?", "Humming"),
    (2, "Because their wings beat.", None),
)


def dialogue(lines: Sequence[Line] = LINES, **fields: Any) -> Dialogue:
    told = [{"speaker": speaker, "text": text, "chapter": chapter} for speaker, text, chapter in lines]
    whole = {"title": "Bees", "description": "Of bees.", "speakers": ("Ann", "Bob"), "image_prompt": "bees"}
    return Dialogue.model_validate({**whole, "lines": told, **fields})


def tone(path: Path, seconds: float, pitch_hz: float, rate_hz: int = 24_000) -> Path:
    """A tone that swells and fades, at about the loudness of speech."""
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    samples = 0.1 * np.sin(2 * np.pi * pitch_hz * times) * np.minimum(1, np.minimum(times, seconds - times) * 50)
    return _wave(path, samples, rate_hz)


def crackle(path: Path, seconds: float, share: float = 1.0, level: float = 0.2, rate_hz: int = 24_000) -> Path:
    """Noise that is loud for `share` of each quarter of a second, and all but silent in between."""
    noise = np.random.default_rng(1).normal(0, level, round(seconds * rate_hz))
    is_loud = np.arange(len(noise)) / rate_hz % 0.25 < share * 0.25
    return _wave(path, np.where(is_loud, noise, 0.15 * noise), rate_hz)


def _wave(path: Path, samples: np.ndarray, rate_hz: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate_hz, 0, "NONE", ""))
        file.writeframes((samples.clip(-1, 1) * 32767).astype("<i2").tobytes())
    return path


def inputs_of(
    folder: Path,
    lines: Sequence[Line] = LINES,
    size_px: tuple[int, int] = (600, 400),
    seconds: float = 2.0,
    **fields: Any,
) -> dict[str, Path]:
    """What `audio.podcast` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "script").write_text(dialogue(lines, **fields).model_dump_json())
    (folder / "source").write_text(DigitalSource.ALGORITHMIC)
    found = {
        "script": folder / "script",
        "digital_source": folder / "source",
        "image/01": draw(folder / "image.png", size_px, 1),
    }
    numbers = [f"{number:02d}" for number in range(1, len(lines) + 1)]
    for number, (speaker, _, _) in zip(numbers, lines, strict=True):
        found[f"speech/{number}"] = tone(folder / f"speech-{number}.wav", seconds, 220.0 * speaker)
    for number, (_, text, _) in zip(numbers, lines, strict=True):
        found[f"timing/{number}"] = folder / f"timing-{number}.json"
        found[f"timing/{number}"].write_text(timing(text, seconds))
    return found


def timing(text: str, seconds: float) -> str:
    segments = [{"text": text, "start_s": 0.05, "end_s": seconds - 0.1}]
    return json.dumps({"duration_s": seconds, "segments": segments})


def without(inputs: Mapping[str, Path], name: str) -> dict[str, Path]:
    return {key: path for key, path in inputs.items() if key != name}
