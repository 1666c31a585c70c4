"""A model's chat template, tried with a conversation before the model is added."""

from __future__ import annotations

from include.chat.system_role import as_the_template_takes
from include.chat.templates import ChatEndless, ChatRefused, ChatTemplates
from include.contract.errors import BadRequest
from operators.models.contents import Contents

TEMPLATE_FILE, TOKENIZER_CONFIG, PROCESSOR_FILE = "chat_template.jinja", "tokenizer_config.json", "chat_template.json"
"""Where a folder has it; the last one is read by OpenVINO alone."""
GGUF_FIELD = "tokenizer.chat_template"
_FIELD, _DEFAULT = "chat_template", "default"
_MOST_BYTES = 1_000_000
_QUESTION = "Which flowers do bees visit in March?"
_TRIAL = (
    {"role": "system", "content": "You write about animals."},
    {"role": "user", "content": "Who makes honey?"},
    {"role": "assistant", "content": '{"title": "Bees"}'},
    {"role": "user", "content": _QUESTION},
)
"""What whole pieces are asked by: an answer with mistakes goes back with them."""
_MARKS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
_TODO = "take a version of the model that has one made for conversations, or mend it"


def check_template(template: object, where: str) -> None:
    """Refuse a chat template by which a model cannot be asked.

    :param where: the file that has it, for messages.
    :raises BadRequest: it is none, takes no conversation, does not end, or leaves out what the model is asked.
    """
    wrong = _wrong(template)
    if wrong:
        raise BadRequest(f"{where}: the chat template cannot be used: {wrong}; {_TODO}")


def check_folder(contents: Contents, is_for_openvino: bool) -> None:
    """Refuse a folder without a chat template, or with one by which its model cannot be asked.

    :raises BadRequest: says what is wrong with it.
    """
    allowed = (TEMPLATE_FILE, PROCESSOR_FILE) if is_for_openvino else (TEMPLATE_FILE,)
    config = contents.jsons.get(TOKENIZER_CONFIG)
    told = config.get(_FIELD) if isinstance(config, dict) else None
    if TEMPLATE_FILE in contents:
        check_template(contents.text(TEMPLATE_FILE, _MOST_BYTES), TEMPLATE_FILE)
    elif told:
        check_template(_default(told), f"{TOKENIZER_CONFIG}: `{_FIELD}`")
    elif is_for_openvino and PROCESSOR_FILE in contents:
        check_template(contents.mapping(PROCESSOR_FILE).get(_FIELD), f"{PROCESSOR_FILE}: `{_FIELD}`")
    else:
        raise BadRequest(f"has no chat template; allowed: `{_FIELD}` in {TOKENIZER_CONFIG}, or {' or '.join(allowed)}")


def _default(told: object) -> object:
    """The template that is used of several, each with its name."""
    if not isinstance(told, list):
        return told
    named = {each.get("name"): each.get("template") for each in told if isinstance(each, dict)}
    return named.get(_DEFAULT)


def _wrong(template: object) -> str:
    if not isinstance(template, str):
        return f"it is no text (found {type(template).__name__})"
    if len(template.encode(errors="replace")) > _MOST_BYTES:
        return f"it has more than {_MOST_BYTES} bytes"
    templates = ChatTemplates()
    try:
        text = as_the_template_takes(_TRIAL, lambda chat: templates.text(template, chat, _MARKS))
    except (ChatRefused, ChatEndless) as error:
        return str(error).rstrip(".")
    return "" if _QUESTION in text else "it leaves out what the user says"
