import type { ToolPayload } from "@tesserae/wire/channels";
import { listened } from "../diagnostics/channels.ts";
import type { Draft, LeafChannel } from "../diagnostics/leaf-channel.ts";
import { placeOf, trace } from "../diagnostics/trace.ts";
import { isTesseraeError } from "../errors/tesserae-error.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { limitOfCode } from "../run/limits.ts";
import { errorToText, textToolResult, toolResultToJson, toolResultToText } from "../tools/tool-result.ts";
import type { ToolPolicy } from "../tools/tool-policy.ts";
import type { ToolCallOptions } from "../tools/tool.ts";
import type { StreamWorkbench, ToolResult, Workbench } from "../tools/workbench.ts";
import type { RunContext } from "../run/run-context.ts";
import { readByJournal, type LeafSpec } from "./effect-spec.ts";
import { admitToolCall } from "./admit-tool-call.ts";
import type { HeldCalls } from "./held-calls.ts";
import { leaf, scope } from "./effect.ts";
import type { Middleware } from "./middleware.ts";
import { refusedResult, withNote } from "./refused-tool-call.ts";
import { middlewareOf, throughMiddleware } from "./through-middleware.ts";
import { wholeItems } from "./effect-stream.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** A call of a tool, its arguments parsed. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: JsonObject;
  /** The model's id of the call; may repeat and may be empty. */
  readonly callId: string;
  /** The ordinal of the call within the agent's turn: it tells parallel calls apart in the journal. */
  readonly index: number;
}

/** Options of {@link callTool}. */
export interface CallToolOptions {
  readonly agent?: string | undefined;
  /** The agent's own policy; that of the run goes before it. */
  readonly policy?: ToolPolicy | undefined;
  /** The agent's own; that of the run stands around it. */
  readonly middleware?: readonly Middleware[] | undefined;
  /** Shows what a streaming tool does. A returned promise asks the tool to wait. */
  readonly onItem?: ((item: unknown) => void | Promise<void>) | undefined;
  /** What the agent's state keeps of the calls of its turn. */
  readonly held?: HeldCalls | undefined;
}

/**
 * Calls a tool of a workbench: a leaf `tool:NAME`, or a scope `call[index]` for a tool that is composite.
 *
 * What keeps it from being made is a result that tells the model: a denial, a limit of the run (also one that stopped an
 * agent inside of the tool), or a crash that left the outcome unknown.
 *
 * Middleware stands around all of it: what it changes is what is asked about, counted and recorded.
 *
 * @throws RuntimeError `ERR_INPUT_WAITING` when a person must approve it and nobody is there; CancelledError on abort.
 */
export function callTool(
  context: RunContext,
  workbench: Workbench,
  call: ToolCall,
  options: CallToolOptions = {},
): Promise<ToolResult> {
  const middleware = middlewareOf(context, options.middleware);
  if (middleware === undefined) return makeAdmittedCall(context, workbench, call, options);
  const { agent = context.scope?.agent ?? undefined } = options;
  return throughMiddleware(middleware, {
    hook: (one: Middleware) => one.toolCall,
    context,
    call: { ...call, agent, context },
    type: "ToolResult",
    what: `a call of the tool "${call.name}" by ${agent ?? "the run"}`,
    index: call.index,
    perform: ({ name, arguments: args }, inner) =>
      makeAdmittedCall(inner, workbench, { ...call, name, arguments: args }, options),
    record: (answer) =>
      leaf(
        context,
        { ...toolLeaf(context, workbench, call, { agent }), kind: "choice", account: undefined, channel: undefined },
        () => Promise.resolve(answer),
      ),
  });
}

async function makeAdmittedCall(
  context: RunContext,
  workbench: Workbench,
  call: ToolCall,
  options: CallToolOptions,
): Promise<ToolResult> {
  const { requiresApproval, composite, repeat } = workbench.toolTraits?.(call.name) ?? {};
  const { policy, agent, held } = options;
  if (held?.doubtful.has(call.index) === true && composite !== true && repeat !== "safe") {
    return textToolResult(call.name, inDoubtText(call), true);
  }
  const decided = held?.decisions.get(call.index);
  const isFree =
    decided === undefined &&
    policy === undefined &&
    held?.inputs.has(call.index) !== true &&
    context.hooks?.toolPolicy === undefined &&
    (requiresApproval === undefined || requiresApproval === false);
  if (isFree && isPlain(context)) return makePlainCall(context, workbench, call, options);
  try {
    if (isFree) return await makeCall(context, workbench, call, options);
    const decision = decided ?? (await admitToolCall(context, call, { agent, policy, requiresApproval, held }));
    if (composite === true) held?.decisions.set(call.index, decision);
    if (!decision.approved) return refusedResult(call.name, { type: "denied", reason: decision.reason ?? "" });
    const { arguments: changed } = decision;
    if (changed === undefined) return await makeCall(context, workbench, call, options);
    return withNote(await makeCall(context, workbench, { ...call, arguments: changed }, options), changed);
  } catch (error) {
    const limit = isTesseraeError(error) ? limitOfCode(error.code) : undefined;
    // When the time is over nobody has any left.
    if (limit === undefined || limit === "maxDurationMs") throw error;
    return refusedResult(call.name, { type: "limit", reason: errorToText(error), limit });
  }
}

/** True when nobody records or watches the tool calls of this context. */
function isPlain({ session }: RunContext): boolean {
  return session === undefined && listened("tool") === undefined && listened("effect") === undefined;
}

/** A run with limits has a session: nothing is refused here. */
function makePlainCall(
  context: RunContext,
  workbench: Workbench,
  call: ToolCall,
  { onItem }: CallToolOptions,
): Promise<ToolResult> {
  const { meter, signal } = context;
  meter?.reserveToolCall();
  return runTool(workbench, call, { signal, callId: call.callId, context }, onItem);
}

async function makeCall(
  context: RunContext,
  workbench: Workbench,
  call: ToolCall,
  options: CallToolOptions,
): Promise<ToolResult> {
  if (isPlain(context)) return makePlainCall(context, workbench, call, options);
  if (workbench.toolTraits?.(call.name)?.composite === true) return callComposite(context, workbench, call, options);
  try {
    return await leaf(context, toolLeaf(context, workbench, call, options), (io) => {
      const { signal, idempotencyKey } = io;
      const given = { signal, callId: call.callId, context: io.context, idempotencyKey };
      return runTool(workbench, call, given, options.onItem === undefined ? undefined : io.emit);
    });
  } catch (error) {
    if (!isTesseraeError(error, "ERR_EFFECT_IN_DOUBT")) throw error;
    return textToolResult(call.name, inDoubtText(call), true);
  }
}

async function callComposite(
  context: RunContext,
  workbench: Workbench,
  call: ToolCall,
  options: CallToolOptions,
): Promise<ToolResult> {
  const { meter } = context;
  // A refusal is an outcome that a replay must see again: the admission is a leaf of its own.
  if (meter?.admitsToolCalls === true) await leaf(context, admission(context, call), () => Promise.resolve(null));
  else meter?.reserveToolCall();
  const channel = toolChannel(call, options.agent);
  const run = (inner: RunContext): Promise<ToolResult> =>
    runTool(workbench, call, { signal: inner.signal, callId: call.callId, context: inner }, options.onItem);
  const address = `${context.path}/call[${call.index}]`;
  return scope(
    context,
    "call",
    (inner) =>
      trace(
        "tool",
        () => channel.start({ ...placeOf(inner, options.agent), address, source: "world" }),
        () => run(inner),
        (payload, result) => endTool(payload, result),
      ),
    { index: call.index },
  );
}

function admission(context: RunContext, call: ToolCall): LeafSpec<null> {
  return {
    kind: "limit",
    name: call.name,
    index: call.index,
    repeat: "safe",
    request: () => null,
    account: { reserve: (force) => context.meter?.reserveToolCall(force) ?? { cost: 0, tokens: 0 } },
  };
}

function toolLeaf(
  context: RunContext,
  workbench: Workbench,
  call: ToolCall,
  { agent, onItem }: CallToolOptions,
): LeafSpec<ToolResult> {
  return {
    kind: "tool",
    name: call.name,
    index: call.index,
    repeat: workbench.toolTraits?.(call.name)?.repeat ?? "never",
    request: () => ({ name: call.name, arguments: call.arguments }),
    codec: { encode: toolResultToJson, decode: readByJournal },
    tool: call.name,
    account: { reserve: (force) => context.meter?.reserveToolCall(force) ?? { cost: 0, tokens: 0 } },
    channel: toolChannel(call, agent),
    ...(onItem === undefined
      ? {}
      : { items: { deliver: onItem, ...wholeItems({ encode: withoutUndefined, decode: (item) => item }) } }),
  };
}

function toolChannel(call: ToolCall, agent: string | undefined): LeafChannel<ToolResult> {
  return {
    name: "tool",
    start: (place): Draft<ToolPayload> => ({
      ...place,
      agent: agent ?? place.agent,
      name: call.name,
      callId: call.callId === "" ? null : call.callId,
      arguments: call.arguments,
    }),
    end: (payload, result, { errorType }) => endTool(payload, result, errorType),
  };
}

function endTool(payload: object, result: ToolResult, errorType?: string): void {
  const ended: Partial<ToolPayload> = {
    result: toolResultToText(result),
    isError: result.isError,
    ...(errorType === undefined ? {} : { errorType }),
  };
  Object.assign(payload, ended);
}

/** Calls the tool; what a streaming one shows goes to `onItem`. */
async function runTool(
  workbench: Workbench,
  call: ToolCall,
  options: ToolCallOptions,
  onItem: ((item: unknown) => void | Promise<void>) | undefined,
): Promise<ToolResult> {
  if (onItem === undefined || !isStreamWorkbench(workbench)) {
    return workbench.callTool(call.name, call.arguments, options);
  }
  let result: ToolResult | undefined;
  for await (const item of workbench.callToolStream(call.name, call.arguments, options)) {
    if (isToolResult(item)) result = item;
    else await onItem(item);
  }
  return result ?? textToolResult(call.name, `The tool "${call.name}" ended its stream without a result.`, true);
}

function isStreamWorkbench(workbench: Workbench): workbench is StreamWorkbench {
  return "callToolStream" in workbench && typeof workbench.callToolStream === "function";
}

function isToolResult(item: unknown): item is ToolResult {
  return isObject(item) && item["type"] === "ToolResult";
}

function inDoubtText(call: ToolCall): string {
  const args: Json = call.arguments;
  return (
    `The call of the tool "${call.name}" with the arguments ${JSON.stringify(args)} had begun when the program was ` +
    "interrupted. Its outcome is unknown, and it was not repeated. " +
    "Find out what happened before you call it again."
  );
}
