"""What the command says of a move whose target cannot keep everything."""

from bascule.cli.app import run
from bascule.cli.context import Speaker
from bascule.report.words import Words


def test_marks_that_a_target_cannot_keep_are_told_and_the_move_is_not_called_whole(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    keys = " ".join(f"mark{number:02d}" for number in range(30))
    (tmp_path / "old").write_bytes(b"From a@b Sat Feb 29 12:30:59 2020\nX-Keywords: %s\nSubject: x\n\nx\n\n" % keys.encode())
    words = ["move", f"mbox:{tmp_path}/old", f"maildir:{tmp_path}/new", "--journal", "j", "-o", "r.html", "-o", "r.txt"]
    assert run(words, Speaker(Words("en"))) == 5
    for receipt in ("r.html", "r.txt"):
        text = (tmp_path / receipt).read_text()
        assert "1 message lost marks that the new account cannot keep (mark26, mark27, mark28, mark29)" in text
        assert "Nothing is missing" not in text
    assert run(words, Speaker(Words("en"))) == 5
