"""Looking for traces: a word that an expression needs spares the search and changes no result."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.catalogue import compiled, load
from bascule.catalogue.fingerprint import needed_word
from bascule.catalogue.sieve import _at_once, _one_by_one
from bascule.model import Channel

CATALOGUE = load()
LONG = (Channel.HTML, Channel.SCRIPT)


def plain(channel, text):
    """What the expressions find, each searched by itself."""
    return [trace for trace in CATALOGUE.traces.all(channel) if compiled(trace.fingerprint.pattern).search(text)]


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        ("/wp-content/", "/wp-content/"),
        (r"\bfoo\.bar\(", "foo.bar("),
        ("abc?def", "def"),
        ("ab*cde", "cde"),
        ("a{2,3}xyz", "xyz"),
        ("one|another", ""),
        ("(one|another) thing", " thing"),
        ("x[abc]long", "long"),
        (r"\d+Word", "word"),
    ],
)
def test_the_longest_word_that_must_be_there(pattern, word):
    assert needed_word(pattern) == word


@pytest.mark.parametrize("channel", LONG)
def test_each_positive_example_is_found_in_a_long_page_too(channel):
    for trace in CATALOGUE.traces.all(channel):
        for example in trace.fingerprint.examples_pos:
            text = "x\n" * 200 + example + "\n" + "y\n" * 200
            found = CATALOGUE.traces.find(channel, text)
            assert trace in found or compiled(trace.fingerprint.pattern).search(text) is None
            assert found == plain(channel, text)


TRACES = [trace.fingerprint for channel in LONG for trace in CATALOGUE.traces.all(channel)]
EXAMPLES = [example for trace in TRACES for example in (*trace.examples_pos, *trace.examples_neg)]


@given(st.lists(st.one_of(st.sampled_from(EXAMPLES), st.text(max_size=20)), max_size=8), st.sampled_from(LONG))
def test_the_word_changes_no_result(parts, channel):
    text = " ".join(parts) + " " * 300
    assert CATALOGUE.traces.find(channel, text) == plain(channel, text)


def test_both_ways_of_looking_for_words_find_the_same():
    hyperscan = pytest.importorskip("hyperscan", reason="the extra `fast` is not installed")
    words = ("", *dict.fromkeys(needed_word(trace.pattern) for trace in TRACES), "é", "a.b*")
    text = " ".join((*EXAMPLES, "é a.b* axb")).lower()
    assert _at_once(words, hyperscan)(text) == _one_by_one(words)(text)


def test_words_are_told_without_the_fast_library():
    assert _one_by_one(("", "one", "two"))("a one") == {"", "one"}
