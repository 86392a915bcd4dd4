"""One firm, all the stages: traces come in, become services, are weighed; what instead and what first."""

from bascule.audit.document import decode, encode
from bascule.audit.firm import audit, order_for, resimulate, trusted_countries

__all__ = ["audit", "decode", "encode", "order_for", "resimulate", "trusted_countries"]
