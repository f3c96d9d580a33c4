"""Tools and workbenches."""

from __future__ import annotations

from autogen_core.code_executor import Alias, ImportFromModule
from autogen_core.tools import FunctionTool, StaticStreamWorkbench, StaticWorkbench, ToolOverride

from . import tool_sources as sources
from .entry import Entry

ADD = "Adds two integers."


def add_tool() -> FunctionTool:
    return FunctionTool(sources.add, description=ADD, name="add")


def shout_tool() -> FunctionTool:
    return FunctionTool(
        sources.shout, description="Shouts a text.", global_imports=[ImportFromModule("typing", ["Annotated"])]
    )


def token_tool() -> FunctionTool:
    imports = [ImportFromModule("autogen_core", ["CancellationToken"])]
    return FunctionTool(sources.wait_for, description="Waits.", global_imports=imports)


def imports_tool() -> FunctionTool:
    return FunctionTool(
        sources.root,
        description="Square root.",
        global_imports=["math", ImportFromModule("typing", ["Any", Alias("Dict", "D")]), Alias("json", "js")],
    )


def overridden_workbench() -> StaticWorkbench:
    overrides = {
        "add": ToolOverride(name="sum_of", description="Sum of two integers."),
        "shout": ToolOverride(description="Louder, please."),
    }
    return StaticWorkbench([add_tool(), shout_tool()], overrides)


ENTRIES = {
    "tool-function": Entry(add_tool, "synchronous function, two required integers"),
    "tool-function-async": Entry(shout_tool, "asynchronous, described parameter, default value"),
    "tool-function-token": Entry(token_tool, "has_cancellation_support is true"),
    "tool-function-missing-import": Entry(
        lambda: FunctionTool(sources.wait_for, description="Waits."), "a name in the source that is not imported"
    ),
    "tool-function-imports": Entry(imports_tool, "global_imports in their three forms"),
    "workbench-static": Entry(lambda: StaticWorkbench([add_tool(), shout_tool()]), "two function tools"),
    "workbench-static-overrides": Entry(overridden_workbench, "a renamed tool and a new description"),
    "workbench-static-stream": Entry(lambda: StaticStreamWorkbench([add_tool()]), "the kind AssistantAgent makes"),
    "workbench-empty": Entry(lambda: StaticStreamWorkbench([]), "no tools"),
}
