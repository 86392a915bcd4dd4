"""The tables of a survey, part by part: JSON Lines or Parquet, the same rows and the same bytes for the same input."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from typing import IO, Any, NamedTuple

import msgspec

from bascule.model import Identification

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


class Rows(NamedTuple):
    """What is said of one domain, as the tables hold it but for the first column, the subject; `ask` is JSON."""

    dependencies: tuple[tuple[Any, ...], ...]
    unknowns: tuple[tuple[str, str, str, str], ...]


_dependency = attrgetter(*DEPENDENCIES[1:])
_ask = msgspec.json.Encoder().encode


def rows_of(found: Identification) -> Rows:
    """Return the rows of one domain."""
    unknowns = ((item.function, item.role, item.seen, _ask(item.ask).decode()) for item in found.unknowns)
    return Rows(tuple(map(_dependency, found.dependencies)), tuple(unknowns))


def write_dependencies(path: Path, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write dependencies in their order, in the format that the ending says."""
    if path.suffix == ".jsonl":
        _lines(path, rows, DEPENDENCIES)
    else:
        _parquet(path, rows, _dependency_types())


def write_unknowns(path: Path, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write unknowns in their order; in Parquet `ask` is JSON in a text."""
    if path.suffix == ".jsonl":
        _lines(path, [(*row[:-1], msgspec.Raw(row[-1].encode())) for row in rows], UNKNOWNS)
    else:
        _parquet(path, rows, _text_types(UNKNOWNS))


def missing_library(form: str) -> bool:
    """Say whether the library that a format needs is not installed."""
    from importlib.util import find_spec

    return form == "parquet" and find_spec("pyarrow") is None


def _lines(path: Path, rows: Sequence[tuple[Any, ...]], names: tuple[str, ...]) -> None:
    encode = msgspec.json.Encoder().encode
    with written(path) as file:
        file.writelines(encode(dict(zip(names, row, strict=True))) + b"\n" for row in rows)


def _parquet(path: Path, rows: Sequence[tuple[Any, ...]], schema: Any) -> None:
    import pyarrow
    from pyarrow import parquet

    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pyarrow.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
    with written(path) as file:
        parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=schema), file, compression="zstd")


def _dependency_types() -> Any:
    import pyarrow

    special = {"jurisdictions": pyarrow.list_(pyarrow.string()), "confidence": pyarrow.float64()}
    return pyarrow.schema([(name, special.get(name, pyarrow.string())) for name in DEPENDENCIES])


def _text_types(names: tuple[str, ...]) -> Any:
    import pyarrow

    return pyarrow.schema([(name, pyarrow.string()) for name in names])
