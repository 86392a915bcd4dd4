"""One firm, all the stages: traces come in, become services, are weighed; what instead and what first."""

from bascule.audit.asking import Manners, asking, stamp
from bascule.audit.document import decode, encode, encode_evidence
from bascule.audit.firm import audit, trusted_countries
from bascule.audit.orders import Choice, order_for, resimulate

__all__ = ["Choice", "Manners", "asking", "audit", "decode", "encode", "encode_evidence", "order_for", "resimulate", "stamp", "trusted_countries"]
