"""Bytes 0 in mail: FETCH BODY[] may not carry them (RFC 3501 literals), and some servers write 0x80 instead; BINARY[] can (RFC 3516)."""

import codecs

from bascule.move.imap.reply import fetched
from bascule.move.imap.session import Session
from bascule.move.imap.syntax import number, ranges
from bascule.move.item import Body


def suspect(body: Body) -> bool:
    """Return whether a byte 0x80 stands where no text in UTF-8 has one: it may have been a 0."""
    if not body.high:
        return False
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in body.pieces():
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return True
    return False


def restored(session: Session, bodies: dict[int, Body]) -> dict[int, Body]:
    """Return messages with their zeros, where the server gives them; the others as they are.

    BINARY[] also undoes transfer encodings; it is taken only when it has the same length and differs in nothing but 0 for 0x80.

    Args:
        session: With the folder open.
        bodies: Suspect messages by UID.
    """
    found = dict(bodies)
    if not bodies or b"BINARY" not in session.abilities:
        return found
    tag = session.start(b"UID FETCH ", ranges(list(bodies)), b" (UID BINARY.PEEK[])")
    for answer in session.answers(tag, body=lambda before: before.upper().endswith(b"BINARY[] ")):
        if answer.tag == tag or len(answer.parts) == 1:
            continue
        told = fetched(answer)
        binary = told.get(b"BINARY[]")
        if isinstance(binary, Body) and b"UID" in told:
            uid = number(told[b"UID"])
            if uid in found and _same(found[uid], binary):
                found[uid] = binary
    return found


def _same(body: Body, binary: Body) -> bool:
    if body.size != binary.size or not binary.zero:
        return False
    return all(piece == other.replace(b"\0", b"\x80") for piece, other in zip(body.pieces(), binary.pieces(), strict=True))
