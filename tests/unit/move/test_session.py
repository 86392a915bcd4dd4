"""What a server says when the sign-in ends in the middle of a session, by a server that follows a script."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bascule.move import BusyError, CutError, MoveError
from bascule.move.imap.session import Door, Session


@contextmanager
def scripted(*answers: bytes) -> Iterator[Door]:
    """A server that greets and gives one answer a line, with the tag in place of `T`."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            line, _ = door.accept()
            with line, line.makefile("rb") as told:
                line.sendall(b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] hello\r\n")
                for answer in answers:
                    tag = told.readline().split(b" ")[0]
                    line.sendall(answer.replace(b"T ", tag + b" ") + b"\r\n")
                told.read()

        threading.Thread(target=serve, daemon=True).start()
        host, port = door.getsockname()
        yield Door(host=host, port=port, tls=False, user="anne", token="t", plain=True, context=ssl.create_default_context())


ENTER = (b"T OK in", b"* CAPABILITY IMAP4rev1\r\nT OK")


@pytest.mark.parametrize("said", [b"T NO [AUTHENTICATIONFAILED] token has ended", b"T NO [EXPIRED] token", b"* BYE AccessTokenExpired"])
def test_a_sign_in_that_ends_in_the_middle_asks_for_a_new_connection(said: bytes) -> None:
    with scripted(*ENTER, said) as door:
        session = Session(door)
        with pytest.raises(CutError):
            session.command(b"NOOP")
        session.wire.close()


def test_at_the_door_the_same_words_are_a_refusal() -> None:
    with scripted(b"T NO [AUTHENTICATIONFAILED] no") as door, pytest.raises(MoveError) as told:
        Session(door)
    assert told.value.code == "refused-login"


def test_a_challenge_before_the_refusal_is_answered_with_nothing() -> None:
    with scripted(b"+ eyJzdGF0dXMiOiI0MDEifQ==", b"B1 NO [AUTHENTICATIONFAILED] no") as door, pytest.raises(MoveError):
        Session(door)


def test_patience_asked_for_is_not_the_end() -> None:
    with scripted(*ENTER, b"T NO [UNAVAILABLE] try again in 9 s") as door:
        session = Session(door)
        with pytest.raises(BusyError) as told:
            session.command(b"NOOP")
        assert told.value.wait_s == 9
        session.wire.close()
