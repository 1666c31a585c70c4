from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from include.contract.clips import ClipFacts
from include.contract.digital_source import DigitalSource
from include.contract.errors import AtelierError, CorruptInput
from include.contract.params import ClipStillParams
from include.contract.values import Aspect, SubtitlePosition, SubtitleStyle, Transition
from include.runtime.stage import ItemResult, Work
from include.runtime.stages.clip_still import ClipStillStage
from tests.include.runtime.composition.media import SMALL_CLIPS, clip_inputs, clips_of, compositor, story_inputs, tone
from tests.include.runtime.composition.test_joining import frames
from tests.include.runtime.labels.outside import source_in_picture
from tests.include.runtime.own.films import clip
from tests.include.runtime.stages.results import digest, digests

GOLDEN = {
    "title": "f1bd90879c418135f527bf5e97090b17cea4b75e160b28d05a41f98a2e9ed102",
    "01": "d3024c380cdabe479fd64aa301ff8357f50896b012b8b539d4faecfe05d16add",
    "01-02": "8b991da8b900c3dcd917b4eb3409868d65c3a91e55c15824b8ef7ed7f8a1db81",
    "02": "6df463a41dd095c4e4670226808abc84d7d9b7cde656b7e9d36307050e75576e",
    "end": "fd818ae863b1dbcd632a946e26f0110976265151dcc54e5a048cdf5ec52aa0fb",
}
"""Over all outputs of each clip."""


def make(
    inputs: Mapping[str, Path],
    scratch: Path,
    params: ClipStillParams = SMALL_CLIPS,
    tell: Callable[[float], None] = lambda share: None,
) -> ItemResult | AtelierError:
    stage = ClipStillStage()
    stage.setup(compositor())
    scratch.mkdir(exist_ok=True)
    (result,) = stage.process([Work("honey/01", params, inputs, lambda attempt: 7, scratch, tell=tell)])
    stage.teardown()
    return result


def made(inputs: Mapping[str, Path], scratch: Path, params: ClipStillParams = SMALL_CLIPS) -> ItemResult:
    result = make(inputs, scratch, params)
    assert isinstance(result, ItemResult), result
    return result


def with_other(**params: object) -> ClipStillParams:
    return ClipStillParams.model_validate({**SMALL_CLIPS.model_dump(), **params})


def facts_of(outputs: Mapping[str, Path]) -> ClipFacts:
    return ClipFacts.model_validate_json(outputs["facts"].read_text())


@pytest.mark.parametrize("aspect", Aspect)
def test_clips_are_what_was_asked_for_and_add_up(tmp_path: Path, aspect: Aspect) -> None:
    params = with_other(aspect=aspect, fps=25)
    clips = clips_of(story_inputs(tmp_path / "in", duration_s=1.21), tmp_path, params)
    assert list(clips) == ["title", "01", "01-02", "02", "end"]
    found = {name: facts_of(outputs) for name, outputs in clips.items()}
    assert {(one.width, one.height, one.fps) for one in found.values()} == {(*aspect.frame_px(240), 25)}
    assert [one.frames for one in found.values()] == [20, 30, 10, 30, 10]
    assert [len(frames(outputs["clip"])) for outputs in clips.values()] == [20, 30, 10, 30, 10]


def test_the_bytes_are_those_of_this_revision(tmp_path: Path) -> None:
    """A change here has to raise the recipe's revision (I1)."""
    clips = clips_of(story_inputs(tmp_path / "in"), tmp_path)
    assert {name: digest(digests(outputs)) for name, outputs in clips.items()} == GOLDEN


def test_a_clip_knows_neither_its_number_nor_another_scenes_text(tmp_path: Path) -> None:
    """Of a film into which a scene was put, all that was there before and does not touch it stays as it is."""
    texts = [["Honey never spoils."], ["Bees add acid to it."], ["It is sour."]]
    before = clips_of(story_inputs(tmp_path / "one", texts=texts), tmp_path / "before")
    story = dict(story_inputs(tmp_path / "two", texts=[*texts, ["It is new."]]))
    scenes = ["01", "04", "02", "03"]
    for kind in ("image", "timing"):
        paths = [story[f"{kind}/{number}"] for number in scenes]
        story |= {f"{kind}/{number:02d}": path for number, path in enumerate(paths, 1)}
    after = clips_of(story, tmp_path / "after")
    same = {"title": "title", "01": "01", "03": "02", "03-04": "02-03", "04": "03", "end": "end"}
    assert {new: digests(after[new]) for new in same} == {new: digests(before[old]) for new, old in same.items()}


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"transition": "cut"}, ["title", "01", "02"]),
        ({"scene_pause_s": 0}, ["title", "01", "02"]),
        ({"transition": "cut", "closing_text": "The end"}, ["title", "01", "02", "end"]),
    ],
)
def test_scenes_that_are_cut_have_nothing_between_them(tmp_path: Path, params: dict, names: list[str]) -> None:
    clips = clips_of(story_inputs(tmp_path / "in"), tmp_path, with_other(**params))
    assert list(clips) == names
    assert facts_of(clips["01"]).frames == round((1.2 + params.get("scene_pause_s", 0.4)) * 30)


def test_a_transition_without_a_pause_is_a_cut_and_a_warning(tmp_path: Path) -> None:
    title = clip_inputs(story_inputs(tmp_path / "in"))["title"]
    warned = made(title, tmp_path / "out", with_other(scene_pause_s=0)).attributes["warnings"]
    assert warned == ["a pause of 0.0 s leaves no room for `crossfade`; scenes are cut"]
    assert made(title, tmp_path / "cut", with_other(transition="cut", scene_pause_s=0)).attributes["warnings"] == []


def test_a_scenes_facts_tell_how_its_subtitles_look(tmp_path: Path) -> None:
    said = {"subtitle_style": "highlight", "subtitle_position": "top", "subtitle_size": 1.2, "subtitle_box": "#102030"}
    clips = clips_of(story_inputs(tmp_path / "in"), tmp_path, with_other(subtitle_colour="#00ff00", **said))
    look = facts_of(clips["01"]).look
    assert (look.style, look.position, look.size) == (SubtitleStyle.HIGHLIGHT, SubtitlePosition.TOP, 1.2)
    assert (look.colour, look.highlight, look.box) == ("#00ff00", "#ffd60a", "#102030")
    assert "look" not in clips["01-02"]["facts"].read_text()


def test_a_stage_grows_by_nothing_that_its_clips_take_to_set_text(tmp_path: Path) -> None:
    """Of each typesetter that sets text, Skia keeps half a MiB for ever."""
    program = (
        "import sys; from pathlib import Path;"
        "from tests.include.runtime.stages.test_clip_still import resident_mib_after;"
        "print(*resident_mib_after(20, 100, Path(sys.argv[1])))"
    )
    said = subprocess.check_output([sys.executable, "-c", program, str(tmp_path)], text=True)
    before, after = map(float, said.split()[-2:])
    assert after - before < 10, "80 typesetters keep 50 MiB"


def resident_mib_after(few: int, many: int, folder: Path) -> list[float]:
    """What this process holds after `few` tiny clips of one stage, and after `many`."""
    inputs = clip_inputs(story_inputs(folder, texts=[["Bees."]], duration_s=0.2))["01"]
    params, held = with_other(fps=10, scene_pause_s=0, transition="cut"), []
    stage = ClipStillStage()
    stage.setup(compositor())
    for number in range(1, many + 1):
        scratch = folder / str(number)
        scratch.mkdir()
        (result,) = stage.process([Work("honey/01", params, inputs, lambda attempt: 7, scratch)])
        assert isinstance(result, ItemResult), result
        if number in (few, many):
            held.append(int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024)
    return held


def test_a_speech_of_a_fifth_of_a_second_makes_a_short_clip(tmp_path: Path) -> None:
    clips = clips_of(story_inputs(tmp_path / "in", texts=[["No!"], ["Yes."]], duration_s=0.2), tmp_path)
    assert [facts_of(outputs).frames for outputs in clips.values()] == [24, 6, 12, 6, 12]
    assert [cue.lines for cue in facts_of(clips["01"]).cues] == [("No!",)]


def test_subtitles_are_burnt_in_only_where_that_is_wanted_and_told_either_way(tmp_path: Path) -> None:
    body = clip_inputs(story_inputs(tmp_path / "in"))["01"]
    written, bare = (made(body, tmp_path / str(on), with_other(subtitles=on)) for on in (True, False))
    paths = [{output.name: output.path for output in one.outputs} for one in (written, bare)]
    assert facts_of(paths[0]).cues == facts_of(paths[1]).cues
    change = np.abs(frames(paths[0]["clip"])[20][:240].astype(int) - frames(paths[1]["clip"])[20][:240])
    assert change[200:].max() > 100
    assert change[:150].max() < 40


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "蜂蜜为什么不会变质？因为它的含水量极低，细菌无法在里面生存。"),
        ("he", "למה דבש לא מתקלקל? <b>{\\an8}"),
        ("en", "Bees 🐝 --> 1\n\n2 \ue000"),
    ],
)
def test_any_text_is_shown(tmp_path: Path, language: str, said: str) -> None:
    clips = clip_inputs(story_inputs(tmp_path / "in", texts=[[said]], title=said * 4))
    params = with_other(language=language)
    missing = ["no font draws U+E000; it shows as an empty box"] if "\ue000" in said else []
    for name in ("title", "01"):
        assert made(clips[name], tmp_path / name, params).attributes["warnings"] == missing


def test_the_title_card_says_how_the_film_was_made_and_is_ready_for_a_model_in_another_scene(tmp_path: Path) -> None:
    title = clip_inputs(story_inputs(tmp_path / "in", title="Honig"))["title"]
    shown, bare = (
        {one.name: one.path for one in made(title, tmp_path / label, with_other(language="de", label=label)).outputs}
        for label in ("shown", "none")
    )
    change = np.abs(frames(shown["clip"])[14][:240].astype(int) - frames(bare["clip"])[14][:240])
    assert change[204:].max() > 60
    assert change[:190].max() < 40
    other = np.abs(frames(shown["clip"])[14][:240].astype(int) - frames(shown["clip_trained"])[14][:240])
    assert other[204:].max() > 60
    assert bare["clip_trained"].read_bytes() == bare["clip"].read_bytes()
    assert source_in_picture(shown["poster"]) == DigitalSource.ALGORITHMIC.uri
    assert source_in_picture(shown["poster_trained"]) == DigitalSource.TRAINED.uri
    title["digital_source"].write_text(DigitalSource.TRAINED)
    assert {one.name for one in made(title, tmp_path / "trained").outputs} == {"clip", "facts", "poster"}


def test_a_poster_is_of_the_frames_size(tmp_path: Path) -> None:
    title = clip_inputs(story_inputs(tmp_path / "in", size=(97, 201)))["title"]
    outputs = {one.name: one.path for one in made(title, tmp_path / "out").outputs}
    with Image.open(outputs["poster"]) as poster:
        assert poster.size == Aspect.WIDE.frame_px(240)


def test_how_much_is_done_is_told(tmp_path: Path) -> None:
    told: list[float] = []
    make(clip_inputs(story_inputs(tmp_path / "in"))["01"], tmp_path / "out", tell=told.append)
    assert (told[0], told == sorted(told), 0.95 < told[-1] <= 1) == (0, True, True)


@pytest.mark.parametrize("transition", [one for one in Transition if one is not Transition.CUT])
def test_every_transition_begins_with_one_picture_and_ends_with_the_other(
    tmp_path: Path, transition: Transition
) -> None:
    clips = clips_of(story_inputs(tmp_path / "in"), tmp_path, with_other(transition=transition, subtitles=False))
    left, between, right = (frames(clips[name]["clip"]) for name in ("01", "01-02", "02"))
    step, whole = difference(left[-1], between[0]), difference(left[-1], right[0])
    assert step < 0.25 * whole
    assert difference(between[-1], right[0]) < 0.25 * whole


def difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other).mean())


@pytest.mark.parametrize(("clip", "name"), [("01", "image"), ("01-02", "image_before"), ("end", "timing_before")])
def test_a_broken_input_fails_its_item_and_is_named(tmp_path: Path, clip: str, name: str) -> None:
    inputs = clip_inputs(story_inputs(tmp_path / "in"))[clip]
    inputs[name].write_bytes(inputs[name].read_bytes()[:40])
    result = make(inputs, tmp_path / "out")
    assert isinstance(result, CorruptInput)
    assert name in str(result)


def test_a_clip_that_the_brief_brings_is_joined_like_any_other(tmp_path: Path) -> None:
    inputs = clip_inputs(story_inputs(tmp_path))
    own = clip(tmp_path / "own.mp4", frames=90, rate=30, size=(320, 240))
    plain = made(inputs["01"], tmp_path / "plain")
    brought = made(inputs["01"] | {"own": own}, tmp_path / "brought")
    same, other = ([(each.outputs[at].path.read_bytes()) for each in (plain, brought)] for at in (1, 0))
    facts = [ClipFacts.model_validate_json(each) for each in same]
    assert facts[0].views
    assert facts[0].model_copy(update={"views": ()}) == facts[1]
    assert other[0] != other[1]
    (warning,) = brought.attributes["warnings"]  # type: ignore[misc]
    assert str(warning).startswith("the clip that the brief brings lasts 3.0 s; its first ")


def test_a_clip_of_one_frame_is_held_from_its_beginning_and_told_as_that(tmp_path: Path) -> None:
    inputs = clip_inputs(story_inputs(tmp_path))
    own = clip(tmp_path / "own.mp4", frames=1, rate=30, size=(320, 240))
    (warning,) = made(inputs["01"] | {"own": own}, tmp_path / "out").attributes["warnings"]  # type: ignore[misc]
    assert str(warning).startswith("the clip that the brief brings ends after 0.0 s; its last picture is held for ")


def test_a_clip_that_was_cut_short_before_its_scene_ends_is_refused(tmp_path: Path) -> None:
    inputs = clip_inputs(story_inputs(tmp_path))
    own = clip(tmp_path / "own.mkv", frames=90, rate=30, size=(320, 240), container="matroska")
    own.write_bytes(own.read_bytes()[: own.stat().st_size // 4])
    result = make(inputs["01"] | {"own": own}, tmp_path / "out")
    assert isinstance(result, CorruptInput)
    assert re.match(r"the clip .* is cut short or damaged: 0\.\d of its 3\.0 s can be seen; bring another", str(result))


def test_an_intro_is_a_clip_of_its_own_with_its_sound(tmp_path: Path) -> None:
    own = clip(tmp_path / "own.mp4", frames=50, rate=25, size=(320, 240), sound="5.1", heard=tone(3.0, 48_000))
    clips = clips_of(dict(story_inputs(tmp_path / "in")) | {"intro": own, "outro": own}, tmp_path)
    assert list(clips) == ["intro", "title", "01", "01-02", "02", "end", "outro"]
    found = [facts_of(clips[name]) for name in ("intro", "outro")]
    assert [(one.place, one.frames, one.has_sound) for one in found] == [("intro", 60, True), ("outro", 60, True)]
    assert clips["intro"]["clip"].read_bytes() == clips["outro"]["clip"].read_bytes()
    shown = frames(clips["intro"]["clip"])
    bars = [int(np.flatnonzero(shown[number][200, :426] > 160).mean()) for number in (0, -1)]
    assert bars == pytest.approx([5, 420], abs=4)
    with av.open(str(clips["intro"]["clip"])) as container:
        assert [(one.type, float(one.duration * one.time_base)) for one in container.streams] == [
            ("video", 2),
            ("audio", 2),
        ]


def test_an_intro_that_is_none_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("not a film")
    result = make({"intro": tmp_path / "text.mp4"}, tmp_path / "out")
    assert isinstance(result, CorruptInput)
    assert str(result).startswith("the intro that the brief brings cannot be opened: found a text file")


def test_a_logo_is_seen_in_every_clip_and_goes_with_the_film(tmp_path: Path) -> None:
    Image.new("RGB", (100, 100), "white").save(tmp_path / "logo.png")
    params = with_other(logo={"corner": "bottom_left", "opacity": 1.0}, subtitles=False)
    for name, inputs in clip_inputs(story_inputs(tmp_path)).items():
        result = made({**inputs, "logo": tmp_path / "logo.png"}, tmp_path / f"made-{name}", params)
        shown = [picture[214, 22] for picture in frames(result.outputs[0].path)]
        assert min(int(one) for one in shown[:-20] or shown[:1]) > 215
        assert (int(shown[-1]) < 60) is (name == "end")


def scene_of(text: str, folder: Path, **params: object) -> tuple[ItemResult, ClipFacts]:
    inputs = clip_inputs(story_inputs(folder / "in", texts=[[text]]))["01"]
    result = made(inputs, folder / "out", with_other(**params))
    return result, facts_of({output.name: output.path for output in result.outputs})


def test_the_facts_say_when_each_word_is_heard(tmp_path: Path) -> None:
    _, facts = scene_of("Honey never spoils.", tmp_path)
    (cue,) = facts.cues
    assert [cue.lines[word.line][word.begin : word.end] for word in cue.words] == ["Honey", "never", "spoils."]


def test_words_of_a_script_that_nobody_parts_are_shown_in_lines_and_a_warning_says_so(tmp_path: Path) -> None:
    burmese = "မင်္ဂလာပါဒီနေ့ကျွန်တော်တို့"
    shown, _ = scene_of(burmese, tmp_path / "words", language="my", subtitle_style="highlight")
    lines, _ = scene_of(burmese, tmp_path / "lines", language="my")
    assert shown.attributes["warnings"] == [
        "subtitles are in lines, not `highlight`: this script's words are not told apart"
    ]
    assert shown.outputs[0].path.read_bytes() == lines.outputs[0].path.read_bytes()


def test_more_subtitles_than_their_scene_can_show_are_warned_of(tmp_path: Path) -> None:
    result, facts = scene_of("Honey never spoils, and nobody knows why it should. " * 4, tmp_path)
    assert result.attributes["warnings"] == [
        "nobody reads subtitles of 200 columns in 1.6 s; give the scene less text or more time"
    ]
    assert facts.cues[-1].end_s <= 1.61
    assert all(cue.start_s < cue.end_s for cue in facts.cues)


def test_a_letter_that_no_font_has_is_named_in_the_closing_text_too(tmp_path: Path) -> None:
    end = clip_inputs(story_inputs(tmp_path / "in"))["end"]
    (warned,) = made(end, tmp_path / "out", with_other(closing_text="𐤀")).attributes["warnings"]
    assert warned == "no font draws U+10900; it shows as an empty box"


def test_a_transition_that_a_scene_asks_for_in_vain_is_told(tmp_path: Path) -> None:
    (tmp_path / "asked.json").write_text('{"transition": "fade_black"}')
    inputs = clip_inputs(story_inputs(tmp_path))["02"] | {"clip_setting": tmp_path / "asked.json"}
    told = [
        made(inputs, tmp_path / name, with_other(transition=name)).attributes["warnings"] for name in ("cut", "slide")
    ]
    assert told == [["the scene asks for `fade_black`, but in films of this content type scenes are cut"], []]
