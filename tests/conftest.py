"""No test of this process asks anybody outside: whoever wants a network makes one of their own (see the folder world)."""

import pytest

from bascule.collect import cares


@pytest.fixture(autouse=True)
def _nobody_outside(monkeypatch):
    """The system's resolvers are not there, and others answer on loopback only."""

    def checked(server: str) -> str:
        found = _checked(server)
        assert found.startswith(("127.", "[::1]")), f"a test wanted to ask {server}"
        return found

    def system() -> list[str]:
        raise OSError("no resolver")

    _checked = cares._checked
    monkeypatch.setattr(cares, "_checked", checked)
    monkeypatch.setattr(cares, "_system", system)
