import type { TraceEntry } from "./record-trace.ts";

/** One entry of a trace as a line. */
export function traceLine(entry: TraceEntry): string {
  return `${what(entry)}${entry.payload.error === undefined ? "" : ` ! ${entry.payload.error.name}: ${entry.payload.error.message}`}`;
}

function what(entry: TraceEntry): string {
  switch (entry.kind) {
    case "run":
      return `run ${entry.payload.name}`;
    case "agent":
      return `agent ${entry.payload.name}`;
    case "model": {
      const { purpose, response } = entry.payload;
      if (response === undefined) return `model ${purpose}`;
      const calls = response.toolCalls.map((call) => `${call.name}(${call.arguments})`);
      return `model ${purpose}: ${[...(response.text === "" ? [] : [response.text]), ...calls].join(", ")}`;
    }
    case "tool": {
      const { name, arguments: args, result, isError } = entry.payload;
      const call = `tool ${name}(${JSON.stringify(args)})`;
      return result === undefined ? call : `${call}${isError === true ? " failed" : ""}: ${result}`;
    }
    case "message":
      return `message ${entry.payload.from}: ${text(entry.payload.message.content)}`;
    case "effect":
      return `${entry.payload.kind} ${entry.payload.name}: ${text(entry.payload.result)}`;
  }
}

function text(content: unknown): string {
  return typeof content === "string" ? content : JSON.stringify(content ?? null);
}
