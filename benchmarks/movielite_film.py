"""The film of `benchmarks/peers.py` made with MovieLite 0.2.2. Run in `.venv/bench-movielite`."""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path

from movielite import AudioClip, ImageClip, TextClip, VideoWriter, vfx, vtx
from movielite.core import video_writer
from pictex import Canvas

_LESS_S = 0.001
"""A fade of the whole overlap is refused where seconds are no whole binary fractions."""


def main() -> None:
    """Make the film that the JSON file in the first argument describes in the file of the second.

    The third says by how many processes. Which preset and crf its qualities are cannot be set but by what is replaced
    here; the group of pictures is set by the `ffmpeg` that it finds.
    """
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    video_writer._get_ffmpeg_libx264_preset = lambda quality: job["preset"]
    video_writer._get_ffmpeg_libx264_crf = lambda quality: str(job["crf"])
    writer = VideoWriter(sys.argv[2], fps=job["fps"], size=tuple(job["frame"]), duration=job["duration_s"])
    stills = [still(scene, job) for scene in job["scenes"]]
    for left, right in pairwise(stills):
        left.add_transition(right, vtx.CrossFade(job["fade_s"] - _LESS_S))
    writer.add_clips([*stills, *(caption(cue, job) for cue in job["cues"])])
    writer.add_clips([AudioClip(scene["speech"], start=scene["speech_start_s"]) for scene in job["scenes"]])
    writer.write(processes=int(sys.argv[3]))


def still(scene: dict, job: dict) -> ImageClip:
    """A slowly growing picture."""
    seconds = scene["end_s"] - scene["start_s"]
    clip = ImageClip(scene["image"], start=scene["start_s"], duration=seconds).set_size(*job["frame"])
    last = job["zoom"] + job["zoom_per_s"] * seconds
    return clip.add_effect(vfx.ZoomIn(seconds, from_scale=job["zoom"], to_scale=last))


def caption(cue: dict, job: dict) -> TextClip:
    """A subtitle near the bottom."""
    width, height = job["frame"]
    canvas = Canvas().font_family(Path(job["font"])).font_size(round(width * 0.06)).color("white")
    canvas = canvas.text_stroke(6, "black", "outline").text_align("center").padding(10)
    clip = TextClip(cue["text"], start=cue["start_s"], duration=cue["end_s"] - cue["start_s"], canvas=canvas)
    return clip.set_position(((width - clip.size[0]) // 2, round(height * 0.72)))


if __name__ == "__main__":
    main()
