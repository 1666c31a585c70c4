"""Foreign templates: what they write is what they would write for transformers, and none keeps anybody waiting."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.chat.templates import ChatEndless, ChatRefused, ChatTemplates

CHAT = [{"role": "user", "content": "Tee & <b>"}, {"role": "assistant", "content": "\ud83d"}]
ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"


@pytest.fixture(scope="module")
def templates() -> Iterator[ChatTemplates]:
    yield ChatTemplates(60.0)
    gc.collect()


def test_a_template_sees_the_chat_and_the_tokenizers_marks(templates: ChatTemplates) -> None:
    template = (
        "{{ bos_token }}{% for message in messages %}\n"
        "    {% generation %}\n"
        "{{ message['role'] }}: {{ message.content | tojson }}\n"
        "    {% endgeneration %}\n"
        "    {% if loop.last %}{% break %}{% endif %}\n"
        "{% endfor %}\n"
        "{{ add_generation_prompt }} {{ enable_thinking }} {{ tools }}"
    )
    told = templates.text(template, CHAT, {"bos_token": "<s>"})
    assert told == '<s>user: "Tee & <b>"\nassistant: "\ud83d"\nTrue False None'


def test_what_a_model_reads_does_not_depend_on_the_day(templates: ChatTemplates) -> None:
    assert templates.text("{{ strftime_now('%d %b %Y') }}", CHAT, {}) == "01 Jan 2026"


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("a\n{% if %}", "line 2: Expected an expression"),
        ("{{ raise_exception('System role\n not supported') }}", "System role not supported"),
        ("{{ nothing.to.see }}", "'nothing' is undefined"),
        ("{{ messages[0]['content'] + 1 }}", "can only concatenate str"),
        ("{{ ''.__class__.__mro__ }}", "is unsafe"),
        ("{{ messages.append(1) }}", "access to attribute 'append' of 'list' object is unsafe"),
        ("{% include '/etc/passwd' %}", "no loader"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "recursion"),
        (f"{{{{ {'(' * 5000}1{')' * 5000} }}}}", "recursion"),
        ("{{ 1 // 0 }}", "by zero"),
    ],
)
def test_a_template_that_does_not_take_a_chat_says_why(templates: ChatTemplates, template: str, says: str) -> None:
    with pytest.raises(ChatRefused, match=says):
        templates.text(template, CHAT, {})
    assert templates.text("{{ 1 }}", CHAT, {}) == "1"


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{{ 'a' * 10 ** 11 }}", "takes more than 1024 MiB of memory"),
        ("{% for a in range(99999) %}{{ 'a' * 1000 }}{% endfor %}", "writes more than 16777216 characters"),
    ],
)
def test_a_template_that_wants_too_much_is_ended(templates: ChatTemplates, template: str, says: str) -> None:
    with pytest.raises(ChatEndless, match=says):
        templates.text(template, CHAT, {})
    assert templates.text("{{ 1 }}", CHAT, {}) == "1"


@pytest.mark.parametrize("template", [ENDLESS, "{{ 9 ** (9 ** 9) }}"])
def test_a_template_that_never_ends_is_ended(template: str) -> None:
    with pytest.raises(ChatEndless, match=r"has not ended after 0\.2 s"):
        ChatTemplates(0.2).text(template, CHAT, {})


def test_who_ends_the_process_ends_no_more_than_one_chat(templates: ChatTemplates) -> None:
    templates.text("{{ 1 }}", CHAT, {})
    assert templates._process is not None
    os.kill(templates._process.pid, signal.SIGKILL)
    with pytest.raises(ChatEndless, match="ends the process that applies it"):
        templates.text("{{ 1 }}", CHAT, {})
    assert templates.text("{{ 1 }}", CHAT, {}) == "1"


def test_its_process_has_no_secret_and_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_MODEL_KEY", "sk-secret")
    templates = ChatTemplates()
    templates.text("", CHAT, {})
    process = templates._process
    assert process is not None
    with open(f"/proc/{process.pid}/environ", "rb") as environment:
        assert b"sk-secret" not in environment.read()
    del templates
    gc.collect()
    assert process.returncode is not None


def test_threads_take_turns(templates: ChatTemplates) -> None:
    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(lambda n: templates.text("{{ n }}" * 1000, CHAT, {"n": n}), range(40)))
    assert told == [str(n) * 1000 for n in range(40)]


@given(st.text(max_size=80), st.text(max_size=40))
def test_whatever_a_template_is_it_is_applied_or_refused(templates: ChatTemplates, template: str, said: str) -> None:
    with suppress(ChatRefused):
        templates.text(template, [{"role": "user", "content": said}], {})
    written = templates.text("{{ messages[0].content }}", [{"role": "user", "content": said}], {})
    assert written == said
