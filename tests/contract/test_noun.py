"""What every folder of the catalogue promises: strict files, in the order of their names, errors with file and line."""

import pytest

from bascule.catalogue import CatalogueError, source

FROM = 'source = "https://example.org/"\nread_on = 2026-01-15\n'
TEXT = '{ fr = "x", en = "x" }'
FOLDERS = {
    "organisations": (source.organisations, 'id = "NAME"\nname = "x"\n'),
    "jurisdictions": (source.jurisdictions, f'code = "NAME"\nname = {TEXT}\n'),
    "laws": (source.laws, f'id = "NAME"\njurisdiction = "XA"\nname = {TEXT}\ninstrument = "x"\ncompels = {TEXT}\neffects = ["stop"]\nreach = ["seat"]\n{FROM}'),
    "scenarios": (source.scenarios, f'id = "NAME"\nkind = "power"\nname = {TEXT}\nquestion = {TEXT}\n'),
    "alternatives": (source.alternatives, f'function = "NAME"\n[[alternatives]]\nservice = "x"\nfit = 1\n{FROM}'),
}


@pytest.fixture(params=FOLDERS)
def folder(request, tmp_path):
    read, text = FOLDERS[request.param]
    (tmp_path / request.param).mkdir()

    def put(name, change=lambda text: text, called=None):
        path = tmp_path / request.param / f"{name}.toml"
        path.write_text(change(text.replace("NAME", called or name)), "utf-8")
        return path

    return put, lambda: list(read(tmp_path))


def test_files_come_in_the_order_of_their_names(folder):
    put, read = folder
    paths = [put(name) for name in ("b", "a", "c")]
    assert [path for path, _ in read()] == sorted(paths)


def test_an_empty_folder_holds_nothing(folder):
    _, read = folder
    assert read() == []


def test_other_files_are_left_alone(folder):
    put, read = folder
    put("a").with_suffix(".md").write_text("# notes", "utf-8")
    assert len(read()) == 1


def refusal(read):
    with pytest.raises(CatalogueError) as caught:
        read()
    return str(caught.value)


def test_an_unknown_key_is_refused_by_file_and_line(folder):
    put, read = folder
    path = put("a", lambda text: text.replace("\n", '\nverdict = "good"\n', 1))
    assert refusal(read).startswith(f"{path}:2: ")
    assert "verdict" in refusal(read)


def test_a_missing_key_is_refused_by_file(folder):
    put, read = folder
    path = put("a", lambda text: text.partition("\n")[2])
    assert refusal(read).startswith(f"{path}:1: ")


def test_a_name_that_is_not_the_file_name_is_refused_by_file_and_line(folder):
    put, read = folder
    path = put("a", called="other")
    assert refusal(read).startswith(f"{path}:1: ")
    assert "other" in refusal(read)


def test_a_file_that_is_not_toml_is_refused_by_file(folder):
    put, read = folder
    assert str(put("a", lambda text: text + "= 3\n")) in refusal(read)
