import { InMemoryStore } from "../cache-store/in-memory-store.ts";
import { ListMemory } from "../memory/list-memory.ts";
import { BufferedChatCompletionContext } from "../model-context/buffered-context.ts";
import { HeadAndTailChatCompletionContext } from "../model-context/head-and-tail-context.ts";
import { TokenLimitedChatCompletionContext } from "../model-context/token-limited-context.ts";
import { UnboundedChatCompletionContext } from "../model-context/unbounded-context.ts";
import { CachedTool } from "../tools/cached-tool.ts";
import { FUNCTION_TOOL_COMPONENT, PythonFunctionTool } from "../tools/function-tool-components.ts";
import { LimitedTool } from "../tools/limit-tool-result.ts";
import { ProviderTool } from "../tools/provider-tool.ts";
import { StaticStreamWorkbench, StaticWorkbench } from "../tools/static-workbench.ts";
import type { ComponentClass, ComponentDefinition } from "./component.ts";

/** The components of this package, for a registry. */
export function coreComponents(): readonly (ComponentClass | ComponentDefinition)[] {
  return [
    UnboundedChatCompletionContext,
    BufferedChatCompletionContext,
    HeadAndTailChatCompletionContext,
    TokenLimitedChatCompletionContext,
    ListMemory,
    InMemoryStore,
    StaticWorkbench,
    StaticStreamWorkbench,
    PythonFunctionTool,
    FUNCTION_TOOL_COMPONENT,
    CachedTool,
    LimitedTool,
    ProviderTool,
  ];
}
