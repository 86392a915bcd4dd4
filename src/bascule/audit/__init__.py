"""One firm, all the stages: traces come in, become services, are weighed; what instead and what first."""

from bascule.audit.document import decode, encode
from bascule.audit.firm import audit, trusted_countries
from bascule.audit.orders import Choice, order_for, resimulate

__all__ = ["Choice", "audit", "decode", "encode", "order_for", "resimulate", "trusted_countries"]
