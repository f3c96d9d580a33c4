import type { MessageContext } from "../agents/agent.ts";
import type { HandlerDefinition } from "../agents/handler-definition.ts";
import { rpc } from "../agents/handlers.ts";
import { RoutedAgent } from "../agents/routed-agent.ts";
import { callTool } from "../effects/call-tool.ts";
import { scope } from "../effects/effect.ts";
import { isObject, type JsonObject } from "../json.ts";
import type { FunctionCall } from "../models/messages.ts";
import { StaticWorkbench } from "../tools/static-workbench.ts";
import { toolResultToText } from "../tools/tool-result.ts";
import type { Tool } from "../tools/tool.ts";
import { InvalidToolArgumentsException, ToolExecutionException, ToolNotFoundException } from "./tool-exceptions.ts";
import { FunctionCallMessage, ToolResultMessage } from "./tool-messages.ts";

/**
 * An actor that runs tools: it answers a {@link FunctionCallMessage} with a {@link ToolResultMessage}.
 *
 * Blank arguments are taken for `{}`. What goes wrong is thrown to the sender: {@link ToolNotFoundException},
 * {@link InvalidToolArgumentsException} for arguments that are not JSON, and {@link ToolExecutionException} for all else.
 */
export class ToolAgent extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    /* @__PURE__ */ rpc(FunctionCallMessage, (self: ToolAgent, call, context) => self.#execute(call, context), {
      returns: [ToolResultMessage],
    }),
  ];

  readonly tools: readonly Tool[];
  readonly #workbench: StaticWorkbench;

  /** @throws ValueError when two tools have one name. */
  constructor(description: string, tools: readonly Tool[]) {
    super(description);
    this.#workbench = new StaticWorkbench({ tools });
    this.tools = this.#workbench.tools;
  }

  async #execute(call: FunctionCall, context: MessageContext): Promise<ToolResultMessage> {
    if (!this.tools.some((tool) => tool.name === call.name)) throw new ToolNotFoundException(call);
    const args = readArguments(call);
    const run = context.signal === undefined ? context.run : context.run.withSignal(context.signal);
    // A scope for each call: the messages of one sender arrive in its order, so parallel calls keep their addresses.
    const result = await scope(run, "tool-agent", (inner) =>
      callTool(
        inner,
        this.#workbench,
        { name: call.name, arguments: args, callId: call.id, index: 0 },
        { agent: this.type },
      ),
    );
    const content = toolResultToText(result);
    if (result.refusal !== undefined) throw new ToolExecutionException(call, content, "ERR_TOOL_REFUSED");
    if (result.isError) throw new ToolExecutionException(call, content);
    this.runtime.logger?.event({
      type: "ToolCall",
      toolName: call.name,
      arguments: args,
      result: content,
      agentId: this.id,
    });
    return ToolResultMessage({ content, callId: call.id, isError: false, name: call.name });
  }
}

function readArguments(call: FunctionCall): JsonObject {
  if (call.arguments.trim() === "") return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(call.arguments);
  } catch (error) {
    throw new InvalidToolArgumentsException(call, { cause: error });
  }
  if (!isObject(parsed)) throw new ToolExecutionException(call, "The arguments must be a JSON object.");
  // It comes from JSON.parse.
  return parsed as JsonObject;
}
