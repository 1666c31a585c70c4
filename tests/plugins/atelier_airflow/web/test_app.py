"""The plugin's addresses as a browser finds them, on a real API server and a real store."""

from __future__ import annotations

import json
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import quote, urlsplit

import httpx
import pytest
from starlette.testclient import TestClient

from include.contract.manifests import RunRef
from include.store.stored import Headers
from operators.pages.addresses import (
    bytes_at,
    file_at,
    files_at,
    gallery_at,
    log_at,
    log_part_at,
    pieces_at,
    published_at,
)
from plugins.atelier_airflow.web.app import make_app
from tests.plugins.atelier_airflow.web.serving import ACTIVE, FILM, LOG_PART, LOGGED, PAGE, PICTURE, Serving

IMAGES = RunRef(dag_id="films", run_id="manual__2026-11-25T06:00:00+00:00", task_id="image")
FILM_AT = published_at("films", f"2026/11/25/honey/{'ab' * 6}/video.mp4")
PAGE_AT = published_at("cards", f"2026/11/25/mug/{'ab' * 6}/card.html")
OF_FILMS = (
    gallery_at("films"),
    published_at("films", "2026/11/25/honey/"),
    FILM_AT,
    pieces_at("films", IMAGES.run_id),
    files_at(IMAGES),
    file_at(IMAGES, "honey/01", "image"),
    bytes_at(IMAGES, "honey/01", "image"),
    log_at(IMAGES),
    log_part_at(IMAGES, LOGGED, 2, 0),
)
"""One of each kind."""


def test_every_route_is_tried_here() -> None:
    paths = {route.path for route in make_app().routes}  # type: ignore[attr-defined]
    below = "/dags/{dag_id}/runs/{run_id}"
    tasks = f"{below}/tasks/{{task_id}}/{{map_index}}"
    known = {"/dags/{dag_id}/published/{path:path}", f"{below}/pieces"}
    log = ("log", "log/{request_sha256}/{attempt}/{chunk}")
    assert paths == known | {f"{tasks}/{name}" for name in ("files", "file", "bytes", *log)}


@pytest.mark.parametrize("path", OF_FILMS)
def test_nobody_is_answered_without_a_login_and_no_other_team_with_one(served: Serving, path: str) -> None:
    with served.client() as stranger, served.client("bob") as other:
        assert stranger.get(path).status_code == 401
        refusal = other.get(path)
    assert (refusal.status_code, refusal.json()["detail"][:38]) == (403, "Airflow does not let you see this DAG.")


@pytest.mark.parametrize("path", OF_FILMS)
def test_a_query_does_not_lend_the_rights_of_another_dag(served: Serving, path: str) -> None:
    with served.client("bob") as other:
        assert other.get(path, params={"dag_id": "cards"}).status_code == 403


def test_who_is_not_signed_in_comes_back_from_airflows_own_login(served: Serving) -> None:
    with served.client(headers={"accept": "text/html"}) as stranger:
        answer = stranger.get(FILM_AT)
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            f"/api/v2/auth/login?next={quote(FILM_AT, safe='')}",
        )
        login = stranger.get(answer.headers["location"])
    assert (login.status_code, httpx.URL(login.headers["location"]).params["next"]) == (307, FILM_AT)


@pytest.mark.parametrize("user", ["ada", "root"])
def test_the_team_and_the_administrator_see_the_gallery_and_the_film(served: Serving, user: str) -> None:
    with served.client(user) as own:
        assert own.get(gallery_at("films")).text == "<!doctype html><h1>Gallery</h1>"
        page = own.get(published_at("films", "2026/11/25/honey/")).text
        assert own.get(FILM_AT).content == FILM
    assert f'<source src="{FILM_AT}" type="video/mp4">' in page
    assert "<h1>Honey &amp; &lt;wax&gt;</h1>" in page
    assert "<track" not in page, "the film shows its subtitles itself"


def test_the_team_reads_what_a_task_has_logged(served: Serving) -> None:
    with served.client("ada") as own:
        page = own.get(log_at(IMAGES)).text
        part = own.get(log_part_at(IMAGES, LOGGED, 2, 0))
        assert own.get(log_part_at(IMAGES, LOGGED, 2, 1)).status_code == 404
        assert own.get(log_part_at(IMAGES, "..%2F..%2Fsecret", 2, 0)).status_code == 404
    assert f'<a href="{log_part_at(IMAGES, LOGGED, 2, 0)}">part 0</a>' in page
    assert (part.content, part.headers["content-type"]) == (LOG_PART, "text/plain; charset=utf-8")


@pytest.mark.parametrize(
    ("asked", "status", "body", "told"),
    [
        ("bytes=0-1", 206, FILM[:2], "bytes 0-1/1048576"),
        ("bytes=1048570-", 206, FILM[-6:], "bytes 1048570-1048575/1048576"),
        ("bytes=-4", 206, FILM[-4:], "bytes 1048572-1048575/1048576"),
    ],
)
def test_a_player_seeks(served: Serving, asked: str, status: int, body: bytes, told: str) -> None:
    with served.client("ada") as own:
        answer = own.get(FILM_AT, headers={"range": asked})
    assert (answer.status_code, answer.content, answer.headers["content-range"]) == (status, body, told)
    assert (answer.headers["accept-ranges"], answer.headers["content-length"]) == ("bytes", str(len(body)))


def test_a_range_that_is_not_there_and_a_version_that_is_known_are_told_as_the_store_does(served: Serving) -> None:
    with served.client("ada") as own:
        etag = own.get(FILM_AT, headers={"range": "bytes=0-0"}).headers["etag"]
        assert own.get(FILM_AT, headers={"range": "bytes=2000000-"}).status_code == 416
        known = own.get(FILM_AT, headers={"if-none-match": etag})
        assert (known.status_code, known.content) == (304, b"")
        same = own.get(FILM_AT, headers={"range": "bytes=0-1", "if-range": etag})
        other = own.get(FILM_AT, headers={"range": "bytes=0-1", "if-range": '"of-another-version"'})
    assert (same.status_code, same.content) == (206, FILM[:2])
    assert (other.status_code, other.content) == (200, FILM)


@pytest.mark.parametrize(
    "path",
    [
        "../../v1/secret.json",
        "..%2f..%2fv1%2fsecret.json",
        "%2e%2e/%2e%2e/v1/secret.json",
        "2026/../../cards/index.html",
        "2026//11",
        "./index.html",
        ".hidden",
        "a%5c..%5cb",
        "a%00b",
        "2026/11/25/honey/no-such-file.mp4",
        "2026/13/25/honey/",
        "2026/11/25/",
        "2026/11/25/no-such-piece/",
        "a" * 600,
    ],
)
def test_nothing_is_found_outside_of_what_is_published(served: Serving, path: str) -> None:
    with served.client("root") as anybody:
        cookie = f"_token={anybody.cookies['_token']}"
    connection = HTTPConnection(urlsplit(served.url).netloc)  # which sends a path as it is
    with closing(connection):
        connection.request("GET", f"{gallery_at('films')}{path}", headers={"cookie": cookie})
        assert connection.getresponse().status == 404


@pytest.mark.parametrize(
    "path",
    [
        "%2e%2e/published/",
        "%2e/published/index.html",
        "films/runs/%2e%2e/pieces",
        "films/runs/%2e/pieces",
        "films/runs/%2e%2e/tasks/image/-1/files",
        "films/runs/manual__1/tasks/%2e%2e/-1/files",
        "films/runs/manual__1/tasks/image/first/files",
        f"films/runs/{'a' * 251}/pieces",
        f"films/runs/{IMAGES.run_id}/tasks/image/-1/files?start=-1",
        f"films/runs/{IMAGES.run_id}/tasks/image/-1/files?start=many",
        f"films/runs/{IMAGES.run_id}/tasks/image/-1/bytes?item=honey/01",
        f"films/runs/{IMAGES.run_id}/tasks/image/-1/file?output=image&item={'a' * 201}",
    ],
)
def test_an_address_that_no_page_has_is_told_in_one_sentence(served: Serving, path: str) -> None:
    with served.client("root") as anybody:
        cookie = f"_token={anybody.cookies['_token']}"
    connection = HTTPConnection(urlsplit(served.url).netloc)
    with closing(connection):
        connection.request("GET", f"/atelier/dags/{path}", headers={"cookie": cookie})
        answer = connection.getresponse()
        told = json.loads(answer.read())
    assert answer.status == 404
    assert told["detail"] in (
        "There is nothing at this address.",
        "Airflow knows no DAG `.`.",
        "Airflow knows no DAG `..`.",
    )


def test_an_address_without_a_route_is_told_in_the_same_sentence_on_a_page() -> None:
    answer = TestClient(make_app()).get("/nowhere", headers={"accept": "text/html"})
    assert (answer.status_code, "<p>There is nothing at this address.</p>" in answer.text) == (404, True)


def test_a_dag_that_airflow_does_not_know_has_nothing_though_the_store_may(served: Serving) -> None:
    served.store.put("published/forgotten/index.html", b"<h1>Old</h1>", Headers("text/html"))
    with served.client("ada") as own:
        answer = own.get(gallery_at("forgotten"))
    assert (answer.status_code, answer.json()["detail"]) == (404, "Airflow knows no DAG `forgotten`.")


@pytest.mark.parametrize("path", [*OF_FILMS, PAGE_AT, f"{gallery_at('films')}nothing", "/atelier/nowhere"])
def test_no_answer_lets_a_script_run(served: Serving, path: str) -> None:
    for user in ("root", None):
        with served.client(user) as somebody:
            headers = somebody.get(path).headers
        policy = headers["content-security-policy"].split("; ")
        assert policy[0].startswith("sandbox ")
        assert "allow-scripts" not in policy[0]
        assert "default-src 'none'" in policy
        assert not [part for part in policy if part.startswith("script-src")]
        assert headers["x-content-type-options"] == "nosniff"


def test_a_made_page_is_passed_on_as_it_is(served: Serving) -> None:
    with served.client("bob") as own:
        answer = own.get(PAGE_AT)
    assert (answer.content, answer.headers["content-type"]) == (PAGE, "text/html")


def test_a_tasks_page_shows_its_files_and_what_failed_as_text(served: Serving) -> None:
    with served.client("ada") as own:
        page = own.get(files_at(IMAGES)).text
        embedded = own.get(bytes_at(IMAGES, "honey/01", "image"))
    assert f"{3 + len(ACTIVE)} items: {2 + len(ACTIVE)} made, 0 reused, 1 failed, 0 skipped" in page
    assert "&lt;b&gt;no model&lt;/b&gt;" in page
    assert bytes_at(IMAGES, "honey/01", "image").replace("&", "&amp;") in page
    assert (embedded.status_code, embedded.headers["content-type"]) == (200, "image/svg+xml")


def test_a_picture_opens_by_a_link_that_is_signed_for_this_click_where_browsers_reach_the_store(
    served: Serving,
) -> None:
    with served.client("ada") as own:
        answer = own.get(file_at(IMAGES, "honey/04", "image"))
    url = httpx.URL(answer.headers["location"])
    assert (answer.status_code, url.host, answer.headers["referrer-policy"]) == (303, "localhost", "same-origin")
    assert url.params["X-Amz-Expires"] == "14400"
    opened = httpx.get(url)
    assert (opened.content, opened.headers["content-type"]) == (PICTURE, "image/png")
    assert opened.headers["content-disposition"] == 'inline; filename="honey-04-image-image"'


@pytest.mark.parametrize("item", ["honey/01", *(f"honey/{number:02}" for number in range(5, 5 + len(ACTIVE)))])
def test_what_scripts_could_run_in_is_answered_by_the_plugin_alone(served: Serving, item: str) -> None:
    with served.client("ada") as own:
        answer = own.get(file_at(IMAGES, item, "image"))
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].startswith("sandbox allow-same-origin ")


@pytest.mark.parametrize("name", ["honey/03", "honey/02"])
def test_an_item_or_output_that_is_not_there_is_told(served: Serving, name: str) -> None:
    with served.client("ada", headers={"accept": "text/html"}) as own:
        answer = own.get(file_at(IMAGES, name, "image"))
    assert answer.status_code == 404
    assert f"task `image` has no output `image` of an item `{name}`" in answer.text
