import type { Attributes } from "@opentelemetry/api";
import type { ToolPayload } from "@tesserae/wire/channels";
import { placeAttributes } from "./agent-spans.ts";
import { ATTRIBUTES, SYSTEM } from "./attributes.ts";
import { present, type SpanError } from "./span-writer.ts";

/** What spans of tools are told of a tool. */
export interface ToolFacts {
  readonly name: string;
  readonly description?: string | undefined;
  readonly callId?: string | null | undefined;
}

/** The attributes of every span that is about a tool. */
export function toolAttributes({ name, description, callId }: ToolFacts): Attributes {
  return present({
    [ATTRIBUTES.operation]: "execute_tool",
    [ATTRIBUTES.system]: SYSTEM,
    [ATTRIBUTES.toolName]: name,
    [ATTRIBUTES.toolDescription]: description,
    [ATTRIBUTES.toolCallId]: callId,
  });
}

/** The attributes of the span of a tool call when it begins. */
export function toolCallAttributes(
  payload: ToolPayload,
  description: string | undefined,
  captureContent: boolean,
): Attributes {
  return present({
    ...placeAttributes(payload),
    ...toolAttributes({ ...payload, description }),
    [ATTRIBUTES.agentName]: payload.agent,
    [ATTRIBUTES.source]: payload.source,
    [ATTRIBUTES.toolArguments]: captureContent ? JSON.stringify(payload.arguments) : undefined,
  });
}

/** What the span of a tool call is told at its end. */
export function toolEndAttributes(payload: ToolPayload, captureContent: boolean): Attributes {
  return present({ [ATTRIBUTES.toolResult]: captureContent ? payload.result : undefined });
}

/** What went wrong in a call. A tool that fails gives the model a text, and the run goes on; the text may be private. */
export function toolError(payload: ToolPayload, captureContent: boolean): SpanError | undefined {
  const { error, isError, errorType, result } = payload;
  if (error !== undefined || isError !== true) return error;
  const message = captureContent ? result : undefined;
  return { name: errorType ?? "tool_error", message: message ?? "The tool reported an error to the model." };
}
