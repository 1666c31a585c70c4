"""The same film made with MoviePy 2, as its documentation would have it. Run by `benchmarks.video` in `.venv/bench`.

Prints the wall and processor seconds that composing and writing took.
"""

from __future__ import annotations

import json
import os
import sys
import time

from moviepy import AudioFileClip, CompositeAudioClip, CompositeVideoClip, ImageClip, TextClip, vfx


def main() -> None:
    """Make the film that the JSON file in the first argument describes."""
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    wall_s, spent_s = time.perf_counter(), spent()
    film = compose(job)
    film.write_videofile(
        job["out"],
        fps=job["fps"],
        codec="libx264",
        preset=job["preset"],
        threads=job["threads"],
        audio_codec="aac",
        audio_bitrate="192k",
        ffmpeg_params=["-crf", str(job["crf"]), "-g", str(job["gop"]), "-pix_fmt", "yuv420p"],
        logger=None,
    )
    print(time.perf_counter() - wall_s, spent() - spent_s)


def spent() -> float:
    """Processor seconds of this process and of the encoder that it started and waited for."""
    return sum(os.times()[:4])


def compose(job: dict) -> CompositeVideoClip:
    """Zooming, cross-fading stills with subtitles over them and the voices under them."""
    pictures = [still(scene, job) for scene in job["scenes"]]
    texts = [caption(cue, job) for cue in job["cues"]]
    voices = [AudioFileClip(scene["speech"]).with_start(scene["speech_start_s"]) for scene in job["scenes"]]
    film = CompositeVideoClip([*pictures, *texts], size=tuple(job["frame"]))
    return film.with_duration(job["duration_s"]).with_audio(CompositeAudioClip(voices))


def still(scene: dict, job: dict) -> ImageClip:
    """A slowly growing picture that fades in over the one before."""
    clip = ImageClip(scene["image"]).with_duration(scene["end_s"] - scene["start_s"])
    clip = clip.resized(lambda time_s: 1.02 + 0.014 * time_s).with_position("center").with_start(scene["start_s"])
    return clip.with_effects([vfx.CrossFadeIn(job["fade_s"])]) if scene["start_s"] else clip


def caption(cue: dict, job: dict) -> TextClip:
    """A subtitle near the bottom, wrapped by MoviePy."""
    width, height = job["frame"]
    text = TextClip(
        font=job["font"],
        text=cue["text"],
        font_size=round(width * 0.06),
        color="white",
        stroke_color="black",
        stroke_width=3,
        method="caption",
        size=(round(width * 0.86), None),
        text_align="center",
        duration=cue["end_s"] - cue["start_s"],
    )
    return text.with_start(cue["start_s"]).with_position(("center", round(height * 0.72)))


if __name__ == "__main__":
    main()
