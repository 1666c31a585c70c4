"""What other tools are told, so that they make the film that ours is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from include.contract.params import ClipStillParams
from include.runtime.composition.clip_inputs import read_clip
from include.runtime.composition.encoder import CRF, GOP_S, PRESET, X264_THREADS
from include.runtime.composition.timeline import slot_of
from include.runtime.media.speech import read_timing
from tests.include.runtime.composition.media import clip_inputs, fonts


def moviepy_job(story: Mapping[str, Path], params: ClipStillParams, film: Path) -> dict[str, object]:
    """What `moviepy_film.py` is told to make at `film`; its first still also stands where the title card does."""
    fade_s = params.join_frames / params.fps
    bodies = clip_inputs(story)
    scenes: list[dict[str, object]] = []
    cues: list[dict[str, object]] = []
    start_s = params.title_card_s
    for name in [name for name in story if name.startswith("image/")]:
        number = name.partition("/")[2]
        body = read_clip(bodies[number], params)
        speech_s = read_timing(story[f"timing/{number}"], "timing").duration_s
        end_s = start_s + slot_of(speech_s, params).frames / params.fps
        scenes.append(
            {
                "image": str(story[f"image/{number}"]),
                "speech": str(story[f"speech/{number}"]),
                "speech_start_s": start_s,
                "start_s": start_s - fade_s if scenes else 0.0,
                "end_s": end_s,
            }
        )
        cues += [
            {"text": "\n".join(cue.lines), "start_s": start_s + cue.start_s, "end_s": start_s + cue.end_s}
            for cue in body.cues
        ]
        start_s = end_s
    title = {"text": story["title"].read_text(), "start_s": 0.0, "end_s": params.title_card_s}
    encoder = {"preset": PRESET, "crf": CRF, "gop": GOP_S * params.fps, "threads": X264_THREADS}
    shape = {
        "frame": params.aspect.frame_px(params.short_side_px),
        "fps": params.fps,
        "duration_s": start_s,
        "fade_s": fade_s,
    }
    out = {"out": str(film), "font": str(fonts()["latin"])}
    return {"scenes": scenes, "cues": [title, *cues], **encoder, **shape, **out}
