"""The rows of an audit as tables that people keep: CSV, safe to open in a spreadsheet."""

import csv
import io
import re

from bascule.model import FIRM
from bascule.report.lookup import Lookup
from bascule.report.witnesses import source

_DANGEROUS = re.compile(r"[\s']*[=+\-@\t\r\n＝＋－＠]")


def cell(text: str) -> str:
    """Return a cell that a spreadsheet shows as text: what it would run as a formula gets an apostrophe (OWASP, CSV injection).

    Spaces and apostrophes in front do not hide a formula, so that taking one apostrophe away gives the text back.

    >>> cell("=1+1")
    "'=1+1"
    """
    return "'" + text if _DANGEROUS.match(text) else text


def header(it: Lookup) -> list[str]:
    """Return the headings of the dependency table."""
    t = it.words.t
    return [
        t("Function"),
        t("Role"),
        t("Domain"),
        t("Service"),
        t("Organisation"),
        t("Ultimate owner"),
        t("Countries"),
        t("Country of the machine"),
        t("State"),
        t("Confidence"),
        t("Euros a month"),
        t("Who decides"),
        t("Who can stop it"),
        t("Who can read it"),
        t("Can we leave"),
        t("Seats"),
        t("Users"),
        t("Sources"),
    ]


def rows(it: Lookup) -> list[list[str]]:
    """Return one row a dependency, in the order of functions."""
    found = []
    for function in it.functions:
        for row in it.rows_of(function):
            exposed = it.exposure[row.id]
            marks = [f"{value.low}–{value.high}" for value in (exposed.decide, exposed.stop, exposed.read, exposed.leave)]
            found.append(
                [
                    it.function(function),
                    it.words_of_roles[row.role],
                    "" if row.subject == FIRM else row.subject,
                    it.service(row.service) if row.service else "",
                    it.organisation(row.organisation),
                    it.organisation(row.ultimate_owner) if row.ultimate_owner else "",
                    " ".join(row.jurisdictions),
                    row.host_country or "",
                    it.words_of_status[row.status],
                    it.words.figure(row.confidence),
                    "" if row.cost_eur_month is None else it.words.figure(row.cost_eur_month),
                    *marks,
                    "" if row.seats is None else str(row.seats),
                    "" if row.users is None else str(row.users),
                    ", ".join(source(one, it) for one in row.sources),
                ]
            )
    return found


def as_csv(it: Lookup) -> str:
    """Return the dependencies as CSV (RFC 4180), semicolons in French as French spreadsheets expect."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if it.words.language == "fr" else ",", lineterminator="\r\n")
    writer.writerow(header(it))
    writer.writerows([cell(text) for text in row] for row in rows(it))
    return out.getvalue()
