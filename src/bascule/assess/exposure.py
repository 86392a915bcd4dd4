"""Six layers become four questions: who decides, who can stop it, who can read it, can we leave."""

from collections.abc import Iterable

from bascule.assess import layers
from bascule.assess.interval import combine, weakest, weigh
from bascule.assess.layers import Setting
from bascule.model import Dependency, Exposure


def exposure(row: Dependency, setting: Setting) -> Exposure:
    """Return the layers and questions of one dependency; weights and reasons are in docs/method.md."""
    it = layers.subject(row, setting)
    control = combine(layers.control(it, setting))
    operation = combine(layers.operation(it, setting))
    data = combine(layers.data(it, setting))
    licence = combine(layers.licence_layer(it, setting))
    leave = combine(layers.exit_layer(it, setting))
    chain = combine(layers.chain(it, setting))
    held = weakest(control, operation)
    return Exposure(
        id=f"x:{row.id}",
        dependency=row.id,
        control=control,
        operation=operation,
        data=data,
        licence=licence,
        exit=leave,
        chain=chain,
        decide=weigh([(0.8, control), (0.2, licence)]),
        stop=weigh([(0.5, weakest(held, chain)), (0.4, held), (0.1, licence)]),
        read=weigh([(0.5, held), (0.5, data)]),
        leave=weigh([(0.75, leave), (0.25, licence)]),
    )


def exposures(rows: Iterable[Dependency], setting: Setting) -> tuple[Exposure, ...]:
    """Return one exposure a dependency, in their order."""
    return tuple(exposure(row, setting) for row in rows)
