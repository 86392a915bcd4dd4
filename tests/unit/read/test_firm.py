"""`firm.toml` is read whole, or each of its faults is told by line."""

from datetime import date
from decimal import Decimal

import pytest

from bascule.model.firm import Firm, FirmFunction

from .conftest import codes

WHOLE = """\
name = "Cabinet Exemple"
people = 8
domains = ["Exemple.fr", "éclair.example"]
trusted = ["fr", "DE"]
hourly_cost_eur = 45.5

[[functions]]
id = "email"
critical = true
seats = 8
contract_end = 2027-03-31
notice_days = 90

[[functions]]
id = "crm"
use = "suivi des dossiers"
"""


def test_a_whole_firm_is_read(reading) -> None:
    got = reading("firm.toml", WHOLE)
    assert got.errors == ()
    assert got.firm == Firm(
        name="Cabinet Exemple",
        people=8,
        domains=("exemple.fr", "xn--clair-9ra.example"),
        trusted=("FR", "DE"),
        hourly_cost_eur=Decimal("45.5"),
        functions=(
            FirmFunction(id="email", critical=True, seats=8, contract_end=date(2027, 3, 31), notice_days=90),
            FirmFunction(id="crm", use="suivi des dossiers"),
        ),
    )


def test_all_keys_are_optional_and_no_firm_is_none(reading) -> None:
    assert reading("firm.toml", "# rien encore\n").firm == Firm()
    assert reading("outils.txt", "Ardoise\n").firm is None


@pytest.mark.parametrize("trusted", ["eu", "eea", "EEA+CH", "fr"])
def test_groups_of_trusted_countries_have_names(reading, trusted: str) -> None:
    got = reading("firm.toml", f'trusted = "{trusted}"\n')
    assert got.firm is not None
    assert got.firm.trusted == trusted.lower()


@pytest.mark.parametrize(
    ("content", "code", "line", "word"),
    [
        ('nom = "x"\n', "unknown-key", "1", "name"),
        ("people = 8\npeopl = 8\n", "unknown-key", "2", "people"),
        (WHOLE + "seets = 3\n", "unknown-key", "17", "seats"),
        ("people = 8\n[fonctions]\n", "unknown-key", "2", "functions"),
        ('people = "huit"\n', "bad-value", "1", "int"),
        (WHOLE.replace("seats = 8", 'seats = "8"'), "bad-value", "10", "seats"),
        (WHOLE.replace('id = "crm"\n', ""), "bad-value", "14", "id"),
        (WHOLE.replace("2027-03-31", '"31/03/2027"'), "bad-value", "11", "contract_end"),
        ("people = -1\n", "bad-value", "1", "people"),
        ("hourly_cost_eur = nan\n", "bad-value", "1", "hourly_cost_eur"),
        ("hourly_cost_eur = inf\n", "bad-value", "1", "hourly_cost_eur"),
        ('name = "x"\ntrusted = "monde"\n', "bad-value", "2", "eea+ch"),
        ('trusted = ["France"]\n', "bad-value", "1", "two-letter"),
        ('domains = ["pas un nom"]\n', "bad-name", "1", "pas un nom"),
        ("name = \n", "bad-toml", "1", "line 1"),
        ("x = " + "[" * 5000 + "\n", "bad-toml", None, "firm.toml"),
        ("name = 'x'\nname = 'y'\n", "bad-toml", "2", "line 2"),
        ("functions = 3\n", "bad-value", "1", "functions"),
    ],
)
def test_a_fault_is_told_by_line_and_nothing_of_the_file_counts(reading, content: str, code: str, line: str | None, word: str) -> None:
    got = reading("firm.toml", content)
    assert codes(got) == [(code, line)]
    assert word in str(got.errors[0])
    assert got.firm is None


def test_another_toml_file_is_a_firm_only_by_its_keys(reading) -> None:
    assert reading("cabinet.toml", 'trusted = "eu"\n').firm == Firm(trusted="eu")
    assert codes(reading("autre.toml", "[tool.x]\nline-length = 3\n")) == [("not-recognised", None)]


def test_a_firm_of_unreasonable_size_is_refused(reading) -> None:
    assert codes(reading("firm.toml", "# " + "x" * 70_000 + "\n")) == [("too-large", None)]
