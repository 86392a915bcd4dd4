"""One firm, all the stages: traces come in, become services, are weighed; what instead and what first.

Asking the network is put together in `bascule.audit.asking`, which is imported where somebody asks: files are read without it.
"""

from bascule.audit.document import decode, encode, encode_evidence
from bascule.audit.firm import audit, trusted_countries
from bascule.audit.orders import Choice, order_for, resimulate

__all__ = ["Choice", "audit", "decode", "encode", "encode_evidence", "order_for", "resimulate", "trusted_countries"]
