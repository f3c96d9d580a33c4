"""A place where a model or a person stops in the middle of a run until the player lets it go on."""

from __future__ import annotations

import asyncio


class Hold:
    def __init__(self) -> None:
        self._reached = asyncio.Event()
        self._open = asyncio.Event()

    async def reached(self) -> None:
        """Waits until somebody stops here."""
        await self._reached.wait()

    async def stop_here(self) -> None:
        self._reached.set()
        await self._open.wait()
        self._reached.clear()
        self._open.clear()

    def let_go(self) -> None:
        self._open.set()
