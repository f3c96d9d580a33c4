"""Lets Python dump a FunctionTool that it loaded.

AutoGen loads such a tool by executing its source, then cannot find the source again (`OSError: could not get source
code`), so that nothing with a function tool survives load and dump in Python. Here the config it was loaded from is
kept beside the tool and written out again; loading itself (compile and execute) stays AutoGen's own.
"""

from __future__ import annotations

from typing import Any

from autogen_core.tools import FunctionTool

_from_config = FunctionTool._from_config.__func__  # type: ignore[attr-defined]
_to_config = FunctionTool._to_config


def remembering_from_config(cls: type[FunctionTool], config: Any) -> FunctionTool:
    tool: FunctionTool = _from_config(cls, config)
    tool.loaded_from = config  # type: ignore[attr-defined]
    return tool


def remembered_to_config(self: FunctionTool) -> Any:
    return getattr(self, "loaded_from", None) or _to_config(self)


FunctionTool._from_config = classmethod(remembering_from_config)  # type: ignore[assignment]
FunctionTool._to_config = remembered_to_config  # type: ignore[method-assign]
