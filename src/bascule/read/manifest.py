"""Package manifests: the libraries that a firm's own software asks for by name, among them the kits of paid services.

Labels are package URLs without version (`pkg:npm/stripe`, package-url specification). Of a lock file what the project itself asks
for counts where the file tells it apart; else everything that it holds.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from bascule import guard
from bascule.guard import GuardError
from bascule.read.documents import json_document, listed, mapping, text
from bascule.read.errors import InputError
from bascule.read.named import Names, What
from bascule.read.reading import Item
from bascule.read.xml import Handler, feed_pieces

MAX_MANIFEST = 30 * 1024 * 1024
Found = Iterable[tuple[str, str]]
"""(package URL, place)."""

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(?:[=<>!~;@#,(].*)?")
_GO = re.compile(r"\s*(?:require\s+)?([\w.-]+\.[\w.-]+/[\w./~-]+)\s+v\d\S*(\s*//\s*indirect)?")
_GEM = re.compile(r"  ([A-Za-z0-9][\w.-]*)!?(?:\s*\(.*\))?")
_NPM_KEYS = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
_COMPOSER_KEYS = ("require", "require-dev")


def recognise(path: Path, head: bytes) -> bool:
    """Say whether it is a manifest: by its name, which every package manager fixes."""
    return _form(path) is not None and guard.is_text(head)


def read(path: Path, name: str, at: datetime) -> Iterator[Item]:
    """Yield one observation a package."""
    names, form = Names(path, What.PACKAGE), _form(path)
    try:
        for label, place in form(path) if form else ():
            if fault := names.add(label, place):
                yield fault
                return
    except GuardError as error:
        if error.code != "bad-archive":
            raise
        yield InputError("bad-document", path, error.place, reason=f"XML: {error.details.get('reason', '')}")
        return
    except InputError as error:
        yield error
        return
    yield from names.observations(name, at)


def _form(path: Path) -> Callable[[Path], Found] | None:
    name = path.name.lower()
    if re.fullmatch(r"requirements[\w.-]*\.txt|constraints\.txt", name):
        return _requirements
    return _FORMS.get(name)


def _keys(value: object, pointer: str, kind: str) -> Iterator[tuple[str, str]]:
    for key in mapping(value):
        yield f"pkg:{kind}/{key.lower()}", f"{pointer}/{key}"


def _package_json(path: Path) -> Iterator[tuple[str, str]]:
    document = mapping(json_document(path))
    for part in _NPM_KEYS:
        yield from _keys(document.get(part), f"/{part}", "npm")


def _package_lock(path: Path) -> Iterator[tuple[str, str]]:
    """Version 2 and 3 say under `packages[""]` what the project asks for; version 1 lists everything."""
    document = mapping(json_document(path))
    root = mapping(mapping(document.get("packages")).get(""))
    for part in _NPM_KEYS:
        yield from _keys(root.get(part), f"/packages//{part}", "npm")
    if not root:
        yield from _keys(document.get("dependencies"), "/dependencies", "npm")


def _composer_json(path: Path) -> Iterator[tuple[str, str]]:
    document = mapping(json_document(path))
    for part in _COMPOSER_KEYS:
        yield from ((label, place) for label, place in _keys(document.get(part), f"/{part}", "composer") if "/" in label.removeprefix("pkg:composer/"))


def _composer_lock(path: Path) -> Iterator[tuple[str, str]]:
    document = mapping(json_document(path))
    for part in ("packages", "packages-dev"):
        for number, entry in enumerate(listed(document.get(part))):
            if own := text(entry.get("name")):
                yield f"pkg:composer/{own.lower()}", f"/{part}/{number}"


def _requirements(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(guard.read_text(path, MAX_MANIFEST).splitlines(), 1):
        plain = line.partition("#")[0].strip()
        if plain and not plain.startswith("-") and "://" not in plain.partition("@")[0]:
            if (found := _REQUIREMENT.fullmatch(plain)) is None:
                raise InputError("bad-document", path, str(number), reason="no requirement")
            yield pypi(found[1]), str(number)


def pypi(name: str) -> str:
    """Return a Python package by its normal name (PyPA, "Names and normalization")."""
    return "pkg:pypi/" + re.sub(r"[-_.]+", "-", name).lower()


def _pyproject(path: Path) -> Iterator[tuple[str, str]]:
    try:
        document = tomllib.loads(guard.read_text(path, MAX_MANIFEST))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"line (\d+)", str(error))
        raise InputError("bad-document", path, line[1] if line else "1", reason="TOML") from error
    project = mapping(document.get("project"))
    lists = [("/project/dependencies", project.get("dependencies"))]
    for part, more in (("/project/optional-dependencies", project.get("optional-dependencies")), ("/dependency-groups", document.get("dependency-groups"))):
        lists += [(f"{part}/{key}", value) for key, value in mapping(more).items()]
    for pointer, values in lists:
        for number, value in enumerate(values if isinstance(values, list) else ()):
            if isinstance(value, str) and (found := _REQUIREMENT.match(value)):
                yield pypi(found[1]), f"{pointer}/{number}"
    for key in mapping(mapping(mapping(document.get("tool")).get("poetry")).get("dependencies")):
        if key != "python":
            yield pypi(key), f"/tool/poetry/dependencies/{key}"


def _gemfile_lock(path: Path) -> Iterator[tuple[str, str]]:
    """What the project asks for stands under `DEPENDENCIES`, two spaces in."""
    inside = False
    for number, line in enumerate(guard.read_text(path, MAX_MANIFEST).splitlines(), 1):
        if line and not line.startswith(" "):
            inside = line.strip() == "DEPENDENCIES"
        elif inside and (found := _GEM.fullmatch(line)):
            yield f"pkg:gem/{found[1].lower()}", str(number)


def _go_mod(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(guard.read_text(path, MAX_MANIFEST).splitlines(), 1):
        found = _GO.match(line)
        if found and not found[2]:
            yield "pkg:golang/" + re.sub(r"/v\d+$", "", found[1].lower()), str(number)


def _pom(path: Path) -> Iterator[tuple[str, str]]:
    handler = _Dependencies()
    feed_pieces(guard.chunks(path), path, None, handler)
    yield from handler.found


class _Dependencies(Handler):
    """`dependency` elements of a Maven project, also those that it only manages or builds with."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self._at: list[str] = []
        self._own: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._at.append(name)
        if name == "dependency":
            self._own = {}

    def end(self, name: str) -> None:
        self._at.pop()
        if name == "dependency" and self._own.get("groupId") and self._own.get("artifactId"):
            label = f"{self._own['groupId'].strip()}/{self._own['artifactId'].strip()}".lower()
            self.found.append((f"pkg:maven/{label}", f"dependency {len(self.found) + 1}"))

    def text(self, data: str) -> None:
        if self._at[-2:-1] == ["dependency"]:
            self._own[self._at[-1]] = self._own.get(self._at[-1], "") + data


_FORMS: dict[str, Callable[[Path], Found]] = {
    "package.json": _package_json,
    "package-lock.json": _package_lock,
    "composer.json": _composer_json,
    "composer.lock": _composer_lock,
    "pyproject.toml": _pyproject,
    "gemfile.lock": _gemfile_lock,
    "go.mod": _go_mod,
    "pom.xml": _pom,
}
