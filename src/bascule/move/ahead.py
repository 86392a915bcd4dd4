"""Reading ahead: the source works while the target writes, within bounds of memory."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Ahead(Generic[T]):
    """Yields what an iterable gives, taken by a thread of its own that stays a bounded weight ahead.

    An exception of the iterable is raised where its next value would have come. Leaving the `with` ends the thread before its next value.

    Args:
        values: What to read.
        weight: Weight of one value.
        room: Sum of weights that may wait.
        leave: Called when the reader leaves early, so that nobody waits for a value that takes long to come.
    """

    def __init__(self, values: Iterable[T], weight: Callable[[T], int], room: int, leave: Callable[[], None] = lambda: None) -> None:
        self._leave = leave
        self._values, self._weight, self._room = values, weight, room
        self._waiting: deque[T] = deque()
        self._held = 0
        self._change = threading.Condition()
        self._over = self._left = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._read, name="ahead", daemon=True)

    def __enter__(self) -> "Ahead[T]":
        self._thread.start()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        with self._change:
            self._left = True
            self._change.notify_all()
            over = self._over
        if not over:
            self._leave()
        self._thread.join()

    def _read(self) -> None:
        try:
            for value in self._values:
                weight = self._weight(value)
                with self._change:
                    while self._waiting and self._held + weight > self._room and not self._left:
                        self._change.wait()
                    if self._left:
                        return
                    self._waiting.append(value)
                    self._held += weight
                    self._change.notify_all()
        except BaseException as error:
            self._error = error
        finally:
            with self._change:
                self._over = True
                self._change.notify_all()

    def __iter__(self) -> Iterator[T]:
        while True:
            with self._change:
                while not self._waiting and not self._over:
                    self._change.wait()
                if not self._waiting:
                    break
                value = self._waiting.popleft()
                self._held -= self._weight(value)
                self._change.notify_all()
            yield value
        if self._error:
            raise self._error
