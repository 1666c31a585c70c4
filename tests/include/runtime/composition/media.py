"""Tiny real media: pictures with detail, speech-like sound, timing files, and the registered fonts and tracks."""

from __future__ import annotations

import json
import wave
from collections.abc import Mapping, Sequence
from pathlib import Path

import av
import numpy as np
from PIL import Image

from include.contract.digital_source import DigitalSource
from include.contract.params import ClipStillParams
from include.runtime.models.files import located, registry
from include.runtime.stage import ItemResult, ModelFiles, Work
from include.runtime.stages.clip_still import ClipStillStage

REGISTRY = Path(__file__).parents[4] / "include/models.yaml"
SPEECH_RATE_HZ = 24_000
SMALL_CLIPS = ClipStillParams(short_side_px=240, title_card_s=0.8, scene_pause_s=0.4)
"""What makes tests' clips quick."""


def compositor() -> ModelFiles:
    """`builtin/compositor` as the runner would hand it over."""
    models = registry()
    return located(models.identity("builtin/compositor"), models)


def fonts() -> dict[str, Path]:
    return {name[5:]: path for name, path in compositor().files.items() if name.startswith("font-")}


def picture(path: Path, size: tuple[int, int], seed: int = 0) -> Path:
    """Soft coloured clouds over a gradient."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC).save(path)
    return path


def speech(path: Path, duration_s: float, seed: int = 0, level: float = 0.2) -> Path:
    """A buzzing voice that comes and goes like syllables, mono 16-bit 24 kHz."""
    times = np.arange(round(duration_s * SPEECH_RATE_HZ)) / SPEECH_RATE_HZ
    buzz = sum(np.sin(2 * np.pi * 130 * harmonic * times + seed) / harmonic for harmonic in range(1, 16))
    syllables = np.clip(np.sin(2 * np.pi * 3 * times) + 0.7, 0, 1)
    return write_wav(path, level * buzz * syllables)


def write_wav(path: Path, sound: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SPEECH_RATE_HZ)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def timing(path: Path, duration_s: float, texts: Sequence[str]) -> Path:
    """Segments of equal length that fill the speech."""
    each_s = duration_s / max(1, len(texts))
    segments = [
        {"text": text, "start_s": index * each_s, "end_s": (index + 1) * each_s} for index, text in enumerate(texts)
    ]
    path.write_text(json.dumps({"duration_s": duration_s, "segments": segments}), encoding="utf-8")
    return path


def story_inputs(
    folder: Path,
    texts: Sequence[Sequence[str]] = (("Honey never spoils.",), ("Bees add acid to it.",)),
    duration_s: float = 1.2,
    size: tuple[int, int] = (426, 240),
    title: str = "Why honey never spoils",
) -> Mapping[str, Path]:
    """The recipe's inputs for one scene per element of `texts`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "title.txt").write_text(title, encoding="utf-8")
    (folder / "source.txt").write_text(DigitalSource.ALGORITHMIC)
    numbers = [f"{index:02d}" for index in range(1, len(texts) + 1)]
    inputs = {"title": folder / "title.txt", "digital_source": folder / "source.txt"}
    for seed, number in enumerate(numbers):
        inputs[f"image/{number}"] = picture(folder / f"{number}.png", size, seed)
    for seed, number in enumerate(numbers):
        inputs[f"speech/{number}"] = speech(folder / f"{number}.wav", duration_s, seed)
    for number, said in zip(numbers, texts, strict=True):
        inputs[f"timing/{number}"] = timing(folder / f"{number}.json", duration_s, said)
    return inputs


def tone(seconds: float, rate_hz: int = 44_100, pitch_hz: float = 330, level: float = 0.3) -> np.ndarray:
    """A steady sine, one channel."""
    return level * np.sin(2 * np.pi * pitch_hz * np.arange(round(seconds * rate_hz)) / rate_hz)


def track(
    path: Path,
    sound: np.ndarray,
    codec: str = "libmp3lame",
    container: str = "mp3",
    layout: str = "stereo",
    rate_hz: int = 44_100,
) -> Path:
    """`sound`, one channel of it, in each channel of a file."""
    channels = av.AudioLayout(layout).nb_channels
    planes = np.ascontiguousarray(np.tile(sound.astype(np.float32), (channels, 1)))
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate_hz, layout=layout)
        for start in range(0, planes.shape[1], 8192):
            block = np.ascontiguousarray(planes[:, start : start + 8192])
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
            frame.sample_rate, frame.pts = rate_hz, start
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def clip_inputs(story: Mapping[str, Path]) -> dict[str, dict[str, Path]]:
    """The inputs of each clip of `story`, in order, by what follows the brief in the item's id.

    It may have an `intro` and an `outro`, and scenes clips of their `own`.
    """
    numbers = [name.partition("/")[2] for name in story if name.startswith("image/")]
    kinds = ("image", "timing", "own")
    scenes = {
        number: {kind: story[f"{kind}/{number}"] for kind in kinds if f"{kind}/{number}" in story} for number in numbers
    }
    left = {number: {f"{kind}_before": path for kind, path in scene.items()} for number, scene in scenes.items()}
    opening = {name: story[name] for name in ("title", "digital_source")} | scenes[numbers[0]]
    intro, outro = ({name: {name: story[name]} for name in (end,) if name in story} for end in ("intro", "outro"))
    found = intro | {"title": opening, numbers[0]: scenes[numbers[0]]}
    for before, number in zip(numbers, numbers[1:], strict=False):
        found[f"{before}-{number}"] = scenes[number] | left[before]
        found[number] = scenes[number]
    return found | {"end": left[numbers[-1]]} | outro


def clips_of(
    story: Mapping[str, Path], folder: Path, params: ClipStillParams = SMALL_CLIPS
) -> dict[str, dict[str, Path]]:
    """The outputs of each clip of `story`, made in `folder`, by what follows the brief in the item's id."""
    stage = ClipStillStage()
    stage.setup(compositor())
    made = {}
    for name, inputs in clip_inputs(story).items():
        if ("-" in name and not params.join_frames) or (
            name == "end" and not (params.join_frames or params.closing_text)
        ):
            continue
        scratch = folder / name
        scratch.mkdir(parents=True)
        (result,) = stage.process([Work(f"film/{name}", params, inputs, lambda attempt: 0, scratch)])
        if not isinstance(result, ItemResult):
            raise result
        made[name] = {output.name: output.path for output in result.outputs}
    return made


def film_inputs(story: Mapping[str, Path], folder: Path, params: ClipStillParams = SMALL_CLIPS) -> dict[str, Path]:
    """The inputs of the film that `story` becomes; its clips are made in `folder`."""
    inputs = {
        name: path for name, path in story.items() if name.split("/")[0] not in ("title", "intro", "outro", "own")
    }
    for number, outputs in enumerate(clips_of(story, folder, params).values(), 1):
        inputs |= {f"{name}/{number:02d}": path for name, path in outputs.items()}
    return inputs
