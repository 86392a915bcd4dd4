"""The tables of a survey, part by part: JSON Lines or Parquet, the same rows and the same bytes for the same input."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec

from bascule.model import Dependency, Unknown

DEPENDENCIES = ("subject", "function", "role", "service", "organisation", "ultimate_owner", "jurisdictions", "host_country", "confidence", "status")
UNKNOWNS = ("subject", "function", "role", "seen", "ask")
FORMATS = ("parquet", "jsonl")
_TEMPORARY = ".part"


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write that stands at `path` whole or not at all, also after a power cut."""
    temporary = path.with_name(f".{path.name}{_TEMPORARY}")
    with temporary.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_dependencies(path: Path, rows: Sequence[Dependency]) -> None:
    """Write dependencies in their order, in the format that the ending says."""
    if path.suffix == ".jsonl":
        _lines(path, rows, DEPENDENCIES)
    else:
        _parquet(path, _columns(rows, DEPENDENCIES), _dependency_types())


def write_unknowns(path: Path, rows: Sequence[Unknown]) -> None:
    """Write unknowns in their order; in Parquet `ask` is JSON."""
    if path.suffix == ".jsonl":
        _lines(path, rows, UNKNOWNS)
    else:
        columns = _columns(rows, UNKNOWNS)
        columns["ask"] = [msgspec.json.encode(ask).decode() for ask in columns["ask"]]
        _parquet(path, columns, _text_types(UNKNOWNS))


def missing_library(form: str) -> bool:
    """Say whether the library that a format needs is not installed."""
    from importlib.util import find_spec

    return form == "parquet" and find_spec("pyarrow") is None


def _columns(rows: Sequence[Any], names: tuple[str, ...]) -> dict[str, list[Any]]:
    return {name: [getattr(row, name) for row in rows] for name in names}


def _lines(path: Path, rows: Sequence[Any], names: tuple[str, ...]) -> None:
    encode = msgspec.json.Encoder().encode
    with written(path) as file:
        file.writelines(encode({name: getattr(row, name) for name in names}) + b"\n" for row in rows)


def _parquet(path: Path, columns: dict[str, list[Any]], schema: Any) -> None:
    import pyarrow
    from pyarrow import parquet

    with written(path) as file:
        parquet.write_table(pyarrow.table(columns, schema=schema), file, compression="zstd")


def _dependency_types() -> Any:
    import pyarrow

    special = {"jurisdictions": pyarrow.list_(pyarrow.string()), "confidence": pyarrow.float64()}
    return pyarrow.schema([(name, special.get(name, pyarrow.string())) for name in DEPENDENCIES])


def _text_types(names: tuple[str, ...]) -> Any:
    import pyarrow

    return pyarrow.schema([(name, pyarrow.string()) for name in names])
