import { isRawObject } from "@tesserae/wire";
import type { Reply } from "./answer-source.ts";
import type { TrafficRequest } from "./traffic-request.ts";

/** A body of JSON. */
export function jsonReply(status: number, body: object, headers: Reply["headers"] = {}): Reply {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    pieces: [JSON.stringify(body)],
    stream: false,
  };
}

/** Server-sent events, one piece each. */
export function streamReply(events: readonly string[], headers: Reply["headers"] = {}): Reply {
  return {
    status: 200,
    headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", ...headers },
    pieces: events,
    stream: true,
  };
}

/** Whether a stream is to end with usage: OpenAI's chat completions have it only where it is asked for. */
export function wantsUsage({ protocol, body }: TrafficRequest): boolean {
  if (protocol !== "openai-chat") return true;
  const options = isRawObject(body) ? body["stream_options"] : undefined;
  return isRawObject(options) && options["include_usage"] === true;
}
