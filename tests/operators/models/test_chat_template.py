from __future__ import annotations

import json

import pytest

from include.chat import templates
from include.contract.errors import BadRequest
from operators.models.chat_template import check_folder, check_template
from operators.models.contents import Contents
from tests.operators.models.sources import Given
from tests.operators.models.tiny import CHAT_TEMPLATE

CONFIG = "tokenizer_config.json"


def refusal(files: dict[str, bytes], *, is_for_openvino: bool = False) -> str:
    given = Given(files)
    try:
        check_folder(Contents(given, given.sizes()), is_for_openvino)
    except BadRequest as error:
        return str(error)
    return ""


def config(template: object) -> bytes:
    return json.dumps({"chat_template": template}).encode()


def test_a_template_is_found_where_the_tokenizer_reads_it() -> None:
    good, bad = CHAT_TEMPLATE.encode(), b"{% if %}"
    assert refusal({CONFIG: config(CHAT_TEMPLATE)}) == ""
    assert refusal({"chat_template.jinja": good, CONFIG: config("{% if %}")}) == ""
    assert refusal({"chat_template.jinja": bad, CONFIG: config(CHAT_TEMPLATE)}).startswith("chat_template.jinja: ")
    several = [{"name": "tool_use", "template": "{% if %}"}, {"name": "default", "template": CHAT_TEMPLATE}]
    assert refusal({CONFIG: config(several)}) == ""
    assert "it is no text (found NoneType)" in refusal({CONFIG: config(several[:1])})
    by_processor = {"chat_template.json": config(CHAT_TEMPLATE)}
    assert refusal(by_processor) == (
        "has no chat template; allowed: `chat_template` in tokenizer_config.json, or chat_template.jinja"
    )
    assert refusal(by_processor, is_for_openvino=True) == ""
    assert "or chat_template.jinja or chat_template.json" in refusal({}, is_for_openvino=True)


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{{ bos_token }}\n{% for m in messages %}", "line 2: Unexpected end of template"),
        ("{{ raise_exception('no chats') }}", "no chats; take a version of the model that has one made for convers"),
        ("{% for m in messages %}{% for part in m.content %}{{ part.text }}{% endfor %}{% endfor %}", "it leaves out "),
        ("{{ messages[0].content }}", "it leaves out what the user says"),
        ("{{ 'a' * 10 ** 11 }}", "it takes more than 1024 MiB of memory"),
        (CHAT_TEMPLATE + "{# " + "x" * 1_000_000 + " #}", "it has more than 1000000 bytes"),
        (7, "it is no text (found int)"),
    ],
)
def test_one_by_which_nothing_can_be_asked_is_told_in_a_line_with_its_file(template: object, says: str) -> None:
    said = refusal({CONFIG: config(template)})
    assert said.startswith("tokenizer_config.json: `chat_template`: the chat template cannot be used: ")
    assert says in said
    assert "\n" not in said


def test_one_that_never_ends_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates.ChatTemplates.__init__, "__defaults__", (0.2,))
    with pytest.raises(BadRequest, match=r"a\.gguf: the chat template cannot be used: it has not ended after 0\.2 s"):
        check_template("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "a.gguf")


@pytest.mark.parametrize("refused", ["{{ raise_exception('no system') }}", "{% continue %}"])
def test_one_without_a_system_role_will_do(refused: str) -> None:
    head = "{% for message in messages %}{% if message.role == 'system' %}" + refused + "{% endif %}"
    check_template(head + "{{ message.content }}{% endfor %}", "a.gguf")


def test_a_file_that_is_not_text_is_told() -> None:
    assert refusal({"chat_template.jinja": b"\xff"}).startswith("chat_template.jinja: 'utf-8' codec")
