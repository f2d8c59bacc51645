"""Facts that one capability records and others react to.

A listener runs inside the transaction that records the fact and stands or falls with it. What must happen after the
commit (an index update, a message) is put into the outbox by such a listener: see ``jobs``.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

Fact = TypeVar("Fact")
Listener = Callable[[object], None]
_listeners: dict[type, list[Listener]] = defaultdict(list)


def listens_to(kind: type[Fact]) -> Callable[[Callable[[Fact], None]], Callable[[Fact], None]]:
    """Call the decorated function with each recorded fact of this kind, in the order of registration."""

    def register(listener: Callable[[Fact], None]) -> Callable[[Fact], None]:
        if listener not in _listeners[kind]:
            _listeners[kind].append(listener)  # type: ignore[arg-type]
        return listener

    return register


def record(fact: object) -> None:
    """Tell every listener of the fact's kind, now. An error in one fails the transaction."""
    for listener in _listeners[type(fact)]:
        listener(fact)
