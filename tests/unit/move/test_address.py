import pytest

from bascule.move import MoveError, address


@pytest.mark.parametrize(
    ("text", "user", "host"),
    [
        ("graph://anne%40exemple.fr", "anne@exemple.fr", ""),
        ("graph://anne%40exemple.fr/?tenant=exemple.fr&client_id=7", "anne@exemple.fr", ""),
        ("graph://anne%40exemple.fr@localhost:8443/", "anne@exemple.fr", "localhost"),
    ],
)
def test_a_mailbox_behind_graph_needs_no_server(text: str, user: str, host: str) -> None:
    found = address(text)
    assert (found.scheme, found.user, found.host, found.port) == ("graph", user, host, 8443 if host else 443)


def test_an_end_written_down_is_the_same_end_when_it_is_read_again() -> None:
    for text in ("graph://anne%40exemple.fr@localhost:443/?client_id=a%26b&tenant=exemple.fr", "imaps://%C3%A9@mail.exemple.fr:993/"):
        assert str(address(text)) == text
        assert address(str(address(text))) == address(text)


@pytest.mark.parametrize("text", ["graph://", "graph:anne", "graph://anne:geheim@localhost/", "graph://anne@localhost/path"])
def test_what_is_no_mailbox_is_refused(text: str) -> None:
    with pytest.raises(MoveError) as told:
        address(text)
    assert "geheim" not in str(told.value)


@pytest.mark.parametrize(
    "text", ["imaps://contact:hunter2", "imaps://contact:hunter2@mail.exemple.fr/", "imaps://a@mail.exemple.fr/?password=hunter2", "ftp://a:hunter2@b"]
)
def test_what_may_be_a_password_is_neither_kept_nor_shown(text: str) -> None:
    with pytest.raises(MoveError) as refused:
        address(text)
    assert "hunter2" not in str(refused.value.details)


@pytest.mark.parametrize("host", ["exa..mple.fr", "x" * 64 + ".fr", "mail.exemple.fr:99999"])
def test_what_is_no_name_of_a_server_is_refused_before_it_is_looked_up(host: str) -> None:
    with pytest.raises(MoveError, match="address"):
        address(f"imaps://anne@{host}/")
