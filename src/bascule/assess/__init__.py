"""Who decides, can stop, can read; can we leave; what stops if. Pure: the catalogue and the day are arguments."""

from bascule.assess.cite import Citations
from bascule.assess.contradictions import contradictions, marked
from bascule.assess.cutoff import cutoff
from bascule.assess.exposure import exposure, exposures
from bascule.assess.interval import Bound, combine
from bascule.assess.layers import Setting
from bascule.assess.reach import Order, Reach
from bascule.assess.savings import savings
from bascule.assess.seats import seated
from bascule.assess.witnesses import witnessed

__all__ = [
    "Bound",
    "Citations",
    "Order",
    "Reach",
    "Setting",
    "combine",
    "contradictions",
    "cutoff",
    "exposure",
    "exposures",
    "marked",
    "savings",
    "seated",
    "witnessed",
]
