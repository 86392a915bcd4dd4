"""One world for each worker, where the machine can hold one."""

import pytest

from world import World, WorldUnavailable


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    try:
        with World.start(tmp_path_factory.mktemp("world")) as started:
            yield started
    except WorldUnavailable as reason:
        pytest.skip(f"no world here: {reason}")
