import { isRawObject, type RawObject } from "@tesserae/wire";
import type { TessenEvent } from "../../events/tessen-event.ts";
import type { AnswerSource, Reply } from "../answer-source.ts";
import { jsonReply, streamReply, wantsUsage } from "../replies.ts";
import { protocolOf, type ServedProtocol, type TrafficRequest } from "../traffic-request.ts";
import { AnswersByRequest } from "./answers-by-request.ts";
import { streamEventsOf } from "./stream-events.ts";

/** A log that answers. */
interface LogSource extends AnswerSource {
  /** How many answers it has. */
  readonly size: number;
}

/** The answer of one event. */
interface LoggedAnswer {
  readonly event: TessenEvent;
  readonly status: number;
  readonly body: RawObject;
}

/**
 * Answers a request with what the log has for an equal one. Members that do not change the answer (`stream`, `user`,
 * `metadata`, …) are not compared; an answer is given in the form that is asked for, however it came. `redact` does to
 * a request what was done to those in the log. Events without whole bodies are left out.
 */
export function logSource(events: Iterable<TessenEvent>, redact: (body: unknown) => unknown): LogSource {
  const answers = new AnswersByRequest<LoggedAnswer>("event");
  const models = new Set<string>();
  let size = 0;
  for (const event of events) {
    const protocol = event.call_type === "request" ? protocolOfEvent(event) : undefined;
    const answer = protocol === undefined ? undefined : answerOf(event);
    if (protocol === undefined || answer === undefined) continue;
    answers.add(protocol, comparable(event.request_body), event.event_id, answer);
    size += 1;
    if (typeof event.model === "string") models.add(event.model);
  }
  return {
    size,
    models: [...models],
    answer(request) {
      if (request.protocol === undefined) return undefined;
      const answer = answers.take(request.protocol, comparable(redact(request.body)));
      return answer && { from: `log ${answer.event.event_id}`, answer: replyOf(answer, request.protocol, request) };
    },
    nearest: ({ protocol, body }) =>
      protocol === undefined ? undefined : answers.nearest(protocol, comparable(redact(body))),
  };
}

function protocolOfEvent({ http_url: url = "", surface }: TessenEvent): ServedProtocol | undefined {
  const byUrl = protocolOf(url.split(/[?#]/, 1)[0] ?? "");
  if (byUrl !== undefined) return byUrl;
  return Object.entries(SURFACES).find(([name]) => surface.includes(name))?.[1];
}

const SURFACES: Readonly<Record<string, ServedProtocol>> = {
  "chat.completions": "openai-chat",
  responses: "openai-responses",
  messages: "anthropic",
};

/** The whole answer of an event; `undefined` where the log has only a part of request or answer. */
function answerOf(event: TessenEvent): LoggedAnswer | undefined {
  const { status, response_body: body, error, stream_end: end = "complete" } = event;
  const isCut = (event.truncated ?? []).some(({ pointer }) =>
    /^\/(request_body|response_body|error)(\/|$)/.test(pointer),
  );
  if (isCut || !isRawObject(event.request_body)) return undefined;
  if (status === "ok") return isRawObject(body) && end === "complete" ? { event, status: 200, body } : undefined;
  const failed = event.http_status ?? error?.status_code ?? 0;
  return failed >= 400 && isRawObject(error?.body) ? { event, status: failed, body: error.body } : undefined;
}

function replyOf({ event, status, body }: LoggedAnswer, protocol: ServedProtocol, request: TrafficRequest): Reply {
  const logged = event.response_headers ?? event.error?.response_headers ?? {};
  const { "content-type": _type, ...headers } = Object.fromEntries(
    Object.entries(logged).map(([name, value]) => [name.toLowerCase(), value]),
  );
  if (status !== 200 || !request.stream) return jsonReply(status, body, headers);
  return streamReply(streamEventsOf(protocol, body, wantsUsage(request)), headers);
}

/** The members of a request by which its answer is found. */
function comparable(body: unknown): unknown {
  if (!isRawObject(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !VOLATILE.has(name)));
}

/** They say how the answer is to come, who asks and what is kept, and do not change what is said. */
const VOLATILE: ReadonlySet<string> = new Set([
  "metadata",
  "prompt_cache_key",
  "prompt_cache_retention",
  "safety_identifier",
  "service_tier",
  "store",
  "stream",
  "stream_options",
  "user",
]);
