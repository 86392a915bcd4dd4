"""Each refusal of the check, with the file and the line that it names."""

import re
from datetime import date

import pytest

from bascule.catalogue import CatalogueError, compile_to, gather, load
from bascule.catalogue.check import refuse, stale
from bascule.catalogue.refusal import SAID
from bascule.catalogue.source import line_of, organisations

FROM = 'source = "https://example.org/p"\nread_on = 2026-01-15\n'
GOOD = f"""id = "alder"
name = "Alder"

[[facts]]
claim = "country"
value = "XA"
{FROM}
[[services]]
id = "alder-mail"
name = "Alder Mail"
functions = ["email"]
kind = "saas"

[[services.deployments]]
id = "alder-mail/vendor"
option = "vendor"
operator = "alder"
{FROM}
[[services.fingerprints]]
channel = "mx"
pattern = "mx.alder.example"
role = "mailbox"
strength = "proof"
examples_pos = ["1 mx.alder.example."]
examples_neg = ["1 notmx.alder.example."]
{FROM}"""
OWNED = f"""[[owners]]
organisation = "NAME"
kind = "majority"
{FROM}"""


@pytest.fixture
def root(tmp_path):
    """A catalogue with one organisation, nothing to refuse."""
    for folder in ("organisations", "jurisdictions", "laws", "scenarios", "alternatives"):
        (tmp_path / folder).mkdir()
    (tmp_path / "functions.toml").write_text('[[functions]]\nid = "email"\nname = { fr = "Messagerie", en = "E-mail" }\n', "utf-8")
    (tmp_path / "jurisdictions/xa.toml").write_text('code = "XA"\nname = { fr = "A", en = "A" }\n', "utf-8")
    (tmp_path / "organisations/alder.toml").write_text(GOOD, "utf-8")
    return tmp_path


def put(root, path, text):
    (root / path).write_text(text, "utf-8")


def refusal(root):
    with pytest.raises(CatalogueError) as caught:
        gather(root)
    return str(caught.value)


def place(root, text, path="organisations/alder.toml"):
    """The start of the message for the line that holds a text."""
    lines = (root / path).read_text("utf-8").splitlines()
    return f"{root / path}:{next(number for number, line in enumerate(lines, 1) if text in line)}: "


def change(root, old, new, path="organisations/alder.toml"):
    text = (root / path).read_text("utf-8")
    assert old in text
    put(root, path, text.replace(old, new, 1))


def test_a_good_catalogue_is_joined(root):
    content = gather(root)
    assert [entry.id for entry in content.organisations] == ["alder"]
    assert content.date == date(2026, 1, 15)


def test_a_compiled_catalogue_loads_as_it_was_gathered(root, tmp_path):
    made = compile_to(root, tmp_path / "new/folder/c.msgpack")
    assert load(tmp_path / "new/folder/c.msgpack").content == made == gather(root)


def test_equal_data_has_an_equal_version_and_other_data_another(root):
    first = gather(root).version
    assert gather(root).version == first
    change(root, 'name = "Alder"', 'name = "Alder SA"')
    assert gather(root).version != first


def test_a_file_that_is_no_compiled_catalogue_is_refused_by_name(tmp_path):
    (tmp_path / "c.msgpack").write_bytes(b"\x00nonsense")
    with pytest.raises(CatalogueError, match=re.escape("c.msgpack")):
        load(tmp_path / "c.msgpack")


def test_a_fact_without_source_does_not_load(root):
    change(root, f'value = "XA"\n{FROM}', 'value = "XA"\nread_on = 2026-01-15\n')
    assert refusal(root).startswith(place(root, "[[facts]]"))
    assert "source" in refusal(root)


def test_a_fact_without_the_day_on_which_it_was_read_does_not_load(root):
    change(root, "read_on = 2026-01-15\n", "")
    assert "read_on" in refusal(root)


@pytest.mark.parametrize("address", ["", "a colleague", "ftp://example.org/x", "https://nowhere"])
def test_a_source_that_is_no_web_address_is_refused_by_line(root, address):
    change(root, "https://example.org/p", address)
    line = place(root, f'source = "{address}"')
    assert refusal(root) == f"{line}$.facts[0].source: no source address ({address!r}). Write the whole address of the page that you read, from https:// on."


def test_an_id_that_is_not_the_file_name_is_refused(root):
    put(root, "organisations/birch.toml", "\n" + GOOD)
    assert refusal(root).startswith(place(root, 'id = "alder"', "organisations/birch.toml"))
    assert "birch.toml" in refusal(root)


def test_an_unknown_key_is_refused_by_line(root):
    change(root, 'kind = "saas"', 'kind = "saas"\nverdict = "good"')
    assert refusal(root).startswith(place(root, "verdict"))
    assert "verdict" in refusal(root)


def test_an_unknown_key_in_the_second_of_two_tables_is_refused_there(root):
    put(root, "organisations/alder.toml", GOOD + '\n[[services]]\nid = "b"\nname = "B"\nfunctions = ["email"]\nkind = "saas"\nnote = 1\n')
    assert refusal(root).startswith(place(root, "note = 1"))


def test_broken_toml_is_refused_by_file_and_line(root):
    put(root, "organisations/alder.toml", 'id = "alder"\nname = \n')
    assert "alder.toml" in refusal(root)
    assert "line 2" in refusal(root)


def test_a_misspelt_key_is_refused_with_the_key_that_was_meant(root):
    change(root, "read_on = 2026-01-15", "readon = 2026-01-15")
    assert refusal(root).startswith(place(root, "readon") + "$.facts[0]: the key `readon` is not known here. Write `read_on`, if you mean that.")


def test_a_key_that_is_like_no_other_is_refused_with_all_that_are_known(root):
    change(root, 'kind = "saas"', 'kind = "saas"\nverdict = "good"')
    assert "Write one of: id, name, " in refusal(root)
    assert "deployments" in refusal(root)


def test_a_missing_key_is_named_at_its_table(root):
    change(root, f'value = "XA"\n{FROM}', 'value = "XA"\nread_on = 2026-01-15\n')
    assert refusal(root).startswith(place(root, "[[facts]]") + "$.facts[0]: the key `source` is missing. Add a line source = ")


def test_a_value_that_is_none_of_the_list_is_refused_with_the_list(root):
    change(root, 'option = "vendor"', 'option = "seller"')
    wanted = "$.services[0].deployments[0].option: 'seller' is not one of the values of this key. Write one of: "
    assert refusal(root).startswith(place(root, "seller") + wanted)
    assert {"vendor", "self", "partner"} <= set(re.findall(r"\w+", refusal(root).partition(wanted)[2]))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("read_on = 2026-01-15", 'read_on = "January"', "this is not a date. Write year, month and day without quotation marks"),
        ('value = "XA"', 'value = ["XA"]', "$.facts[0].value"),
        ('name = "Alder"', "name = 7", "this is not a text. Put it between quotation marks."),
        ('functions = ["email"]', 'functions = "email"', "this is not a list. Put the texts between square brackets"),
    ],
)
def test_a_value_of_another_kind_is_refused_with_the_form_to_write(root, old, new, words):
    change(root, old, new)
    assert refusal(root).startswith(place(root, new))
    assert words in refusal(root)


def test_a_text_without_its_end_is_refused_at_its_line(root):
    change(root, 'name = "Alder"', 'name = "Alder')
    assert refusal(root).startswith(place(root, 'name = "Alder') + "this line cannot be read (")
    assert refusal(root).endswith("close each text with a quotation mark on the same line.")


def test_a_refusal_is_told_in_the_language_of_the_reader_every_problem_on_its_line(root):
    change(root, 'value = "XA"', 'value = "ZZ"')
    change(root, 'operator = "alder"', 'operator = "nobody"')
    french = {SAID["organisation"][0]: "pas d’organisation {name}", SAID["organisation"][1]: "Cherchez-la."}
    with pytest.raises(CatalogueError) as caught:
        gather(root)
    told = caught.value.told(lambda text: french.get(text, text))
    assert told.splitlines()[1].endswith("operator: pas d’organisation 'nobody'. Cherchez-la.")


def test_a_file_that_is_not_utf8_is_refused_by_name(root):
    (root / "organisations/alder.toml").write_bytes(b'id = "\xe9"')
    assert "alder.toml" in refusal(root)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('value = "XA"', 'value = "ZZ"', "no jurisdiction 'ZZ'"),
        ('functions = ["email"]', 'functions = ["telepathy"]', "no function 'telepathy'"),
        ('operator = "alder"', 'operator = "nobody"', "no organisation 'nobody'"),
    ],
)
def test_what_is_named_must_exist(root, old, new, words):
    change(root, old, new)
    assert words in refusal(root)
    assert refusal(root).startswith(place(root, new))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('[[services.deployments.hosting]]\nprovider = "nobody"\n', "no organisation 'nobody'"),
        ('[[services.deployments.hosting]]\nprovider = "alder"\ncountry = "ZZ"\n', "no jurisdiction 'ZZ'"),
        ('[[services.deployments.needs]]\nservice = "nothing"\nkind = "auth"\nif_cut = "stops"\nafter_hours = 0\n', "no service 'nothing'"),
    ],
)
def test_what_a_deployment_stands_on_must_exist(root, table, words):
    change(root, "[[services.fingerprints]]", f"{table}{FROM}\n[[services.fingerprints]]")
    wanted = table.splitlines()[2 if "country" in table else 1]
    assert refusal(root).startswith(place(root, wanted))
    assert words in refusal(root)


def test_an_owner_must_exist(root):
    put(root, "organisations/alder.toml", GOOD + OWNED.replace("NAME", "nobody"))
    assert "no organisation 'nobody'" in refusal(root)
    assert refusal(root).startswith(place(root, 'organisation = "nobody"'))


def test_nobody_owns_himself_over_however_many_steps(root):
    change(root, "[[services]]", OWNED.replace("NAME", "birch") + "\n[[services]]")
    for name, above in (("birch", "cedar"), ("cedar", "alder")):
        put(root, f"organisations/{name}.toml", f'id = "{name}"\nname = "{name}"\n' + OWNED.replace("NAME", above))
    assert place(root, "[[owners]]") + "alder owns itself through its owners" in refusal(root)
    assert len(refusal(root).splitlines()) == 3


def test_two_owners_with_a_common_parent_are_no_circle(root):
    change(root, "[[services]]", OWNED.replace("NAME", "birch") + OWNED.replace("NAME", "cedar") + "\n[[services]]")
    for name in ("birch", "cedar"):
        put(root, f"organisations/{name}.toml", f'id = "{name}"\nname = "{name}"\n' + OWNED.replace("NAME", "dogwood"))
    put(root, "organisations/dogwood.toml", 'id = "dogwood"\nname = "Dogwood"\n')
    assert len(gather(root).organisations) == 4


@pytest.mark.parametrize("kind", ["examples_pos", "examples_neg"])
def test_a_trace_without_examples_on_both_sides_is_refused(root, kind):
    text = (root / "organisations/alder.toml").read_text("utf-8")
    put(root, "organisations/alder.toml", re.sub(rf"{kind} = .*", f"{kind} = []", text))
    assert refusal(root).startswith(place(root, "[[services.fingerprints]]"))
    assert "needs an example" in refusal(root)


def test_a_trace_that_is_not_in_its_own_example_is_refused(root):
    change(root, '["1 mx.alder.example."]', '["1 mx.birch.example."]')
    assert "is not found in its own example" in refusal(root)


def test_a_trace_found_where_it_must_not_be_is_refused(root):
    change(root, '["1 notmx.alder.example."]', '["1 a.mx.alder.example."]')
    assert refusal(root).startswith(place(root, "[[services.fingerprints]]"))
    assert "where it must not be" in refusal(root)


def test_a_trace_claimed_by_two_services_is_refused_at_the_second(root):
    other = GOOD.replace("alder-mail", "birch-mail").replace('id = "alder"', 'id = "birch"').replace("mx.alder.example", "MX.alder.example", 1)
    put(root, "organisations/birch.toml", other)
    assert refusal(root) == place(root, "[[services.fingerprints]]", "organisations/birch.toml") + (
        "$.services[0].fingerprints[0]: 'MX.alder.example' also belongs to alder-mail"
    )


@pytest.mark.parametrize("pattern", ["(a+)+b", "([a-z]*x)*"])
def test_an_expression_that_can_take_for_ever_is_refused(root, pattern):
    change(root, 'pattern = "mx.alder.example"', f'match = "regex"\npattern = "{pattern}"')
    assert "can take for ever" in refusal(root)


def test_an_expression_that_is_none_is_refused(root):
    change(root, 'pattern = "mx.alder.example"', 'match = "regex"\npattern = "(open"')
    assert "is no regular expression" in refusal(root)


def test_a_service_id_is_used_once(root):
    put(root, "organisations/birch.toml", 'id = "birch"\nname = "B"\n[[services]]\nid = "alder-mail"\nname = "X"\nfunctions = ["email"]\nkind = "saas"\n')
    assert refusal(root).count("service id 'alder-mail' is used twice") == 2


def test_a_deployment_id_is_used_once(root):
    again = '\n[[services]]\nid = "b"\nname = "B"\nfunctions = ["email"]\nkind = "saas"\n[[services.deployments]]\nid = "alder-mail/vendor"\n'
    put(root, "organisations/alder.toml", GOOD + again + f'option = "vendor"\noperator = "alder"\n{FROM}')
    assert refusal(root).count("deployment id 'alder-mail/vendor' is used twice") == 2


def test_every_problem_is_listed_not_the_first_only(root):
    change(root, 'value = "XA"', 'value = "ZZ"')
    change(root, 'functions = ["email"]', 'functions = ["telepathy"]')
    assert len(refusal(root).splitlines()) == 2


LAW = f"""id = "a-1"
jurisdiction = "XA"
name = {{ fr = "Loi", en = "Law" }}
instrument = "A 1"
compels = {{ fr = "Tous", en = "All" }}
effects = ["stop"]
reach = ["seat"]
{FROM}"""
SCENARIO = """id = "order"
kind = "power"
power = "XA"
name = { fr = "Ordre", en = "Order" }
question = { fr = "Et si", en = "What if" }
laws = ["a-1"]
"""
ALTERNATIVES = f"""function = "email"
[[alternatives]]
service = "alder-mail"
deployment = "alder-mail/vendor"
fit = 3
{FROM}"""


@pytest.mark.parametrize(
    ("path", "text", "old", "new", "words"),
    [
        ("laws/a-1.toml", LAW, '"XA"', '"ZZ"', "no jurisdiction 'ZZ'"),
        ("laws/a-1.toml", LAW, "https://example.org/p", "hearsay", "no source address"),
        ("laws/a-1.toml", LAW, 'en = "Law"', 'de = "Gesetz"', "missing in one language"),
        ("scenarios/order.toml", SCENARIO, '["a-1"]', '["a-2"]', "no law 'a-2'"),
        ("scenarios/order.toml", SCENARIO, 'power = "XA"', 'power = "ZZ"', "no jurisdiction 'ZZ'"),
        ("scenarios/order.toml", SCENARIO, ', en = "What if"', "", "missing in one language"),
        ("alternatives/email.toml", ALTERNATIVES, '"alder-mail"\n', '"nothing"\n', "no service 'nothing'"),
        ("alternatives/email.toml", ALTERNATIVES, "alder-mail/vendor", "alder-mail/self", "no deployment 'alder-mail/self'"),
        ("alternatives/email.toml", ALTERNATIVES, "https://example.org/p", "hearsay", "no source address"),
        ("alternatives/email.toml", ALTERNATIVES, "fit = 3", 'fit = 3\nloses = { fr = "Rien" }', "missing in one language"),
    ],
)
def test_what_stands_around_the_organisations_is_checked_too(root, path, text, old, new, words):
    put(root, "laws/a-1.toml", LAW)
    put(root, path, text)
    assert gather(root)
    change(root, old, new, path)
    assert words in refusal(root)
    assert refusal(root).startswith(f"{root / path}:")


def test_what_was_read_too_long_ago_is_reported_not_refused(root):
    price = '[[services.prices]]\nplan = "p"\namount = 5\ncurrency = "EUR"\nper = "user"\nperiod = "month"\n'
    change(root, "[[services.fingerprints]]", f"{price}{FROM}\n[[services.fingerprints]]")
    assert gather(root)
    after = [str(problem) for problem in stale(organisations(root), date(2026, 5, 1))]
    assert after == [f"{place(root, '[[services.prices]]')}$.services[0].prices[0]: read on 2026-01-15, older than 90 days"]
    assert list(stale(organisations(root), date(2026, 4, 15))) == []
    assert len(list(stale(organisations(root), date(2027, 2, 1)))) == 4


def test_what_is_to_be_read_in_the_future_is_reported(root):
    assert "still to come" in str(next(stale(organisations(root), date(2026, 1, 1))))


def test_nothing_to_refuse_raises_nothing():
    assert refuse([]) is None


SIGN_IN = """[[services.sign_in]]
protocol = "imap"
hosts = ["imap.alder.example"]
flow = "device"
device_url = "https://alder.example/{tenant}/device"
token_url = "https://alder.example/{tenant}/token"
tenant = "common"
scopes = ["mail"]
more = ["https://alder.example/more"]
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('flow = "device"', 'flow = "code"', "needs its address (authorize_url)"),
        ("device_url = ", "register_url = ", "needs its address (device_url)"),
        ('token_url = "https:', 'token_url = "http:', "is no https address"),
        ('tenant = "common"\n', "", "needs a usual tenant"),
        ('scopes = ["mail"]', "scopes = []", "are needed"),
        ('hosts = ["imap.alder.example"]', "hosts = []", "are needed"),
        ('protocol = "imap"', 'protocol = "pigeon"', "protocol (imap, graph)"),
        ('more = ["https:', 'more = ["', "no source address"),
    ],
)
def test_a_way_to_sign_in_that_is_not_whole_is_refused(root, old, new, words):
    change(root, "[[services.fingerprints]]", f"{SIGN_IN}{FROM}\n[[services.fingerprints]]")
    assert gather(root)
    change(root, old, new)
    assert words in refusal(root)


def test_a_server_is_opened_in_one_way_only(root):
    change(root, "[[services.fingerprints]]", f"{SIGN_IN}{FROM}\n[[services.fingerprints]]")
    other = GOOD.replace("alder", "birch").replace("[[services.fingerprints]]", f"{SIGN_IN}{FROM}\n[[services.fingerprints]]")
    put(root, "organisations/birch.toml", other)
    assert "'imap.alder.example' is also opened by alder-mail" in refusal(root)


def test_a_price_below_zero_is_refused(root):
    price = '[[services.prices]]\nplan = "p"\namount = -1\ncurrency = "EUR"\nper = "user"\nperiod = "month"\n'
    change(root, "[[services.fingerprints]]", f"{price}{FROM}\n[[services.fingerprints]]")
    assert "below zero" in refusal(root)


@pytest.mark.parametrize(
    ("place_of", "line"),
    [("$", 1), ("$.id", 1), ("$.facts[0]", 2), ("$.facts[1].value", 2), ("$.services[1].name", 11), ("$.services[1].facts[0].value", 14), ("$.nothing", 1)],
)
def test_a_place_in_a_file_is_told_by_its_line(place_of, line):
    text = (
        'id = "a"\nfacts = [ { claim = "x", value = 1 }, { claim = "y", value = 2 } ]\n\n'
        '[[services]]\nid = "b"\n[[services.facts]]\nclaim = "z"\n\n'
        '[[services]]\nid = "c"\nname = "C"\n[[services.facts]]\nclaim = "z"\nvalue = 3\n'
    )
    assert line_of(text, place_of) == line


@pytest.mark.parametrize(
    ("fact", "refused"),
    [
        ('claim = "caution"\nvalue = "Attention."\n', True),
        ('claim = "caution"\nvalue = "Attention."\nen = "Take care."\n', False),
        ('claim = "legal_name"\nvalue = "Alder SAS"\nen = "Alder Ltd"\n', True),
    ],
    ids=["one language", "both", "a name has no translation"],
)
def test_a_caution_speaks_both_languages_and_nothing_else_does(root, fact, refused):
    put(root, "organisations/alder.toml", GOOD.replace("[[services]]\n", f"[[facts]]\n{fact}{FROM}\n[[services]]\n", 1))
    if refused:
        assert refusal(root).startswith(place(root, "[[facts]]\n".strip()).rsplit(":", 2)[0])
        assert "has its English in `en`" in refusal(root)
    else:
        assert gather(root).organisations[0].facts[1].en == "Take care."


@pytest.mark.parametrize("pattern", [r"(a)b\1", "(?i)a", "(?P<x>a)(?P=x)"])
def test_an_expression_that_only_works_alone_is_refused(root, pattern):
    put(root, "organisations/alder.toml", GOOD.replace('pattern = "mx.alder.example"', f"match = \"regex\"\npattern = '{pattern}'"))
    assert "cannot be searched together with others" in refusal(root)
