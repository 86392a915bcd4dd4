"""What an audit asks is data: joined from the lists and the DKIM traces, and refused when it cannot be asked."""

import pytest

from bascule.catalogue import CatalogueError, compile_to, gather, load
from bascule.catalogue.source import line_of

FROM = 'source = "https://example.org/p"\nread_on = 2026-01-15\n'
TRACE = 'role = "sender"\nstrength = "strong"\nexamples_pos = ["POS"]\nexamples_neg = ["nothing.example."]\n'
SIGNS = f"""id = "alder"
name = "Alder"

[[services]]
id = "alder-letters"
name = "Alder Letters"
functions = ["email"]
kind = "saas"

[[services.fingerprints]]
channel = "dkim_cname"
pattern = "sign.alder.example"
selectors = ["al1", "al2"]
{TRACE.replace("POS", "al1.sign.alder.example.")}{FROM}
[[services.fingerprints]]
channel = "dkim_selector"
match = "exact"
pattern = "alder"
{TRACE.replace("POS", "alder")}{FROM}"""
ASKED = f"""[[names]]
why = "files"
labels = ["cloud", "drive"]

[[selectors]]
labels = ["default"]
{FROM}
[[srv]]
labels = ["_imaps._tcp"]
{FROM}
[[mail_hosts]]
template = "{{dashed}}.in.alder.example"
{FROM}
[tenant]
template = "https://who.alder.example/?d={{domain}}"
{FROM}
[[rdap]]
none = ["xb"]
{FROM}
[rdap.services]
"https://rdap.example/v1/" = ["xa", "xc"]
"""
OUT = '[[domains]]\nname = "quiet.example"\nasked_on = 2026-01-20\n'


@pytest.fixture
def root(tmp_path):
    for folder in ("organisations", "jurisdictions", "laws", "scenarios", "alternatives"):
        (tmp_path / folder).mkdir()
    (tmp_path / "functions.toml").write_text('[[functions]]\nid = "email"\nname = { fr = "Messagerie", en = "E-mail" }\n', "utf-8")
    (tmp_path / "organisations/alder.toml").write_text(SIGNS, "utf-8")
    (tmp_path / "questions.toml").write_text(ASKED, "utf-8")
    (tmp_path / "opt-out.toml").write_text(OUT, "utf-8")
    return tmp_path


def change(root, old, new, path="questions.toml"):
    text = (root / path).read_text("utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new, 1), "utf-8")


def refusal(root):
    with pytest.raises(CatalogueError) as caught:
        gather(root)
    return str(caught.value)


def test_lists_and_traces_are_joined_and_survive_compilation(root, tmp_path):
    compile_to(root, tmp_path / "out/c.msgpack")
    loaded = load(tmp_path / "out/c.msgpack")
    asked = loaded.questions
    assert (asked.selectors_txt, asked.selectors_cname) == (("alder", "default"), ("al1", "al2"))
    assert (asked.names, asked.srv, asked.mail_hosts) == (("cloud", "drive"), ("_imaps._tcp",), ("{dashed}.in.alder.example",))
    assert (asked.rdap, asked.rdap_none) == ({"xa": "https://rdap.example/v1/", "xc": "https://rdap.example/v1/"}, ("xb",))
    assert asked.tenant == "https://who.alder.example/?d={domain}"
    assert loaded.opted_out == frozenset({"quiet.example"})


def test_a_catalogue_without_these_files_asks_only_what_its_traces_say(root):
    (root / "questions.toml").unlink()
    (root / "opt-out.toml").unlink()
    content = gather(root)
    assert (content.questions.selectors_cname, content.questions.names, content.questions.rdap, content.opted_out) == (("al1", "al2"), (), {}, ())


def test_what_is_asked_is_part_of_the_version(root):
    before = gather(root).version
    change(root, '"drive"', '"visio"')
    assert gather(root).version != before


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('["cloud", "drive"]', '["cloud", "cloud"]', "'cloud' is asked 2 times"),
        ('["default"]', '["al1"]', "'al1' is asked 2 times"),
        ('["default"]', '["alder"]', "'alder' is asked 2 times"),
        ('"xc"]', '"xb"]', "'xb' is asked 2 times"),
        ('["cloud", "drive"]', '["cloud", "Drive"]', "'Drive' is no label"),
        ('["cloud", "drive"]', '["cloud", "a.b"]', "'a.b' is no label"),
        ('["cloud", "drive"]', '["cloud", "-x"]', "'-x' is no label"),
        ('["default"]', '["two words"]', "'two words' is no label"),
        ('["_imaps._tcp"]', '["imaps._tcp"]', "'imaps._tcp' is no label"),
        ('"xa", "xc"', '"xa", ".xc"', "'.xc' is no label"),
        ('none = ["xb"]', 'none = ["x b"]', "'x b' is no label"),
        ("https://rdap.example/v1/", "http://rdap.example/v1/", "no https address with a final slash"),
        ("https://rdap.example/v1/", "https://rdap.example/v1", "no https address with a final slash"),
        ("?d={domain}", "?d=x", "no https address with {domain}"),
        ("https://who", "http://who", "no https address with {domain}"),
        ("{dashed}.in", "x.in", "no host name with {dashed}"),
        ("{dashed}.in.alder.example", "{dashed}.in.alder.example/x", "no host name with {dashed}"),
        ('["cloud", "drive"]', str([f"n{number}" for number in range(17)]).replace("'", '"'), "17 to ask, at most 16"),
        ('["default"]', str([f"s{number}" for number in range(28)]).replace("'", '"'), "31 to ask, at most 30"),
        ('["_imaps._tcp"]', str([f"_s{number}._tcp" for number in range(11)]).replace("'", '"'), "11 to ask, at most 10"),
    ],
)
def test_what_cannot_be_asked_or_costs_too_much_is_refused(root, old, new, words):
    change(root, old, new)
    assert words in refusal(root)
    assert refusal(root).startswith(f"{root / 'questions.toml'}:")


@pytest.mark.parametrize("key", ["[[selectors]]", "[[srv]]", "[[mail_hosts]]", "[tenant]", "[[rdap]]"])
def test_what_is_a_fact_has_a_source(root, key):
    text = (root / "questions.toml").read_text("utf-8")
    head, tail = text.split(key, 1)
    (root / "questions.toml").write_text(head + key + tail.replace("https://example.org/p", "hearsay", 1), "utf-8")
    assert "no source address ('hearsay')" in refusal(root)
    (root / "questions.toml").write_text(head + key + tail.replace('source = "https://example.org/p"\n', "", 1), "utf-8")
    assert "the key `source` is missing" in refusal(root)


def test_a_refusal_names_the_line(root):
    change(root, '["_imaps._tcp"]', '["imaps"]')
    line = line_of((root / "questions.toml").read_text("utf-8"), "$.srv[0]")
    assert refusal(root).startswith(f"{root / 'questions.toml'}:{line}: $.srv[0]: ")


def test_only_a_dkim_trace_has_selectors_and_they_are_labels(root):
    change(root, '"al2"', '"al 2"', "organisations/alder.toml")
    assert "'al 2' is no label" in refusal(root)
    change(root, '"dkim_cname"', '"cname"', "organisations/alder.toml")
    assert "only a DKIM trace has selectors" in refusal(root)
    assert refusal(root).startswith(f"{root / 'organisations/alder.toml'}:")


@pytest.mark.parametrize("name", ["Quiet.example", "quiet", "https://quiet.example", "*.example", ""])
def test_what_is_no_domain_cannot_opt_out(root, name):
    change(root, '"quiet.example"', f'"{name}"', "opt-out.toml")
    assert "is no lower-case domain" in refusal(root)
    assert refusal(root).startswith(f"{root / 'opt-out.toml'}:2: ")


def test_an_unknown_key_is_refused(root):
    change(root, "why =", "wy =")
    assert "`wy`" in refusal(root)


def test_a_browser_is_named_by_its_name_or_its_whole_path(root, tmp_path):
    (root / "questions.toml").write_text('browsers = ["chromium", "/Applications/A B.app/B"]\n' + ASKED, "utf-8")
    compile_to(root, tmp_path / "out/c.msgpack")
    assert load(tmp_path / "out/c.msgpack").questions.browsers == ("chromium", "/Applications/A B.app/B")
    change(root, '"chromium"', '"../chromium"')
    assert "'../chromium' is neither the name nor the whole path of a program" in refusal(root)
