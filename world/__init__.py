"""A world of our own: a closed little Internet with twenty made-up firms, for tests and for playing by hand.

Real servers (Knot, Unbound, nginx) in network namespaces without any outside route; nothing sent in them ever leaves the machine.
The addresses are those of the real networks, so that what Bascule knows about networks holds here too.
"""

from world.namespace import WorldUnavailable
from world.parts import Expected, Firm, Open
from world.world import World

__all__ = ["Expected", "Firm", "Open", "World", "WorldUnavailable"]
