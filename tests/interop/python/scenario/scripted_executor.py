"""A code executor that runs nothing: its results are a list."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from autogen_core import CancellationToken
from autogen_core.code_executor import CodeBlock, CodeExecutor, CodeResult


class ScriptedExecutor(CodeExecutor):
    """Each call takes the next result (`{exit_code, output}`) and writes down the blocks it was given."""

    def __init__(self, results: list[dict[str, Any]]) -> None:
        self._results = results
        self.executed: list[list[dict[str, str]]] = []

    async def execute_code_blocks(
        self, code_blocks: list[CodeBlock], cancellation_token: CancellationToken
    ) -> CodeResult:
        self.executed.append([asdict(block) for block in code_blocks])
        return CodeResult(**self._results[len(self.executed) - 1])

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def restart(self) -> None:
        pass
