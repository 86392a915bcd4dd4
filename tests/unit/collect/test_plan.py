"""What is asked."""

from bascule.catalogue import load
from bascule.collect.observer import MAX_QUERIES
from bascule.collect.plan import MAIL_QUESTIONS, customers_only, everything, mail_only
from bascule.collect.spf import onward
from bascule.model import WILDCARD_PROBE, Questions

SOME = Questions(
    many=("selector1", "google"),
    selectors_txt=("google", "s1"),
    selectors_cname=("selector1", "selector2", "k1"),
    names=("webmail",),
    srv=("_imaps._tcp",),
    mail_hosts=("{dashed}.mail.net",),
)


def test_everything_that_needs_no_earlier_answer_is_asked_once():
    asked = everything("exemple.fr", SOME)
    assert len(asked) == len(set(asked))
    for question in (
        *(("NS", "exemple.fr"), ("SOA", "exemple.fr"), ("MX", "exemple.fr"), ("TXT", "exemple.fr"), ("CAA", "exemple.fr"), ("TXT", "_dmarc.exemple.fr")),
        *(("A", "exemple.fr"), ("AAAA", "www.exemple.fr"), ("CNAME", "www.exemple.fr"), ("CNAME", "autodiscover.exemple.fr"), ("TXT", "_mta-sts.exemple.fr")),
        *(("CNAME", "selector1._domainkey.exemple.fr"), ("TXT", "google._domainkey.exemple.fr"), ("A", "webmail.exemple.fr"), ("AAAA", "webmail.exemple.fr")),
        *(("SRV", "_imaps._tcp.exemple.fr"), ("A", f"{WILDCARD_PROBE}.exemple.fr")),
    ):
        assert question in asked


def test_names_of_customers_are_asked_about_apart():
    assert customers_only("exemple.fr", SOME) == [("A", "exemple-fr.mail.net")]
    assert not any("mail.net" in name for _, name in everything("exemple.fr", SOME))


def test_what_the_page_waits_for_goes_first():
    assert everything("exemple.fr", SOME)[:2] == [("A", "exemple.fr"), ("AAAA", "exemple.fr")]


def test_the_real_questions_leave_room_for_what_is_found_on_the_way():
    assert len(everything("exemple.fr", load().questions)) <= MAX_QUERIES - 35


def test_the_mail_questions_are_few():
    asked = mail_only("exemple.fr", load().questions)
    assert len(asked) < MAIL_QUESTIONS
    assert ("MX", "exemple.fr") in asked
    assert ("CNAME", "selector1._domainkey.exemple.fr") in asked
    assert ("TXT", "google._domainkey.exemple.fr") in asked
    assert all(".exemple.fr" in f".{name}" for _, name in asked)


def test_a_policy_names_whom_it_takes_in():
    records = ("v=spf1 include:_spf.Google.com ?include:a.net. a mx redirect=b.net include:%{i}.c.net -all", "include:d.net", "v=spf10 include:e.net")
    assert onward(records) == ["_spf.google.com", "a.net", "b.net"]
