"""Docker Compose (Compose Specification): images and names of variables. Values of variables are not kept.

YAML is taken event by event and never built: an alias stays a name, so that no bomb of aliases unfolds.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bascule import guard
from bascule.read.environment import LONGEST_NAME
from bascule.read.errors import InputError
from bascule.read.named import Names, What
from bascule.read.reading import Item

MAX_COMPOSE = 5 * 1024 * 1024
MAX_DEPTH = 50
MAX_EVENTS = 1_000_000
_FILE = re.compile(r"(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml", re.IGNORECASE)
_SERVICES = re.compile(rb"^services\s*:", re.MULTILINE)
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")


def recognise(path: Path, head: bytes) -> bool:
    """Say whether it is one: by its name, or as YAML with `services:` at the margin and an image or a build below."""
    if _FILE.fullmatch(path.name):
        return guard.is_text(head)
    return (
        path.suffix.lower() in (".yml", ".yaml")
        and _SERVICES.search(head) is not None
        and re.search(rb"^\s+(?:image|build)\s*:", head, re.MULTILINE) is not None
    )


def read(path: Path, name: str, at: datetime) -> Iterator[Item]:
    """Yield one observation an image (without tag and digest) and one a variable name."""
    images, variables = Names(path, What.IMAGE), Names(path, What.VARIABLE)
    try:
        for keys, text, line in _scalars(path):
            if len(keys) == 3 and keys[2] == "image":
                fault = images.add(image(text), line)
            elif len(keys) >= 3 and keys[2] == "environment":
                fault = _variable(variables, keys, text, line)
            else:
                fault = None
            if fault:
                yield fault
                return
    except InputError as error:
        yield error
    yield from images.observations(name, at)
    yield from (item for item in variables.observations(name, at) if not isinstance(item, InputError))


def _variable(variables: Names, keys: tuple[str, ...], text: str, line: int) -> InputError | None:
    key = keys[3] if len(keys) > 3 and keys[3] else text.partition("=")[0]
    fits = len(key) <= LONGEST_NAME and _VARIABLE.fullmatch(key)
    return variables.add(key, f"{line}/{key}") if fits else None


def image(reference: str) -> str:
    """Return an image without tag and digest: `ghcr.io/x/y:1.2@sha256:…` is `ghcr.io/x/y`; `docker.io/library/` goes without saying."""
    plain = reference.partition("@")[0].strip().lower()
    folder, slash, last = plain.rpartition("/")
    plain = folder + slash + last.partition(":")[0]
    return plain.removeprefix("docker.io/").removeprefix("library/") if re.fullmatch(r"[\w.:/-]+", plain) else ""


def _scalars(path: Path) -> Iterator[tuple[tuple[str, ...], str, int]]:
    """Yield (keys that lead there, value, line) below `services` and `x-…`; an entry of a list has the key ''.

    Raises:
        InputError: It is no YAML, or nested too deeply.
    """
    import yaml  # here, since most runs read no such file and the library takes ten milliseconds

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    stack: list[list[str | None]] = []  # one a collection: [its kind, the key whose value is to come]
    line = 1
    try:
        for number, event in enumerate(yaml.parse(guard.read_text(path, MAX_COMPOSE), Loader=loader)):
            line = event.start_mark.line + 1 if event.start_mark else line
            if number > MAX_EVENTS or len(stack) > MAX_DEPTH:
                raise InputError("bad-document", path, str(line), reason="YAML: too deep or too long")
            if isinstance(event, yaml.MappingStartEvent):
                stack.append(["map", None])
            elif isinstance(event, yaml.SequenceStartEvent):
                stack.append(["list", ""])
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                stack.pop()
                _took(stack)
            elif isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)) and stack:
                text = event.value if isinstance(event, yaml.ScalarEvent) else ""
                if stack[-1][0] == "map" and stack[-1][1] is None:
                    stack[-1][1] = text
                    continue
                keys = tuple(key or "" for _, key in stack)
                _took(stack)
                if keys[0] == "services":
                    yield keys, text, line
                elif keys[0].startswith("x-"):
                    yield (keys if len(keys) > 2 and keys[1] != "environment" and keys[2] in ("image", "environment") else ("services", *keys)), text, line
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise InputError("bad-document", path, str(mark.line + 1 if mark else line), reason="YAML") from error


def _took(stack: list[list[str | None]]) -> None:
    """A value is done: the next scalar of a mapping is a key again."""
    if stack and stack[-1][0] == "map":
        stack[-1][1] = None
