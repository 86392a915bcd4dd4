"""Office texts come in the encodings that French office programs write."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule import guard

TEXT = "Outil;Coût\nÉditeur de l’été;12 €\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_french_text_reads_alike_in_every_encoding(codec: str) -> None:
    assert guard.decode(TEXT.encode(codec), Path("x")) == TEXT


def test_utf_16_without_byte_order_of_this_machine_is_read_too() -> None:
    assert guard.decode(b"\xfe\xff" + TEXT.encode("utf-16-be"), Path("x")) == TEXT


def test_a_euro_of_iso_8859_15_is_told_from_a_currency_sign_of_windows() -> None:
    assert guard.decode("été 12 €".encode("iso8859-15"), Path("x")) == "été 12 €"
    assert guard.detect("été – 12 €".encode("cp1252")) == "cp1252"


def test_a_utf_8_text_cut_in_a_letter_is_still_utf_8() -> None:
    assert guard.detect("été".encode()[:-1]) == "utf-8"


def test_zero_bytes_are_no_text_and_the_file_is_named() -> None:
    with pytest.raises(guard.GuardError) as caught:
        guard.decode(b"a\0b", Path("liste.txt"))
    assert caught.value.code == "encoding"
    assert "liste.txt" in str(caught.value)


def test_a_broken_utf_16_text_is_an_encoding_error() -> None:
    with pytest.raises(guard.GuardError):
        guard.decode(b"\xff\xfe" + b"\x00\xd8a", Path("x"))


def test_text_is_told_from_binary() -> None:
    assert guard.is_text(TEXT.encode("cp1252"))
    assert guard.is_text(TEXT.encode("utf-16"))
    assert not guard.is_text(b"\x7fELF\x02\x01\x01\0\0\0")


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_a_guard_error(data: bytes) -> None:
    guard.is_text(data)
    with suppress(guard.GuardError):
        assert "\0" not in guard.decode(data, Path("x"))
