"""Which names a record holds, and whether a pattern fits: on label boundaries, never inside another name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import MARKET, mark, organisation, service

from bascule.catalogue import Traces, candidates, found_in, host, spf_targets
from bascule.catalogue.fingerprint import fits
from bascule.model import Channel, Match


@pytest.mark.parametrize("record", ["1 mx.alder.example.", "10 MX.Alder.Example", "5 eu.mx.alder.example."])
def test_a_suffix_fits_the_name_and_what_is_below_it(record):
    assert found_in(mark("mx", "mx.alder.example", "mailbox"), record)


@pytest.mark.parametrize("record", ["1 notmx.alder.example.", "1 mx.alder.example.org.", "1 mx.alder.examples.", "1 mx-alder.example.", "0 .", ""])
def test_a_suffix_ends_on_a_label_boundary(record):
    assert not found_in(mark("mx", "mx.alder.example", "mailbox"), record)


def test_a_leading_dot_in_a_pattern_changes_nothing():
    assert found_in(mark("mx", ".alder.example", "mailbox"), "1 alder.example.")
    assert not found_in(mark("mx", ".alder.example", "mailbox"), "1 falder.example.")


def test_a_host_name_is_compared_in_lower_case_without_final_dot():
    assert host("MX.Alder.Example.") == "mx.alder.example"


@pytest.mark.parametrize(
    ("record", "targets"),
    [
        ("v=spf1 include:a.example ~all", ("a.example",)),
        ("V=SPF1 include:A.Example. redirect=b.example", ("a.example", "b.example")),
        (
            "v=spf1 a:mail.a.example/24 mx:b.example exists:%{i}._spf.c.example ptr:d.example -all",
            ("mail.a.example", "b.example", "_spf.c.example", "d.example"),
        ),
        ("v=spf1 ?include:a.example +mx:b.example", ("a.example", "b.example")),
        ("v=spf1 -include:a.example -all", ()),
        ("v=spf1 ~include:a.example -a:c.example include:b.example -all", ("a.example", "b.example")),
        ("v=spf1 a mx ip4:192.0.2.0/24 ip6:2001:db8::/32 -all", ()),
        ("v=spf10 include:a.example", ()),
        ("some text include:a.example", ()),
        ("v=spf1 include: include:%{d}", ()),
        ("", ()),
    ],
)
def test_an_spf_record_names_its_direct_targets_only(record, targets):
    assert spf_targets(record) == targets


@pytest.mark.parametrize(
    ("channel", "record", "wanted"),
    [
        (Channel.MX, "10 mx.a.example.", ("mx.a.example",)),
        (Channel.SRV, "0 0 443 auto.a.example.", ("auto.a.example",)),
        (Channel.SOA, "ns.a.example. hostmaster.a.example. 1 2 3 4 5", ("ns.a.example", "hostmaster.a.example")),
        (Channel.SPF, "v=spf1 include:a.example -all", ("a.example",)),
        (Channel.SPF, "a.example.", ("a.example",)),
        (Channel.TXT, "Token=Case Kept", ("Token=Case Kept",)),
        (Channel.SCRIPT_HOST, "Stats.A.example", ("stats.a.example",)),
        (Channel.MX, "", ()),
    ],
)
def test_a_record_is_written_as_it_is_seen(channel, record, wanted):
    assert candidates(channel, record) == wanted


@pytest.mark.parametrize(
    ("match", "pattern", "yes", "no"),
    [
        (Match.EXACT, "Managed", "managed", "managed x"),
        (Match.PREFIX, "alder-verify=", "Alder-Verify=1", "x alder-verify=1"),
        (Match.REGEX, r"^token-[a-z0-9]{6}=", "TOKEN-p1ks1q=x", "token-p1ks=x"),
    ],
)
def test_case_is_ignored_and_ends_are_kept(match, pattern, yes, no):
    assert found_in(mark("txt", pattern, "tenant", match), yes)
    assert not found_in(mark("txt", pattern, "tenant", match), no)


def test_of_two_names_that_fit_the_longer_one_decides():
    short, long = mark("mx", "a.example", "gateway"), mark("mx", "mail.a.example", "mailbox")
    traces = Traces([organisation("a", None, service("a-filter", "email", fingerprints=(short,)), service("a-mail", "email", fingerprints=(long,)))])
    assert [trace.service.id for trace in traces.find(Channel.MX, "eu.mail.a.example")] == ["a-mail"]
    assert [trace.service.id for trace in traces.find(Channel.MX, "mx.a.example")] == ["a-filter"]
    assert traces.find(Channel.MX, "notmail.a.examples") == []


def test_a_name_that_ends_like_a_known_one_gives_nothing():
    traces = Traces(MARKET)
    assert traces.find(Channel.CNAME, "notedge.elm.example") == []
    assert traces.find(Channel.SPF, "spf.alder.example.org") == []


def test_a_trace_is_found_again_by_its_id():
    traces = Traces(MARKET)
    for channel in Channel:
        for trace in traces.all(channel):
            assert traces.by_id[trace.id] is trace


def test_only_services_with_a_mailbox_trace_hold_mailboxes():
    traces = Traces(MARKET)
    assert traces.holds_mailboxes("alder-mail")
    assert not traces.holds_mailboxes("cedar-filter")


TRACES = Traces(MARKET)
LABELS = st.sampled_from(["mx", "alder", "example", "notmx", "a", "eu", "in", "cedar", "spf"])


@given(st.lists(LABELS, min_size=1, max_size=5), st.sampled_from([Channel.MX, Channel.SPF, Channel.CNAME, Channel.NS]))
def test_the_fast_table_agrees_with_the_plain_rule(labels, channel):
    traces, name = TRACES, ".".join(labels)
    plain = [trace for trace in traces.all(channel) if fits(trace.fingerprint, name)]
    longest = max((len(trace.fingerprint.pattern) for trace in plain), default=0)
    assert traces.find(channel, name) == [trace for trace in plain if len(trace.fingerprint.pattern) == longest]


@given(st.text(max_size=60), st.sampled_from(list(Channel)))
def test_any_text_can_be_looked_up(text, channel):
    traces = TRACES
    fitting = {trace.id for trace in traces.all(channel) if fits(trace.fingerprint, text)}
    assert {trace.id for trace in traces.find(channel, text)} <= fitting
