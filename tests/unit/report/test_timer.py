from bascule.report import Words, timer_text

COMMAND = ["/usr/bin/bascule", "move", "imaps://a%40b.fr@c.fr:993/", "archive:/mnt/ma clé $/x"]


def test_letters_that_systemd_and_cron_read_otherwise_are_written_so_that_they_arrive() -> None:
    lines = timer_text(COMMAND, "bascule-1", "anne", "/home/anne/s.toml", Words("en")).splitlines()
    assert 'ExecStart=/usr/bin/bascule move imaps://a%%40b.fr@c.fr:993/ "archive:/mnt/ma clé $$/x"' in lines
    assert "LoadCredential=secrets.toml:/home/anne/s.toml" in lines
    assert lines[-1] == r"17 3 * * * /usr/bin/bascule move imaps://a\%40b.fr@c.fr:993/ 'archive:/mnt/ma clé $/x' --secrets /home/anne/s.toml"


def test_without_a_password_none_is_spoken_of() -> None:
    told = timer_text(COMMAND, "bascule-1", "anne", "", Words("en"))
    assert ("LoadCredential" in told, "password" in told, "--secrets" in told) == (False, False, False)
