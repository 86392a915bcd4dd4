"""No test of this process asks anybody outside: whoever wants a network makes one of their own (see the folder world)."""

import asyncio

import pytest

from bascule.collect import cares


@pytest.fixture(autouse=True)
def _no_loop_of_the_browser(request):
    """The browser's driver keeps a loop running in the process that it was started in; tests without a browser begin without one."""
    running = asyncio._get_running_loop()
    if "browser" not in request.fixturenames:
        asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(running)


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
