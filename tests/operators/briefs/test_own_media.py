"""Pictures that briefs bring: each file is brought in once, and what cannot be taken is told by its place."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from include.contract.brief import Brief
from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.contract.media_limits import MediaLimits
from include.contract.own_media import own_media
from include.store.store import Store
from operators.briefs.own_media import BriefFiles, check_own
from tests.certificates import certificates
from tests.operators.serving import served

JPEG = b"\xff\xd8\xff\xe0 a picture, as far as its first bytes go"
PLAYLIST = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n"


def brief(*names: str | None, **fields: Any) -> Brief:
    scenes = [{"narration": "A bee.", **({"image": name} if name else {})} for name in names]
    return Brief.model_validate({"topic": "Bees", "script": {"scenes": scenes}, **fields})


def lay(deployment: Deployment, name: str, body: bytes) -> None:
    (Path(str(deployment.files)) / name).write_bytes(body)


def refusal(deployment: Deployment, store: Store, asked: Brief) -> list[str]:
    with pytest.raises(BadRequest) as caught:
        BriefFiles(deployment, store).entry_of(asked)
    return str(caught.value).splitlines()


def test_a_file_that_several_scenes_name_is_brought_in_once(deployment: Deployment, store: Store) -> None:
    lay(deployment, "bee.jpg", JPEG)
    entry = BriefFiles(deployment, store, keeps=True).entry_of(brief("bee.jpg", None, "bee.jpg"))
    assert [file.name for file in entry.files] == ["image/01", "image/03"]
    assert {file.media_type for file in entry.files} == {"image/jpeg"}
    assert store.blob(hashlib.sha256(JPEG).hexdigest()) == JPEG
    assert list(own_media(entry.brief))[0].name == "bee.jpg"


def test_a_plan_knows_the_digests_and_stores_nothing(deployment: Deployment, store: Store) -> None:
    lay(deployment, "bee.jpg", JPEG)
    (file,) = BriefFiles(deployment, store).entry_of(brief("bee.jpg")).files
    assert file.sha256 == hashlib.sha256(JPEG).hexdigest()
    assert not store.has_blob(file)


def test_a_picture_in_the_store_is_brought_in_too(deployment: Deployment, store: Store) -> None:
    store.put("team-pictures/bee.jpg", JPEG)
    where = store.domain.uri("team-pictures/bee.jpg")
    (file,) = BriefFiles(deployment, store, keeps=True).entry_of(brief(where)).files
    assert store.blob(file.sha256) == JPEG
    gone = store.domain.uri("team-pictures/wasp.jpg")
    (told,) = refusal(deployment, store, brief(None, gone))
    assert told.startswith(f"script.scenes.1.image: `{gone}` does not exist")


def test_music_comes_in_beside_pictures_and_all_mistakes_are_told_at_once(deployment: Deployment, store: Store) -> None:
    lay(deployment, "bee.jpg", JPEG)
    lay(deployment, "bed.mp3", b"ID3")
    entry = BriefFiles(deployment, store).entry_of(brief("bee.jpg", music="bed.mp3"))
    assert [file.name for file in entry.files] == ["music", "image/01"]
    told = refusal(deployment, store, brief("gone.jpg", "bee.jpg", "away.png", music="no.mp3"))
    assert [line.partition(": ")[0] for line in told] == ["music", "script.scenes.0.image", "script.scenes.2.image"]


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("a.jpg", PLAYLIST, "is a playlist (M3U8 or HLS), which names other files; allowed: JPEG, PNG, WebP, AVIF, "),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is an SVG drawing; allowed: "),
        ("a.heic", b"GIF89a", "is GIF; allowed: JPEG, PNG, WebP, AVIF, HEIC; bring the picture as one of these"),
        ("a.webp", b"who knows", "is a text file; allowed: "),
        ("empty.jpg", b"", "is an empty file; bring the picture itself"),
        ("large.jpg", JPEG + bytes(1 << 20), "has 1,048,620 bytes; allowed: 1 to 1,048,576 (1 MiB)"),
        ("../a.jpg", None, "the name leads out of it"),
    ],
)
def test_what_cannot_be_brought_is_refused_before_anything_is_made(
    deployment: Deployment, store: Store, name: str, body: bytes | None, said: str
) -> None:
    deployment = deployment.model_copy(update={"own_media": MediaLimits(picture_mib=1)})
    if body is not None:
        lay(deployment, name, body)
    (told,) = refusal(deployment, store, brief(name))
    assert told.startswith(f"script.scenes.0.image: `{name}` ")
    assert said in told
    with pytest.raises(BadRequest) as looked:
        check_own(next(own_media(brief(name))), deployment, store)
    assert str(looked.value) == told


def test_a_look_without_a_store_takes_what_lies_in_it_as_being_there(deployment: Deployment) -> None:
    check_own(next(own_media(brief("s3://bucket/bee.jpg"))), deployment, None)
    with pytest.raises(BadRequest, match="is not an address in a store"):
        check_own(next(own_media(brief("s3://bee.jpg"))), deployment, None)


def test_a_recording_is_brought_in_beside_pictures_by_its_own_kinds(deployment: Deployment, store: Store) -> None:
    lay(deployment, "me.wav", b"RIFF\0\0\0\0WAVEfmt ")
    lay(deployment, "bee.jpg", JPEG)
    scene = {"narration": "A bee.", "image": "bee.jpg"}
    asked = Brief.model_validate({"topic": "Bees", "script": {"scenes": [scene | {"voice": "me.wav"}]}})
    files = BriefFiles(deployment, store).entry_of(asked).files
    assert [(file.name, file.media_type) for file in files] == [("image/01", "image/jpeg"), ("voice/01", "audio/wav")]
    wrong = Brief.model_validate({"topic": "Bees", "script": {"scenes": [scene | {"voice": "bee.jpg"}]}})
    (told,) = refusal(deployment, store, wrong)
    assert told.startswith("script.scenes.0.voice: `bee.jpg` is JPEG; allowed: AAC, AIFF")
    assert told.endswith("bring the recording as one of these")


def test_a_picture_that_moves_may_be_a_clip_and_other_kinds_may_not(deployment: Deployment, store: Store) -> None:
    lay(deployment, "bee.gif", b"GIF89a and more")
    lay(deployment, "bee.heic", b"\0\0\0\x18ftypheic")
    scenes = [{"narration": "A bee.", "clip": name} for name in ("bee.gif", "bee.heic")]
    asked = Brief.model_validate({"topic": "Bees", "script": {"scenes": scenes[:1]}})
    (file,) = BriefFiles(deployment, store).entry_of(asked).files
    assert (file.name, file.media_type) == ("clip/01", "image/gif")
    (told,) = refusal(deployment, store, Brief.model_validate({"topic": "Bees", "script": {"scenes": scenes}}))
    allowed = (
        "allowed: Matroska or WebM, MP4 or M4A, GIF, PNG, WebP; bring the film as one of these, or name it as `image`"
    )
    assert told == f"script.scenes.1.clip: `bee.heic` is HEIC; {allowed}"
    (told,) = refusal(deployment, store, brief("bee.gif"))
    assert told.endswith("bring the picture as one of these, or name it as `clip`")
    mug = Brief.model_validate({"product": {"name": "Mug", "image": "bee.gif"}})
    assert refusal(deployment, store, mug)[0].endswith("bring the picture as one of these")


class Shop(BaseHTTPRequestHandler):
    """A shop's server of photos."""

    def do_GET(self) -> None:
        if self.path == "/moved.jpg":
            self.send_response(302)
            self.send_header("Location", "https://elsewhere.example/mug.jpg")
        else:
            self.send_response(200)
        self.end_headers()
        self.wfile.write(JPEG)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Its address, which an authority of its own vouches for."""
    authority, server = certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with served(Shop, context) as site:
        yield site.replace("http://", "https://")


def photo(name: str) -> Brief:
    return Brief.model_validate({"product": {"name": "Mug", "image": name}})


def test_a_products_photo_may_be_at_a_host_that_the_deployment_allows(
    deployment: Deployment, store: Store, shop: str
) -> None:
    allowed = deployment.model_copy(update={"allow_private_addresses": True, "picture_hosts": ("127.0.0.1",)})
    (file,) = BriefFiles(allowed, store, keeps=True).entry_of(photo(f"{shop}/mug.jpg")).files
    assert store.blob(file.sha256) == JPEG
    (told,) = refusal(allowed, store, photo(f"{shop}/moved.jpg"))
    assert told == (
        "product.image: https://elsewhere.example/mug.jpg: is at `elsewhere.example`; allowed by the deployment: "
        "127.0.0.1"
    )
    other = allowed.model_copy(update={"picture_hosts": ("*.example.com",)})
    (told,) = refusal(other, store, photo(f"{shop}/mug.jpg"))
    assert told.endswith("is at `127.0.0.1`; allowed by the deployment: *.example.com")
    inside = allowed.model_copy(update={"allow_private_addresses": False})
    (told,) = refusal(inside, store, photo(f"{shop}/mug.jpg"))
    assert "an address inside this network" in told


def test_nothing_else_is_taken_from_the_web_and_no_photo_by_default(deployment: Deployment, store: Store) -> None:
    (told,) = refusal(deployment, store, photo("https://images.example/mug.jpg"))
    assert told.endswith("this deployment allows no host; name it in `picture_hosts`, or bring the file")
    (told,) = refusal(deployment, store, brief("https://images.example/bee.jpg"))
    assert told.endswith("only the photo of a product may be at https://")
    (told,) = refusal(deployment, store, photo("http://images.example/mug.jpg"))
    assert "is not a file in the folder" in told


def test_an_intro_is_a_film_of_the_whole(deployment: Deployment, store: Store) -> None:
    lay(deployment, "brand.mp4", b"\0\0\0\x18ftypisom")
    lay(deployment, "text.mp4", b"not a film")
    entry = BriefFiles(deployment, store).entry_of(Brief(topic="Bees", intro="brand.mp4"))
    assert [(file.name, file.media_type) for file in entry.files] == [("intro", "video/mp4")]
    told = refusal(deployment, store, Brief(topic="Bees", intro="text.mp4", outro="gone.mp4"))
    assert told[0] == (
        "intro: `text.mp4` is a text file; allowed: Matroska or WebM, MP4 or M4A; bring the film as one of these"
    )
    assert told[1].startswith("outro: `gone.mp4` is not a file in the folder")
