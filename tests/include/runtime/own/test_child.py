"""Files from outside are decoded in a process that has limits, and whose end is not this one's."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from include.contract.errors import CorruptInput, HostOutOfMemory
from include.contract.media_limits import MediaLimits
from include.runtime.own.child import Decoded, decoded
from include.runtime.own.heif import know_heif
from tests.include.runtime.foreign.test_pictures import png

ROOT = Path(__file__).resolve().parents[4]
ASKED = {"frame": [64, 36], "fit": "cover", "background": [0, 0, 0]}


def laid(folder: Path, body: bytes) -> Path:
    path = folder / "picture"
    path.write_bytes(body)
    return path


def red() -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (640, 360), "red").save(body, "PNG")
    return body.getvalue()


def test_what_comes_back_is_what_was_asked_for(tmp_path: Path) -> None:
    with decoded("picture", laid(tmp_path, red()), "the picture", MediaLimits(), **ASKED) as found:
        assert found.told["form"] == "PNG"
        assert b"".join(found.data()) == bytes((255, 0, 0)) * 64 * 36


def test_a_refusal_comes_back_in_its_words(tmp_path: Path) -> None:
    with (
        pytest.raises(CorruptInput, match=r"^the picture: does not decode as a picture: found a text file"),
        decoded("picture", laid(tmp_path, b"no picture"), "the picture", MediaLimits(), **ASKED),
    ):
        pass


def test_one_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    limits = MediaLimits(picture_megapixels=500, decoder_mib=256)
    with (
        pytest.raises(CorruptInput, match=r"too much memory to decode; allowed by the deployment: 256 MiB"),
        decoded("picture", laid(tmp_path, png(20_000, 20_000)), "the picture", limits, **ASKED),
    ):
        pass


def test_a_heic_picture_is_decoded_within_the_same_limits(tmp_path: Path) -> None:
    know_heif()
    body = io.BytesIO()
    Image.new("RGB", (5000, 4000), "red").save(body, "HEIF")
    path = laid(tmp_path, body.getvalue())
    with decoded("picture", path, "the picture", MediaLimits(), **ASKED) as found:
        assert (found.told["form"], found.told["width_px"]) == ("HEIF", 5000)
        assert len(b"".join(found.data())) == 64 * 36 * 3
    with (
        pytest.raises(CorruptInput, match=r"too much memory to decode; allowed by the deployment: 256 MiB"),
        decoded("picture", path, "the picture", MediaLimits(decoder_mib=256), **ASKED),
    ):
        pass


def test_one_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    limits = MediaLimits(picture_megapixels=500, decoder_mib=4096, decoder_s=1)
    with (
        pytest.raises(
            CorruptInput,
            match=r"^the picture is not decoded within 1 s, all that the deployment allows .*; shorten it$",
        ),
        decoded("picture", laid(tmp_path, png(20_000, 20_000)), "the picture", limits, **ASKED),
    ):
        pass


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import os; os.abort()", r"ends the process that decodes it \(status -6\); save it anew"),
        (
            "import sys; sys.stdout.buffer.write(b't' + (1 << 40).to_bytes(8, 'little') + bytes(9000))",
            r"has the process that decodes it answer with 1099511627776 bytes; allowed: ",
        ),
    ],
    ids=["ends", "led astray"],
)
def test_a_file_that_gets_its_decoder_off_its_course_is_refused(program: str, said: str) -> None:
    command = [sys.executable, "-c", program]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as process,
        pytest.raises(CorruptInput, match=f"^the picture {said}"),
    ):
        Decoded(process, "the picture", MediaLimits())


def test_one_that_the_kernel_kills_is_no_mistake_of_the_file() -> None:
    command = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as process,
        pytest.raises(HostOutOfMemory, match="^the process that decodes the picture was killed"),
    ):
        Decoded(process, "the picture", MediaLimits())


def test_its_limits_stay_within_those_that_it_began_with() -> None:
    program = (
        "import resource as r; from include.runtime.own.program import _limit; r.setrlimit(r.RLIMIT_CPU, (20, 20)); "
        "_limit(r.RLIMIT_CPU, 17, 22); print(r.getrlimit(r.RLIMIT_CPU)); "
        "_limit(r.RLIMIT_CPU, 30, 35); print(r.getrlimit(r.RLIMIT_CPU))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["(17, 20)", "(20, 20)"]


def test_its_process_is_told_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "it is a secret")
    with decoded("picture", laid(tmp_path, red()), "the picture", MediaLimits(), **ASKED) as found:
        (children,) = [Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()]
        told = [Path(f"/proc/{each}/environ").read_bytes() for each in children]
        assert told
        assert not any(b"it is a secret" in each for each in told)
        list(found.data())
