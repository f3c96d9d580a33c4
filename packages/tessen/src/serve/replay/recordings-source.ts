import { isRawObject } from "@tesserae/wire";
import type { AnswerSource, Reply } from "../answer-source.ts";
import { protocolOf, type TrafficRequest } from "../traffic-request.ts";
import { AnswersByRequest } from "./answers-by-request.ts";
import { readRecordings, type RecordedExchange } from "./recording.ts";

/**
 * Answers with recorded bytes what was recorded: the request must be equal in method, path (a provider's prefix before
 * the path of a served protocol does not count) and JSON of the body.
 */
export function recordingsSource(path: string): AnswerSource {
  const exchanges = readRecordings(path);
  const answers = new AnswersByRequest<RecordedExchange>("recording");
  const models = new Set<string>();
  for (const exchange of exchanges) {
    answers.add(routeOf(exchange.method, exchange.path), comparable(exchange.request), exchange.name, exchange);
    const model = isRawObject(exchange.request) ? exchange.request["model"] : undefined;
    if (typeof model === "string" && protocolOf(exchange.path) !== undefined) models.add(model);
  }
  const asked = (request: TrafficRequest): readonly [route: string, body: unknown] => [
    routeOf(request.method, request.path),
    request.body ?? comparable(bodyText(request)),
  ];
  return {
    models: [...models],
    answer(request) {
      const exchange = answers.take(...asked(request));
      return exchange && { from: `recordings ${exchange.name}`, answer: replyOf(exchange) };
    },
    nearest: (request) => answers.nearest(...asked(request)),
  };
}

function routeOf(method: string, path: string): string {
  return `${method} ${(method === "POST" ? protocolOf(path) : undefined) ?? path}`;
}

/** No body and an empty one are the same. */
function comparable(body: unknown): unknown {
  return body === undefined || body === "" ? null : body;
}

/** A body that is no JSON, in the form in which recordings have it. */
function bodyText({ bytes }: TrafficRequest): unknown {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString("utf8");
  return buffer.equals(Buffer.from(text)) ? text : { $base64: buffer.toString("base64") };
}

function replyOf({ status, headers, response }: RecordedExchange): Reply {
  const body = bodyOf(response);
  const type = headers["content-type"] ?? typeOf(response);
  const stream = typeof body === "string" && type.startsWith("text/event-stream");
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !FRAMING_HEADERS.has(name)));
  // After each blank line an event ends. Joined, the pieces are the recorded bytes.
  const pieces = stream ? body.split(/(?<=\n\r?\n)/) : [body];
  return { status, headers: { "content-type": type, ...kept }, pieces, stream };
}

/** They describe bytes that are framed and encoded anew here. */
const FRAMING_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "keep-alive",
  "transfer-encoding",
]);

function bodyOf(body: unknown): string | Uint8Array {
  if (typeof body === "string") return body;
  const base64 = isRawObject(body) ? body["$base64"] : undefined;
  return typeof base64 === "string" ? Buffer.from(base64, "base64") : JSON.stringify(body ?? null);
}

function typeOf(body: unknown): string {
  if (typeof body !== "string") return "application/json";
  return /^(event|data|id|:)/.test(body) ? "text/event-stream" : "text/plain; charset=utf-8";
}
