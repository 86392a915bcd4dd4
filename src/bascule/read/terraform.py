"""Terraform state, version 4, and `terraform show -json`: providers and types of what was built, with how many; no attribute is read.

Formats after HashiCorp's internals documentation (`values.root_module`, nested `child_modules`) and state files (`resources[].provider`).
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from bascule.read.documents import json_document, listed, mapping, text
from bascule.read.errors import InputError
from bascule.read.named import Names, What
from bascule.read.reading import Item

_STATE = re.compile(rb'"terraform_version"\s*:')
_PROVIDER = re.compile(r'provider\["([^"]{1,200})"\]')
_REGISTRIES = ("registry.terraform.io/", "registry.opentofu.org/")
_DEPTH = 50


def recognise(path: Path, head: bytes) -> bool:
    """Say whether it is a state: by the key that both forms bear."""
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and _STATE.search(head) is not None


def read(path: Path, name: str, at: datetime) -> Iterator[Item]:
    """Yield one observation a provider (`hashicorp/aws`) and one a resource type (`aws_s3_bucket`), with how many there are."""
    try:
        document = mapping(json_document(path))
    except InputError as error:
        yield error
        return
    names = Names(path, What.RESOURCE)
    for place, entry, count in _resources(document):
        for label in (_provider(entry), text(entry.get("type"))):
            if fault := names.add(label, place if label != _provider(entry) else f"{place}/provider", count):
                yield fault
                return
    yield from names.observations(name, at)


def _provider(entry: dict[str, Any]) -> str:
    """Return who provides a resource, without the public registry's name."""
    found = _PROVIDER.search(text(entry.get("provider")))
    label = found[1] if found else text(entry.get("provider_name"))
    for registry in _REGISTRIES:
        label = label.removeprefix(registry)
    return label.lower()


def _resources(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], int]]:
    """Yield (JSON pointer, resource, how many); what is only looked up (`data`) is not built."""
    for number, entry in enumerate(listed(document.get("resources"))):
        if entry.get("mode") != "data":
            yield f"/resources/{number}", entry, len(listed(entry.get("instances"))) or 1
    values = mapping(document.get("values")) or mapping(document.get("planned_values"))
    yield from _module(mapping(values.get("root_module")), "/values/root_module", 0)


def _module(module: dict[str, Any], place: str, depth: int) -> Iterator[tuple[str, dict[str, Any], int]]:
    for number, entry in enumerate(listed(module.get("resources"))):
        if entry.get("mode") != "data":
            yield f"{place}/resources/{number}", entry, 1
    if depth < _DEPTH:
        for number, child in enumerate(listed(module.get("child_modules"))):
            yield from _module(child, f"{place}/child_modules/{number}", depth + 1)
