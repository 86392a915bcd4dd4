"""What a move did, said: the end first, then what is not over there and what to do about it."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import groupby

from markupsafe import Markup

from bascule.model import Difference, FolderReceipt, Forecast, Receipt, ReceiptItem, Verification
from bascule.report.tables import cell
from bascule.report.words import Words

_MOST = 20
MarksLost = tuple[int, tuple[str, ...]]
"""How many messages lost marks, and which."""
_OF_ARCHIVE = frozenset({"damaged", "absent", "stray", "line", "unsealed"})


def receipt_text(receipt: Receipt, failed: Iterable[ReceiptItem], words: Words, lost: MarksLost = (0, ())) -> str:
    """Return the totals and, by reason, what was not carried, as plain lines."""
    lines = _totals(receipt, words, lost)
    if receipt.refused:
        lines += _reasons(failed, words)
    return "\n".join(lines) + "\n"


def _totals(receipt: Receipt, words: Words, lost: MarksLost) -> list[str]:
    t, n = words.t, words.n
    lines = [n("{count} message is over there.", "{count} messages are over there.", receipt.moved + receipt.already_there)]
    if receipt.already_there:
        lines.append(n("{count} of them stood there before.", "{count} of them stood there before.", receipt.already_there))
    if receipt.pending:
        lines.append(n("{count} message waits.", "{count} messages wait.", receipt.pending) + " " + t("Run the same command again: it goes on where it was."))
    if receipt.refused:
        lines.append(n("{count} message was refused:", "{count} messages were refused:", receipt.refused))
    if lost[0]:
        said = n(
            "{count} message lost marks that the new account cannot keep ({marks}). The message itself is whole.",
            "{count} messages lost marks that the new account cannot keep ({marks}). The messages themselves are whole.",
            lost[0],
            marks=", ".join(lost[1][:_MOST]),
        )
        lines.append(said)
    elif receipt.complete:
        lines.append(t("Nothing is missing. Nothing was deleted in the old account. Check both sides once more with: bascule verify"))
    return lines


def forecast_text(found: Forecast, words: Words) -> str:
    """Return what a move would carry, and how long it may take."""
    t, n = words.t, words.n
    if not found.messages:
        return t("Nothing to carry: everything that the old account shows is over there.") + "\n"
    size = t("{size} MB", size=words.figure(max(1, round(found.size / 1e6))))
    where = n("{count} folder", "{count} folders", found.folders)
    lines = [
        n("{count} message would be carried ({size}, {where}).", "{count} messages would be carried ({size}, {where}).", found.messages, size=size, where=where)
    ]
    if found.per_s:
        low, high = (max(1, round(found.messages / found.per_s * times / 60)) for times in (1, 4))
        rate = t("{rate} messages a second were read just now.", rate=max(1, round(found.per_s)))
        span = t("It takes {low} to {high} min: writing may be slower.", low=low, high=high) if high > 1 else t("It takes a minute or so.")
        lines.append(f"{rate} {span}")
    lines.append(t("Nothing was stored. To carry, run the same command without --dry-run."))
    return "\n".join(lines) + "\n"


def receipt_line(receipt: Receipt, words: Words) -> str:
    """Return how much is in each state, in one line."""
    parts = [words.n("{count} over there", "{count} over there", receipt.moved + receipt.already_there)]
    parts += [words.n("{count} refused", "{count} refused", receipt.refused)] if receipt.refused else []
    parts += [words.n("{count} waiting", "{count} waiting", receipt.pending)] if receipt.pending else []
    return " · ".join(parts)


def _reasons(failed: Iterable[ReceiptItem], words: Words) -> Iterator[str]:
    for said, advice, where, more in _refused(failed, words):
        yield "  " + words.t("{count} × {said} — {remedy}", count=len(where) + more, said=said, remedy=advice)
        yield from (f"    {one}" for one in where)
        if more:
            yield "    " + words.t("… and {count} more; the table has them all (-o receipt.csv).", count=more)


def _refused(failed: Iterable[ReceiptItem], words: Words) -> Iterator[tuple[str, str, list[str], int]]:
    """Yield each reason of a refusal, what to do about it, the first messages that it hit, and how many more there are."""
    refused = sorted((item for item in failed if item.said), key=lambda item: item.said)
    for said, items in groupby(refused, key=lambda item: item.said):
        some = list(items)
        yield _said(said, words), remedy(said, words), [_where(item, words) for item in some[:_MOST]], max(0, len(some) - _MOST)


def receipt_page(
    ends: tuple[str, str], folders: list[FolderReceipt], receipt: Receipt, failed: Iterable[ReceiptItem], words: Words, lost: MarksLost = (0, ())
) -> str:
    """Return the receipt as a page that opens without network."""
    from bascule.report.html import asset, digest_of, environment

    style = asset("style.css")
    return (
        environment()
        .get_template("receipt.html.j2")
        .render(
            words=words, t=words.t, n=words.n, receipt=receipt, folders=folders, source=ends[0], target=ends[1],
            lines=_totals(receipt, words, lost), refused=list(_refused(failed, words)), style=Markup(style), style_hash=digest_of(style),
        )
    )  # fmt: skip


def _said(said: str, words: Words) -> str:
    return words.t("the old account lists it and does not give it") if said == "withheld" else f"« {said} »" if words.language == "fr" else f"“{said}”"


def remedy(said: str, words: Words) -> str:
    """Return what a person can do about a refusal, from the words of the server."""
    low = said.lower()
    if said == "withheld":
        return words.t("open it in the old account; if it opens there, run the command again.")
    if "quota" in low or "full" in low:
        return words.t("make room in the new account, or take a larger offer, then run the command again.")
    if "limit" in low or "too big" in low or "too large" in low or "size" in low:
        return words.t("it is larger than the new server takes: save it as a file, or ask the provider to raise the limit.")
    if "zero byte" in low or "nul" in low:
        return words.t("keep it in an archive (archive:FOLDER): it holds every byte.")
    return words.t("ask the new provider with these words, or keep it in an archive (archive:FOLDER).")


def _where(item: ReceiptItem, words: Words) -> str:
    when = words.day(item.date.date()) if item.date else ""
    return " · ".join(part for part in ("/".join(item.folder), when, words.t("{size} kB", size=max(1, item.size // 1000)), f"n° {item.key}") if part)


def receipt_csv(items: Iterable[ReceiptItem], words: Words) -> str:
    """Return one row a message as CSV (RFC 4180), semicolons in French."""
    t = words.t
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if words.language == "fr" else ",", lineterminator="\r\n")
    writer.writerow([t("Folder"), t("Number there"), t("State"), t("New folder"), t("Bytes"), t("Date"), "SHA-256", t("Reason")])
    for item in items:
        date = item.date.isoformat() if item.date else ""
        row = ("/".join(item.folder), item.key, state_word(item.state, words), "/".join(item.place), str(item.size), date, item.digest, item.said)
        writer.writerow([cell(text) for text in row])
    return out.getvalue()


def state_word(state: str, words: Words) -> str:
    """Return the state of one thing, for people."""
    t = words.t
    return {"moved": t("carried over"), "already_there": t("was there already"), "refused": t("refused"), "pending": t("waits")}[state]


def verification_text(found: Verification, words: Words) -> str:
    """Return what reading both sides once more found."""
    t, n = words.t, words.n
    lines = [n("{count} message is identical on both sides, byte by byte.", "{count} messages are identical on both sides, byte by byte.", found.identical)]
    if found.different:
        lines.append(n("{count} message differs:", "{count} messages differ:", found.different))
    lines += [f"  {_difference(one, words)}" for one in found.differences[:_MOST]]
    if len(found.differences) > _MOST:
        lines.append("  " + t("… and {count} more; the JSON has them (--format json).", count=len(found.differences) - _MOST))
    if found.refused:
        lines.append(n("{count} message was refused when it was moved.", "{count} messages were refused when they were moved.", found.refused))
    if found.pending:
        lines.append(n("{count} message was never carried.", "{count} messages were never carried.", found.pending) + " " + t("Run the move again."))
    if found.complete:
        lines.append(t("Nothing is missing."))
    return "\n".join(lines) + "\n"


def _difference(one: Difference, words: Words) -> str:
    t = words.t
    if not one.folder or one.what in _OF_ARCHIVE:
        file = one.details or one.key
        return (
            flaw(file, one.what, words)
            if not one.folder
            else t("{folder}, n° {key}: {what}", folder="/".join(one.folder), key=one.key, what=flaw(file, one.what, words))
        )
    what = {
        "missing": t("the new account has no message with its bytes"),
        "changed": t("its bytes in the old account are others than when it was carried"),
        "new": t("it came into the old account after the move"),
        "flags": t("marks are missing: {marks}", marks=one.details),
        "date": t("its date differs"),
    }[one.what]
    return t("{folder}, n° {key}: {what}", folder="/".join(one.folder), key=one.key, what=what)


def flaw(file: str, what: str, words: Words) -> str:
    """Return what is not as it was written in an archive."""
    t = words.t
    said = {
        "damaged": t("{file} is damaged: take it from your second copy.", file=file),
        "absent": t("{file} is missing: take it from your second copy.", file=file),
        "stray": t("{file} does not belong to the archive, or its lines in the lists are gone.", file=file),
        "line": t("{file}: this line is damaged; take the file from your second copy.", file=file),
        "unsealed": t("{file} is missing: the last run did not come to its end. Run the move again.", file=file),
    }
    return said[what]


def archive_text(found: Verification, words: Words) -> str:
    """Return what looking through an archive found."""
    t, n = words.t, words.n
    lines = [n("{count} message is as it was written, byte by byte.", "{count} messages are as they were written, byte by byte.", found.identical)]
    lines += [f"  {_difference(one, words)}" for one in found.differences[:_MOST]]
    if found.different > _MOST:
        lines.append("  " + t("… and {count} more; the JSON has them (--format json).", count=found.different - _MOST))
    if found.complete:
        lines.append(t("Nothing is damaged, nothing is missing."))
    return "\n".join(lines) + "\n"
