"""SEPA creditor identifiers and VAT numbers count only when they check."""

import pytest

from bascule.read.identifiers import creditor_id, vat_number


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PRLV SEPA ARDOISE ICS DE98ZZZ09999999999 RUM 12", "DE98ZZZ09999999999"),
        ("PRLV SEPA ARDOISE DE98ZZZ09999999999", "DE98ZZZ09999999999"),
        ("ICS: DE98ABC09999999999", "DE98ZZZ09999999999"),
        ("PRLV ARDOISE ICS DE97ZZZ09999999999", None),
        ("VIR FR7630006000011234567890189", None),
        ("", None),
    ],
)
def test_a_creditor_identifier_is_taken_when_its_check_digits_fit(text: str, found: str | None) -> None:
    assert creditor_id(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FR22424761419", "FR22424761419"),
        ("fr 22 424.761.419", "FR22424761419"),
        ("FR23424761419", None),
        ("DE123456789", "DE123456789"),
        ("IE3206488LH", "IE3206488LH"),
        ("424761419", None),
        ("", None),
    ],
)
def test_a_vat_number_is_taken_when_shape_and_french_key_fit(text: str, found: str | None) -> None:
    assert vat_number(text) == found
