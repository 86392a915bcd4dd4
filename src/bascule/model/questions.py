"""What an audit asks the network about a domain: data, so that asking for more takes no code."""

import msgspec

WILDCARD_PROBE = "bascule-wildcard-probe"
"""A host label that nobody sets up. What answers below a domain for it answers for every name: it says nothing about any of them."""


class Questions(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit of a domain asks beside the fixed records of the name itself.

    Attributes:
        selectors_txt: DKIM selectors asked as TXT `<selector>._domainkey.<domain>`.
        selectors_cname: DKIM selectors asked as CNAME.
        many: The few of both that are asked of many domains, where questions are counted.
        names: Usual host labels below the domain, asked as A and AAAA (`www`, `autodiscover`, `autoconfig` and `mta-sts` are fixed).
        srv: SRV owner labels (`_imaps._tcp`).
        mail_hosts: Templates of host names that exist for customers of one provider only; `{dashed}` is the domain with dashes for dots.
        rdap: Top-level domain → base URL of its RDAP service, with final slash (RFC 9224).
        rdap_none: Top-level domains that publish no RDAP service.
        browsers: Programs that can load a page for us, by name or by path, the first one found is taken.
        tenant: Address of a look-up that says whether a domain is a customer, with `{domain}`; None when none is known.
    """

    selectors_txt: tuple[str, ...] = ()
    selectors_cname: tuple[str, ...] = ()
    many: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    srv: tuple[str, ...] = ()
    mail_hosts: tuple[str, ...] = ()
    rdap: dict[str, str] = {}
    rdap_none: tuple[str, ...] = ()
    browsers: tuple[str, ...] = ()
    tenant: str | None = None
