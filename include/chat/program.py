"""The process in which chat templates run: a line of JSON is a request, and a line of its output the answer.

`templates.py` starts it by its path, so it imports nothing of this project. Templates see what they see in transformers
(`transformers.utils.chat_template_utils`), but for the date: what a model reads may not depend on a clock.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_MEMORY_BYTES = 1 << 30
MOST_CHARACTERS = 1 << 24
"""Of what a template writes."""
_TODAY = datetime(2026, 1, 1)
_MISTAKES = (TemplateError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


class _Generation(Extension):
    """`{% generation %}`, which marks what an assistant says, for training."""

    tags = {"generation"}

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        return nodes.Scope(parser.parse_statements(("name:endgeneration",), drop_needle=True)).set_lineno(line)


def _raise_exception(message: object) -> None:
    raise TemplateError(str(message))


def _to_json(value: Any, ensure_ascii: bool = False, **form: Any) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, **form)


def _strftime_now(form: str) -> str:
    return _TODAY.strftime(form)


@lru_cache(maxsize=4)
def _compiled(template: str) -> Any:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, loopcontrols]
    )
    environment.filters["tojson"] = _to_json
    environment.globals.update(raise_exception=_raise_exception, strftime_now=_strftime_now)
    return environment.from_string(template)


def _answer(asked: Mapping[str, Any]) -> dict[str, str]:
    """The text, or what is wrong: the template does not take this chat, or finds no end."""
    told, length = [], 0
    try:
        for part in _compiled(asked["template"]).generate(asked["seen"]):
            told.append(part)
            length += len(part)
            if length > MOST_CHARACTERS:
                return {"endless": f"it writes more than {MOST_CHARACTERS} characters"}
    except MemoryError:
        return {"endless": f"it takes more than {MOST_MEMORY_BYTES >> 20} MiB of memory"}
    except _MISTAKES as error:
        line = getattr(error, "lineno", None)
        where = "" if line is None else f"line {line}: "
        return {"refused": f"{where}{error or type(error).__name__}"}
    return {"text": "".join(told)}


def main() -> None:
    """Answer until the input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    answers = sys.stdout
    answers.write("\n")
    answers.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        used_s = resource.getrusage(resource.RUSAGE_SELF)
        most_s = int(used_s.ru_utime + used_s.ru_stime + asked["limit_s"]) + 2
        # Where nobody is left to end this process, the kernel does.
        resource.setrlimit(resource.RLIMIT_CPU, (most_s, resource.RLIM_INFINITY))
        answers.write(f"{json.dumps(_answer(asked))}\n")
        answers.flush()


if __name__ == "__main__":
    main()
