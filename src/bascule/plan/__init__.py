"""What instead, and what first. Pure; the measure of exposure is passed in, so that both sides are measured alike."""

from bascule.plan.alternatives import Means, alternatives
from bascule.plan.first import first

__all__ = ["Means", "alternatives", "first"]
