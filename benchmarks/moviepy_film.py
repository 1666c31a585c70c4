"""The film of `benchmarks/peers.py` made with MoviePy 2, as its documentation would have it. Run in `.venv/bench`."""

from __future__ import annotations

import json
import sys

from moviepy import AudioFileClip, CompositeAudioClip, CompositeVideoClip, ImageClip, TextClip, vfx


def main() -> None:
    """Make the film that the JSON file in the first argument describes in the file of the second."""
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    compose(job).write_videofile(
        sys.argv[2],
        fps=job["fps"],
        codec="libx264",
        preset=job["preset"],
        audio_codec="aac",
        audio_bitrate=job["sound_bit_rate"],
        ffmpeg_params=["-crf", str(job["crf"]), "-g", str(job["gop"]), "-pix_fmt", "yuv420p"],
        logger=None,
    )


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
    clip = clip.resized(lambda time_s: job["zoom"] + job["zoom_per_s"] * time_s)
    clip = clip.with_position("center").with_start(scene["start_s"])
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
