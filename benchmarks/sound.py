"""The sound of films and podcasts of 1, 10 and 60 minutes: mixed, levelled, encoded and measured again.

Speech is what the voice stage makes of twenty texts, in turns; music is a built-in track. A film's sound is the AAC
that goes into its MP4; a podcast is the whole stage, with cover and transcripts. Each is made in a process of its own:
processor seconds compare fairly on a busy machine, wall seconds only on an idle one. What was written is then measured
by FFmpeg's `ebur128`, with none of our code between it and the file.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import av
import numpy as np
from av.codec.context import Flags
from av.filter import Graph

from benchmarks.memory import own_peak_mib
from include.contract.digital_source import DigitalSource
from include.contract.params import AudioPodcastParams, ClipStillParams, SpeechNarrationParams
from include.contract.timing import Timing
from include.runtime.composition.soundtrack import Soundtrack
from include.runtime.composition.story import SpokenScene
from include.runtime.composition.timeline import Timeline, slot_of, title_frames
from include.runtime.media.audio import SAMPLE_RATE_HZ, Block, BlockReader
from include.runtime.media.levelling import level
from include.runtime.media.loudness import TRUE_PEAK_DBTP, measure_file
from include.runtime.media.music import survey
from include.runtime.media.speech import speech_duration_s
from include.runtime.models.files import located, registry
from include.runtime.stage import ItemResult, ModelFiles, Work
from include.runtime.stages.audio_podcast import AudioPodcastStage
from include.runtime.stages.speech_narration import SpeechNarrationStage
from tests.include.runtime.podcast.parts import inputs_of

ROUNDS = 3
MINUTES = (1, 10, 60)
TARGET_LUFS = -16.0
AAC_BIT_RATE, AAC_FRAME_SAMPLES = 192_000, 1024
TRACK = "music-calm-acoustic-1"
VOICES = ("heart", "heart-low")
TEXTS = 20
SENTENCES = (
    "Honey never spoils, because it holds too little water for anything to live in it.",
    "Bees fan their wings over open cells until the nectar has lost most of its water.",
    "An enzyme from their stomachs turns sugar into acid, and acid keeps microbes away.",
    "A single worker makes about a twelfth of a teaspoon in her whole life.",
    "In winter the bees gather in a ball, shiver, and eat what they stored.",
)


def main() -> None:
    """Print the table."""
    print("| sound | wall s | processor s | × real time | peak MiB | LUFS | true peak dBTP |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        speak(Path(name))
        for kind in KINDS:
            for minutes in MINUTES:
                print(row(kind, Path(name), minutes), flush=True)


def speak(folder: Path) -> None:
    """Leave `TEXTS` speeches and their timings in `folder`."""
    stage = SpeechNarrationStage()
    stage.setup(model("builtin/voices"))
    scratch, text = folder / "scratch", folder / "text"
    scratch.mkdir()
    for number in range(TEXTS):
        text.write_text(f"{SENTENCES[number % 5]} {SENTENCES[number // 4]}", encoding="utf-8")
        params = SpeechNarrationParams(voice=VOICES[number % 2])
        made = stage.make_item(Work("x", params, {"narration": text}, lambda attempt: attempt, scratch))
        for output in made.outputs:
            shutil.move(output.path, folder / f"{output.name}-{number}")
    stage.teardown()


def model(name: str) -> ModelFiles:
    """The files of a built-in model."""
    return located(registry().identity(name), registry())


def row(kind: str, folder: Path, minutes: int) -> str:
    """A line of the table: medians of `ROUNDS`."""
    command = [sys.executable, "-m", "benchmarks.sound", kind, str(folder), str(minutes)]
    told = [json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout) for _ in range(ROUNDS)]
    middle = {name: statistics.median(each[name] for each in told) for name in told[0]}
    times = middle["sound_s"] / middle["processor_s"]
    took = f"{middle['wall_s']:.1f} | {middle['processor_s']:.1f} | {times:.0f} | {middle['peak_mib']:.0f}"
    return f"| {kind}, {minutes} min | {took} | {middle['lufs']:.2f} | {middle['dbtp']:.2f} |"


def one(kind: str, folder: Path, minutes: int) -> dict[str, float]:
    """Make one; what that took, and what came out."""
    numbers = spoken(folder, minutes)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        wall_s, processor_s = time.perf_counter(), time.process_time()
        made = KINDS[kind](folder, numbers, Path(scratch))
        took = {"wall_s": time.perf_counter() - wall_s, "processor_s": time.process_time() - processor_s}
        return {**took, "peak_mib": own_peak_mib(), **heard(made)}


def spoken(folder: Path, minutes: int) -> list[int]:
    """As many speeches, over and over, as `minutes` take."""
    lengths_s = [speech_duration_s(folder / f"speech-{number}", "speech") for number in range(TEXTS)]
    ends_s = accumulate(lengths_s[number % TEXTS] for number in range(60 * minutes))
    return [number % TEXTS for number, end_s in enumerate(ends_s) if end_s <= 60 * minutes]


def film(folder: Path, numbers: list[int], scratch: Path) -> Path:
    """The sound of a film of which each speech is a scene."""
    scenes = [scene(folder, number) for number in numbers]
    params = ClipStillParams()
    slots = [slot_of(each.speech_s, params).frames for each in scenes]
    *starts, end = accumulate([title_frames(params)[0], *slots])
    timeline = Timeline(params.fps, end, tuple(starts))
    music = survey(model("builtin/compositor").files[TRACK], "music")
    made = scratch / "film.mp4"
    track = Soundtrack(scenes, timeline, music)
    level(track.blocks, TARGET_LUFS, TRUE_PEAK_DBTP, [lambda sound: encode(made, sound)], lambda: measure_file(made)[0])
    return made


def scene(folder: Path, number: int) -> SpokenScene:
    """A speech as a scene."""
    speech = folder / f"speech-{number}"
    timing = Timing.model_validate_json((folder / f"timing-{number}").read_bytes())
    length_s = speech_duration_s(speech, "speech")
    return SpokenScene(str(number), speech, length_s, timing.segments, DigitalSource.ALGORITHMIC)


def encode(path: Path, sound: Iterator[Block]) -> None:
    """AAC of `sound`, as films have it."""
    reader, position = BlockReader(sound), 0
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}) as container:
        audio = container.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="stereo")
        audio.bit_rate = AAC_BIT_RATE
        audio.codec_context.flags |= Flags.bitexact
        while (block := reader.read(AAC_FRAME_SAMPLES)).shape[1]:
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
            frame.sample_rate, frame.time_base, frame.pts = SAMPLE_RATE_HZ, Fraction(1, SAMPLE_RATE_HZ), position
            position += block.shape[1]
            container.mux(audio.encode(frame))
        container.mux(audio.encode())


def podcast(folder: Path, numbers: list[int], scratch: Path) -> Path:
    """A podcast of which each speech is a line."""
    lines = [(1 + number % 2, "Bees hum.", None) for number in numbers]
    inputs = inputs_of(scratch / "in", lines, seconds=0.1)
    for place, number in enumerate(numbers, start=1):
        inputs |= {
            f"speech/{place:02d}": folder / f"speech-{number}",
            f"timing/{place:02d}": folder / f"timing-{number}",
        }
    stage = AudioPodcastStage()
    stage.setup(model("builtin/mixer"))
    params = AudioPodcastParams(music=True, loudness_lufs=TARGET_LUFS, label="none")
    (made,) = stage.process([Work("x", params, inputs, lambda attempt: 7 + attempt, scratch)])
    if not isinstance(made, ItemResult):
        raise made
    return next(output.path for output in made.outputs if output.name == "audio_m4a")


def heard(path: Path) -> dict[str, float]:
    """Length, loudness and true peak of the file at `path`, by FFmpeg alone."""
    graph, samples, told = Graph(), 0, dict[str, str]()
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        graph.link_nodes(
            graph.add_abuffer(stream), graph.add("ebur128", "peak=true:metadata=1"), graph.add("abuffersink")
        )
        graph.configure()
        for frame in container.decode(stream):
            samples += frame.samples
            graph.push(frame)
            told |= pulled(graph)
    return {
        "sound_s": samples / stream.rate,
        "lufs": float(told["lavfi.r128.I"]),
        "dbtp": 20 * np.log10(float(told["lavfi.r128.true_peak"])),
    }


def pulled(graph: Graph) -> dict[str, str]:
    """What the last frame that is ready says."""
    told: dict[str, str] = {}
    while True:
        try:
            told = dict(graph.pull().metadata) or told
        except (BlockingIOError, av.error.EOFError):
            return told


KINDS = {"film": film, "podcast": podcast}

if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        print(json.dumps(one(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
