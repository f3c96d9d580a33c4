import type { IncomingHttpHeaders } from "node:http";
import { decodeAnthropic, decodeOpenAIChat, decodeOpenAIResponses } from "@tesserae/wire";
import type { AssembledResponse, Protocol } from "@tesserae/wire/response";
import { SseDecoder } from "@tesserae/wire/sse";
import type { Usage } from "@tesserae/wire/usage";
import type { Exchange } from "../../exchange.ts";
import { assemblerOf } from "../../relay/read-stream.ts";
import { JsonScanner } from "../../http/json/json-scanner.ts";
import type { AnswerForm } from "../key/request-key.ts";
import { isPlainlyWholeBody } from "./plainly-whole-body.ts";
import { isPlainlyWholeStream } from "./plainly-whole-stream.ts";

/** An answer that was relayed whole. */
export interface WholeAnswer {
  readonly status: number;
  /** The upstream's. */
  readonly headers: IncomingHttpHeaders;
  /** All bytes that the upstream sent, the chunk of the usage included that the caller did not ask for. */
  readonly body: Buffer;
  readonly form: AnswerForm;
  /** As the provider reported it; `null` where it was estimated, which is never stored. */
  readonly usage: Usage | null;
  /** The provider's word for why the model stopped. */
  readonly finish: string | null;
}

/** Larger answers are not stored. */
const LARGEST_BODY = 1024 * 1024;
/** The providers' words for an answer that is whole: of chat completions, messages and responses. */
const WHOLE: ReadonlySet<string | null> = new Set([
  "stop",
  "tool_calls",
  "end_turn",
  "tool_use",
  "stop_sequence",
  "completed",
]);

/** Why an answer is not to be stored; `undefined` where it may be. */
export function whyNotStorable(
  exchange: Exchange,
  answer: WholeAnswer,
  scanner: JsonScanner = new JsonScanner(),
): string | undefined {
  if (answer.status !== 200) return "status";
  if (answer.body.length > LARGEST_BODY) return "size";
  if (answer.usage === null) return "usage";
  if ((answer.headers["content-encoding"] ?? "identity") !== "identity") return "encoding";
  if (exchange.endpoint === "embeddings" || exchange.endpoint === "messages.count_tokens") {
    return answer.form === "json" && holdsResult(answer.body) ? undefined : "empty";
  }
  if (!WHOLE.has(answer.finish)) return "finish";
  const isPlain =
    answer.form === "sse"
      ? isPlainlyWholeStream(exchange.protocol, answer.body, WHOLE)
      : isPlainlyWholeBody(scanner, exchange.protocol, answer.body, WHOLE);
  if (isPlain) return undefined;
  const response =
    answer.form === "json" ? decoded(exchange.protocol, answer.body) : assembled(exchange.protocol, answer.body);
  if (response === undefined || !response.complete) return "incomplete";
  if (!WHOLE.has(response.rawFinishReason)) return "finish";
  if (response.finishReason === "content_filter" || response.refusal !== undefined) return "refusal";
  if (response.text === "" && response.toolCalls.length === 0) return "empty";
  return response.usage === null ? "usage" : undefined;
}

function decoded(protocol: Protocol, body: Buffer): AssembledResponse | undefined {
  const parsed = parse(body);
  if (protocol === "openai-chat") return decodeOpenAIChat(parsed);
  if (protocol === "openai-responses") return decodeOpenAIResponses(parsed);
  return protocol === "anthropic" ? decodeAnthropic(parsed) : undefined;
}

/** The answer of a stream that was ended by its protocol's last event: without it a replay would look cut. */
function assembled(protocol: Protocol, body: Buffer): AssembledResponse | undefined {
  const assembler = assemblerOf(protocol);
  for (const { data } of new SseDecoder().push(body)) assembler.pushData(data);
  return assembler.ended ? assembler.finish() : undefined;
}

/** Embeddings have their `data`, a count of tokens has `input_tokens`. */
function holdsResult(body: Buffer): boolean {
  const parsed = parse(body);
  if (typeof parsed !== "object" || parsed === null) return false;
  if ("data" in parsed) return Array.isArray(parsed.data) && parsed.data.length > 0;
  return "input_tokens" in parsed && typeof parsed.input_tokens === "number";
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
