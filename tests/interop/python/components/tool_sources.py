"""Functions whose source text FunctionTool writes into its component."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from autogen_core import CancellationToken

if TYPE_CHECKING:
    import math  # `root` gets it through global_imports


def add(a: int, b: int) -> str:
    return str(a + b)


async def shout(text: Annotated[str, "What to shout"], times: int = 1) -> str:
    return " ".join([text.upper()] * times)


async def wait_for(seconds: float, cancellation_token: CancellationToken) -> str:
    return f"waited {seconds}"


def root(number: float) -> str:
    return str(math.sqrt(number))
