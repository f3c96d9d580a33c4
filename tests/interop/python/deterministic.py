"""Makes the ids and timestamps of messages the same in every run, so that files with them can be compared."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta, timezone

import autogen_agentchat.messages as messages

START = datetime(2025, 1, 2, 3, 4, 5, 678901, tzinfo=timezone.utc)
STEP = timedelta(milliseconds=1, microseconds=37)


def make_deterministic(seed: int) -> None:
    """Replaces the sources of message ids and of `created_at`. Call it again to start over."""
    source = random.Random(seed)
    ticks = iter(range(1_000_000_000))

    def next_id() -> uuid.UUID:
        return uuid.UUID(int=source.getrandbits(128), version=4)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return START + STEP * next(ticks)

    uuid.uuid4 = next_id
    setattr(messages, "datetime", Clock)
