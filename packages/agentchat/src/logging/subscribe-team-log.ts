import { getLogger, watchChannel, type FunctionCall, type JsonObject, type LogSink } from "@tesserae/core";
import { EVENT_LOGGER_NAME, TRACE_LOGGER_NAME } from "./logger-names.ts";

/** The model calls with which agents answer; all others lead. */
const ANSWERING: ReadonlySet<string> = new Set(["reply", "reflect", "retry"]);

/**
 * Writes what the agents and teams of this whole process do to sinks, at level debug, until the returned function is
 * called. To {@link TRACE_LOGGER_NAME}: each speaker of a team, and what a model said when it was to select one, to plan
 * or to keep a ledger. To {@link EVENT_LOGGER_NAME}, a JSON object each: the tool calls that models ask for, the result
 * of each, and what participants say to one another.
 *
 * Everything is written as it was said, and a replay is written too.
 */
export function subscribeTeamLog(sinks: LogSink | readonly LogSink[]): () => void {
  const trace = getLogger(sinks, TRACE_LOGGER_NAME);
  const events = getLogger(sinks, EVENT_LOGGER_NAME);
  const write = (event: JsonObject): void => events.debug(JSON.stringify(event));
  const ends = [
    watchChannel("agent", {
      started({ name, path, agentPath }) {
        if (agentPath.at(-2) === "team") trace.debug(`Selected speaker: ${name} (${path})`);
      },
    }),
    watchChannel("model", {
      ended({ agent, purpose, response, usage }) {
        if (response === undefined) return;
        if (!ANSWERING.has(purpose)) trace.debug(`${agent ?? "model"}, ${purpose}: ${response.text}`);
        if (response.toolCalls.length > 0)
          write({ ...requestOf(agent, response.toolCalls), models_usage: tokensOf(usage) });
      },
    }),
    watchChannel("tool", {
      // The channel tells of each result when it is there; the agent's own event holds all of a turn.
      ended({ agent, name, callId, result, isError }) {
        if (result === undefined) return;
        const content = [{ content: result, name, call_id: callId ?? "", is_error: isError ?? false }];
        write({ type: "ToolCallExecutionEvent", source: agent, content });
      },
    }),
    watchChannel("message", { started: ({ message }) => write({ ...message }) }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function requestOf(source: string | null, calls: readonly FunctionCall[]): JsonObject {
  const content = calls.map(({ id, arguments: args, name }) => ({ id, arguments: args, name }));
  return { type: "ToolCallRequestEvent", source, content };
}

function tokensOf(
  usage: { readonly inputTokens: number; readonly outputTokens: number } | undefined,
): JsonObject | null {
  return usage === undefined ? null : { prompt_tokens: usage.inputTokens, completion_tokens: usage.outputTokens };
}
