"""The ports that a visitor of a site and a mailer use."""

WEB = frozenset((80, 443))
MAIL = frozenset((25,))
