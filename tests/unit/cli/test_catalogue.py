import re
import shutil

import pytest

from cli.conftest import ROOT

SOURCE = 'source = "https://example.org/p"\nread_on = 2026-01-15\n'


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A copy of the catalogue's files, to be spoiled."""
    return shutil.copytree(ROOT / "catalogue", tmp_path_factory.mktemp("copy") / "catalogue")


@pytest.fixture
def spoil(data):
    """Add a text to a file of the copy, or replace one in it, until the test ends; return the line where it stands."""
    before = {}

    def change(name, new, old=None):
        file = data / name
        before[file] = file.read_text("utf-8") if file.exists() else None
        text = before[file] or ""
        assert old is None or old in text
        file.write_text(text + new if old is None else text.replace(old, new, 1), "utf-8")
        return file, file.read_text("utf-8")[: file.read_text("utf-8").index(new)].count("\n") + 1

    yield change
    for file, text in before.items():
        if text is None:
            file.unlink()
        else:
            file.write_text(text, "utf-8")


def test_the_catalogue_of_the_repository_is_counted(bascule, data):
    ended = bascule("catalogue", "check", data)
    assert ended.status == 0
    assert re.search(r"\d{3,} organisations, \d{3,} services, \d+ laws: nothing to refuse\. Version [0-9a-f]{12}\.", ended.out)


# Among the first files by name: what stops the reading stops it soon.
FAULTS = {
    "an unknown key": ("organisations/aa-oak.toml", f'id = "aa-oak"\nname = "S"\ncolour = "red"\n{SOURCE}', "colour"),
    "a country that is none": ("organisations/aa-oak.toml", f'id = "aa-oak"\nname = "Oak"\n\n[[facts]]\nclaim = "country"\nvalue = "ZZ"\n{SOURCE}', "ZZ"),
    "an id that is not the file's": ("organisations/aa-oak.toml", 'id = "elm"\nname = "Oak"\n', "elm"),
    "a fact without source": (
        "organisations/aa-oak.toml",
        'id = "aa-oak"\nname = "Oak"\n\n[[facts]]\nclaim = "country"\nvalue = "FR"\nread_on = 2026-01-15\n',
        "source",
    ),
    "an owner that is not there": (
        "organisations/aa-oak.toml",
        f'id = "aa-oak"\nname = "Oak"\n\n[[owners]]\norganisation = "acorn"\nkind = "majority"\n{SOURCE}',
        "acorn",
    ),
    "no TOML": ("organisations/aa-oak.toml", 'id = "aa-oak\n', ""),
}


@pytest.mark.parametrize(("name", "text", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_by_file_and_line(bascule, data, spoil, name, text, said):
    file, _ = spoil(name, text)
    ended = bascule("catalogue", "check", data)
    assert (ended.status, ended.out) == (3, "")
    line = next(line for line in ended.err.splitlines() if str(file) in line)
    assert re.match(rf"{re.escape(str(file))}(:\d+: |: not TOML: .*at line \d+)", line), line
    assert said in line
    assert "Traceback" not in ended.err


def test_all_faults_are_named_at_once(bascule, data, spoil):
    files = [spoil(*FAULTS[name][:2])[0] for name in ("a country that is none",)]
    files.append(spoil("organisations/yew.toml", f'id = "yew"\nname = "Yew"\n\n[[facts]]\nclaim = "country"\nvalue = "YY"\n{SOURCE}')[0])
    err = bascule("catalogue", "check", data).err
    assert all(str(file) in err for file in files)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_folder_without_catalogue_is_told(bascule, tmp_path, language):
    ended = bascule("catalogue", "check", tmp_path, language=language)
    assert (ended.status, ended.out) == (3, "")
    assert str(tmp_path) in ended.err


def test_an_organisation_is_shown_with_sources_and_dates(bascule):
    ended = bascule("catalogue", "show", "ovhcloud")
    assert ended.status == 0
    lines = ended.out.splitlines()
    assert lines[0].endswith("[ovhcloud]")
    facts = [line for line in lines if re.match(r"    \S", line)]
    sources = [line for line in lines if "↳" in line]
    assert len(facts) + sum(line.startswith("      ") and "↳" not in line for line in lines) == len(sources) > 5
    assert all(re.search(r"↳ \S.* \(\d{4}-\d\d-\d\d\)$", line) for line in sources)


def test_a_service_is_shown_without_its_sisters(bascule):
    one, all_ = bascule("catalogue", "show", "teams").out, bascule("catalogue", "show", "microsoft").out
    assert "[teams]" in one
    assert "[outlook]" not in one
    assert len(one) < len(all_)


def test_it_is_shown_in_the_users_language(bascule):
    assert "a besoin de" in bascule("catalogue", "show", "microsoft", language="fr").out
    assert "needs" in bascule("catalogue", "show", "microsoft").out


@pytest.mark.parametrize(("name", "near"), [("pennylanne", "pennylane"), ("nextclud", "nextcloud")])
def test_a_misspelt_id_is_met_with_near_ones(bascule, name, near):
    ended = bascule("catalogue", "show", name)
    assert (ended.status, ended.out) == (3, "")
    assert ended.err.startswith(f"{name}: not in the catalogue. Did you mean: ")
    assert near in ended.err


def test_an_id_near_nothing_is_met_with_the_search(bascule):
    ended = bascule("catalogue", "show", "qqqqzzzzxxxx")
    assert ended.status == 3
    assert "bascule catalogue search qqqqzzzzxxxx" in ended.err


@pytest.mark.parametrize(("word", "found"), [("slack", "slack"), ("Pennylanne", "pennylane"), ("OVH", "ovhcloud"), ("nextcloud", "nextcloud")])
def test_the_search_forgives(bascule, word, found):
    ended = bascule("catalogue", "search", word)
    assert ended.status == 0
    assert re.search(rf"^{found}\S* ", ended.out, re.MULTILINE)


def test_nothing_found_is_told(bascule):
    ended = bascule("catalogue", "search", "qqqqzzzzxxxx")
    assert (ended.status, ended.out, ended.err) == (3, "", "qqqqzzzzxxxx: nothing of that name.\n")
