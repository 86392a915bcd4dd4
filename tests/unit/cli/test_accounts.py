"""Lists of accounts: nothing of a password is changed, and what is wrong is told by line."""

import pytest

from bascule.cli.accounts import Account, accounts
from bascule.cli.context import Speaker, Stop
from bascule.report.words import Words


@pytest.fixture
def read(tmp_path):
    def of(text):
        (tmp_path / "people.csv").write_text(text)
        return accounts(tmp_path / "people.csv", Speaker(Words("en")))

    return of


def test_a_password_comes_as_it_is_written_blanks_and_all(read):
    assert read('old;new;old_password\nanne ; anne;" a;b "\n;;\n') == [Account("anne", "anne", " a;b ")]


@pytest.mark.parametrize(
    ("text", "line"),
    [("old,new,new_password\nanne,anne,a,b\n", "line 2"), ("old,new\nanne,anne\nbob,\n", "line 3"), ("alt,neu\n", "line 1"), ("", "line 1")],
)
def test_a_line_that_cannot_be_understood_is_named_and_its_password_is_not(read, text, line):
    with pytest.raises(Stop, match=line) as stop:
        read(text)
    assert stop.value.status == 3
    assert "a,b" not in stop.value.message


def test_a_quotation_mark_that_is_never_closed_is_told(read):
    with pytest.raises(Stop, match="never closed") as stop:
        read('old,new\n"anne,anne\n' + "x" * 200_000)
    assert stop.value.status == 3
