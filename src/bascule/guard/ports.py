"""The ports that a visitor of a site or a mailer uses."""

HTTP = 80
HTTPS = 443
SMTP = 25
PORTS = frozenset((HTTP, HTTPS, SMTP))
