"""What other tools are told, so that they make the film that ours is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageFont

from include.contract.params import ClipStillParams
from include.runtime.composition.camera import BASE_ZOOM, PACES
from include.runtime.composition.clip_inputs import read_clip
from include.runtime.composition.encoder import CRF, GOP_S, PRESET
from include.runtime.composition.subtitles import SubtitleCue, srt
from include.runtime.composition.timeline import slot_of
from include.runtime.media.speech import read_timing
from tests.include.runtime.composition.media import clip_inputs

SOUND_BIT_RATE = "192k"
_SUPERSAMPLING = 2
"""How much larger `zoompan` gets its stills; it moves by whole pixels of these."""


@dataclass(frozen=True)
class Scene:
    """A picture, seen from where it begins to fade in until it has faded out, and what is said in it; in seconds."""

    image: str
    speech: str
    start_s: float
    speech_start_s: float
    end_s: float


@dataclass(frozen=True)
class Cue:
    """A subtitle, in seconds."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Job:
    """A film. The first still also stands where ours has the title card, with the title as a subtitle."""

    scenes: list[Scene]
    cues: list[Cue]
    frame: tuple[int, int]
    fps: int
    duration_s: float
    fade_s: float
    zoom: float
    """That of each picture's first frame; all come nearer to the middle."""
    zoom_per_s: float
    font: str
    preset: str
    crf: int
    gop: int
    sound_bit_rate: str

    def frames_of(self, seconds: float) -> int:
        """How many frames so many seconds are."""
        return round(seconds * self.fps)

    def still_frames(self, scene: Scene) -> int:
        """For how many frames the picture of `scene` is seen, with both of its fades."""
        return self.frames_of(scene.end_s) - self.frames_of(scene.start_s)


def job_of(story: Mapping[str, Path], params: ClipStillParams, font: Path) -> Job:
    """The film of `story`.

    :param font: a file in a folder with no other, since libass reads them all.
    """
    fade_s = params.join_frames / params.fps
    bodies = clip_inputs(story)
    scenes: list[Scene] = []
    cues = [Cue(story["title"].read_text(), 0.0, params.title_card_s)]
    start_s = params.title_card_s
    for number in [name.partition("/")[2] for name in story if name.startswith("image/")]:
        image, speech, timing = (story[f"{kind}/{number}"] for kind in ("image", "speech", "timing"))
        end_s = start_s + slot_of(read_timing(timing, "timing").duration_s, params).frames / params.fps
        seen_s = start_s - fade_s if scenes else 0.0
        scenes.append(Scene(str(image.resolve()), str(speech.resolve()), seen_s, start_s, end_s))
        cues += [
            Cue("\n".join(cue.lines), start_s + cue.start_s, start_s + cue.end_s)
            for cue in read_clip(bodies[number], params).cues
        ]
        start_s = end_s
    return Job(
        scenes,
        cues,
        frame=params.aspect.frame_px(params.short_side_px),
        fps=params.fps,
        duration_s=start_s,
        fade_s=fade_s,
        zoom=BASE_ZOOM,
        zoom_per_s=PACES[params.camera].zoom_per_s,
        font=str(font.resolve()),
        preset=PRESET,
        crf=CRF,
        gop=GOP_S * params.fps,
        sound_bit_rate=SOUND_BIT_RATE,
    )


def subrip(job: Job) -> str:
    """The subtitles as a SubRip file, for the tools that read one."""
    return srt([SubtitleCue(cue.start_s, cue.end_s, tuple(cue.text.split("\n"))) for cue in job.cues], "en")


def subtitle_options(job: Job, subtitles: Path) -> dict[str, str]:
    """Options of libavfilter's `subtitles`, which both ffmpeg and `melt` have: as large and as high as ours."""
    width, height = job.frame
    unit = 288 / height  # libass takes a SubRip file's screen to be 288 high
    font = Path(job.font)
    style = {
        "FontName": ImageFont.truetype(job.font).getname()[0],
        "FontSize": f"{0.085 * width * unit:.2f}",
        "Outline": f"{6 * unit:.2f}",
        "Shadow": "0",
        "Alignment": "2",
        "MarginV": f"{0.22 * height * unit:.0f}",
    }
    force_style = ",".join(f"{name}={value}" for name, value in style.items())
    return {"filename": str(subtitles), "fontsdir": str(font.parent), "force_style": force_style}


def ffmpeg_command(ffmpeg: str, job: Job, subtitles: Path, film: Path) -> list[str]:
    """One call of ffmpeg that makes the film."""
    inputs = [word for kind in ("image", "speech") for scene in job.scenes for word in ("-i", getattr(scene, kind))]
    graph = ";".join([*_pictures(job), _overlaid(job, subtitles), *_sound(job)])
    encoder = ["-c:v", "libx264", *x264_options(job), "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", job.sound_bit_rate]
    mapped = ["-map", "[film]", "-map", "[sound]", *encoder, "-movflags", "+faststart", str(film)]
    return [ffmpeg, "-nostdin", "-v", "error", "-y", *inputs, "-filter_complex", graph, *mapped]


def x264_options(job: Job) -> list[str]:
    """The encoder's settings, as ffmpeg takes them."""
    return ["-preset", job.preset, "-crf", str(job.crf), "-g", str(job.gop)]


def _pictures(job: Job) -> list[str]:
    """Filters that move a camera over each still, `still-N` each, and fade one into the next, `fade-N`."""
    (width, height), chains = job.frame, []
    for number, scene in enumerate(job.scenes):
        large = f"scale={_SUPERSAMPLING * width}:{_SUPERSAMPLING * height}:flags=bicubic"
        zoom = f"z={job.zoom}+{job.zoom_per_s}*on/{job.fps}:x=(iw-iw/zoom)/2:y=(ih-ih/zoom)/2"
        moved = f"zoompan={zoom}:d={job.still_frames(scene)}:s={width}x{height}:fps={job.fps}"
        chains.append(f"[{number}:v]{large},{moved},setsar=1,format=yuv420p[still{number}]")
    before = "still0"
    for number, scene in enumerate(job.scenes[1:], 1):
        fade = f"xfade=transition=fade:duration={job.fade_s}:offset={scene.start_s}"
        chains.append(f"[{before}][still{number}]{fade}[fade{number}]")
        before = f"fade{number}"
    return chains


def _overlaid(job: Job, subtitles: Path) -> str:
    """The filter that writes the subtitles over what fades into one another."""
    options = ":".join(f"{name}='{value}'" for name, value in subtitle_options(job, subtitles).items())
    return f"[fade{len(job.scenes) - 1}]subtitles={options}[film]"


def _sound(job: Job) -> list[str]:
    """Filters that put each voice where it is heard, and mix them."""
    count = len(job.scenes)
    late = [
        f"[{count + number}:a]adelay={1000 * scene.speech_start_s:.0f}:all=1[voice{number}]"
        for number, scene in enumerate(job.scenes)
    ]
    voices = "".join(f"[voice{number}]" for number in range(count))
    return [*late, f"{voices}amix=inputs={count}:normalize=0,apad=whole_dur={job.duration_s}[sound]"]


def melt_command(melt: str, job: Job, subtitles: Path, profile: Path, film: Path) -> list[str]:
    """One call of `melt` that makes the film, by as many threads as there are processors."""
    pictures, voices, mixed = [], [], []
    for number, scene in enumerate(job.scenes):
        last = job.still_frames(scene) - 1
        camera = [f"transition.rect=0={_rect(job, 0)};{last}={_rect(job, last)}", "transition.fill=1"]
        pictures += [scene.image, "in=0", f"out={last}", "-attach-clip", "affine", *camera]
        pictures += ["-mix", str(job.frames_of(job.fade_s)), "-mixer", "luma"] if number else []
        voices += ["-audio-track", "-blank", str(job.frames_of(scene.speech_start_s) - 1), scene.speech]
        mixed += ["-transition", "mix", "a_track=0", f"b_track={number + 1}", "sum=1", "always_active=1"]
    options = [f"av.{name}={value}" for name, value in subtitle_options(job, subtitles).items()]
    overlaid = ["-filter", "avfilter.subtitles", "position=filter", *options]  # of the track that stands before it
    return [
        *(melt, "-silent", "-profile", str(profile), *pictures, *overlaid, *voices, *mixed),
        *(*melt_consumer(job, film), "acodec=aac", f"ab={job.sound_bit_rate}", "real_time=-2"),
    ]


def _rect(job: Job, frame: int) -> str:
    """Where the whole picture of a scene lies in its frame of this number."""
    zoom = job.zoom + job.zoom_per_s * frame / job.fps
    width, height = (zoom * side for side in job.frame)
    return f"{(job.frame[0] - width) / 2:.3f} {(job.frame[1] - height) / 2:.3f} {width:.3f} {height:.3f} 1"


def melt_consumer(job: Job, film: Path) -> list[str]:
    """What `melt` writes its film with."""
    options = {"preset": job.preset, "crf": job.crf, "g": job.gop, "movflags": "+faststart"}
    return ["-consumer", f"avformat:{film}", "vcodec=libx264", *(f"{name}={value}" for name, value in options.items())]


def melt_profile(job: Job) -> str:
    """The shape of the film, as `melt` reads it from a file."""
    width, height = job.frame
    return "\n".join(
        [
            *("description=film", f"frame_rate_num={job.fps}", "frame_rate_den=1", "progressive=1", "colorspace=709"),
            *(f"width={width}", f"height={height}", "sample_aspect_num=1", "sample_aspect_den=1"),
            *(f"display_aspect_num={width}", f"display_aspect_den={height}", ""),
        ]
    )
