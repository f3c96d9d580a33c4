"""What the catalogue says about one component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable


@dataclass(frozen=True)
class Entry:
    """One fixture. `make` builds the component anew; a `task` makes it runnable without a network."""

    make: Callable[[], Any]
    notes: str
    task: str | None = None
    scope: str = "now"
