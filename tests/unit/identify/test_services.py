"""Where service records send programs."""

from synthetic import FIRM_DOMAIN as D
from synthetic import MARKET, ON, catalogue, mark, organisation, records, service

from bascule.identify import identify
from bascule.model import Channel, Role, Status

PHONE = organisation("hazel", "XA", service("hazel-meet", "video-meeting", fingerprints=(mark(Channel.SRV, "sip.hazel.example", Role.OPERATOR),)))


def told(*items):
    return identify(items, catalogue(*MARKET, PHONE), ON).dependencies


def test_a_known_service_was_set_up_once():
    (row,) = told(records(f"SRV _sip._tls.{D}", "100 1 443 dir.sip.hazel.example."))
    assert (row.function, row.role, row.organisation, row.status) == ("video-meeting", Role.OPERATOR, "hazel", Status.CONFIGURED)


def test_a_stranger_and_no_service_at_all_say_nothing():
    assert told(records(f"SRV _sip._tls.{D}", "0 0 443 sip.stranger.example.")) == ()
    assert told(records(f"SRV _sip._tls.{D}", "0 0 0 .")) == ()
