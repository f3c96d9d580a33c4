import type { EventError, TessenEvent } from "../events/tessen-event.ts";
import type { LogBody, LogRecord } from "../log/log-record.ts";
import { tagsOf } from "../tags/tags-of.ts";
import { costMembers, costOf, type CallCost } from "./cost.ts";
import { castedBody, type CastedBody, type CastMode } from "./casted-body.ts";
import { countedUsage, type CountedUsage } from "./counted-usage.ts";
import type { EventBase } from "./event-base.ts";
import type { FinishedCall } from "./finished-call.ts";
import { gatewayOf, isGatewayHit, type GatewayFacts } from "./gateway.ts";
import {
  allowedRequestHeaders,
  allowedRequestValues,
  allowedResponseHeaders,
  requestIdOf,
  type AllowedHeaders,
} from "./headers.ts";
import { jsonMember, membersOf, numberMember, textMember } from "./json-members.ts";
import { placeMembers } from "./place-members.ts";
import type { Prices } from "./prices.ts";
import type { RetryLink } from "./retry-links.ts";
import { textAt } from "./raw.ts";
import { responseFacts, type ResponseFacts } from "./response-facts.ts";
import { TaggedView } from "./tagged-view.ts";
import { mayHoldToolResults, toolResultsOf } from "./tool-results.ts";
import { usageMember } from "./usage.ts";

const PICO = 1_000_000_000_000;

/** What a record of a model call is made with. */
export interface RequestRecordOptions {
  readonly prices: Prices;
  readonly cast: CastMode;
  /** False: bodies are left out. */
  readonly content: boolean;
  /** The event's id; default: the next. */
  readonly eventId?: string;
  /** What the call repeats. */
  readonly retry?: RetryLink | undefined;
}

/** The record of a model call: facts first, then tags, then the bodies as the texts that they already are. */
export function requestRecord(call: FinishedCall, base: EventBase, options: RequestRecordOptions): LogRecord {
  const { eventId = base.ids.nextEventId(), retry } = options;
  const facts = responseFacts(call.protocol, call.response);
  const headers = allowedResponseHeaders(call.responseHeaders);
  const gateway = gatewayOf(headers);
  const view = new TaggedView(call, errorTypeOf(call));
  const tags = tagsOf(view);
  const model = call.model ?? textAt(view.request, "model");
  const counted = countedUsage(call.protocol, call.response, facts.usage, () => bytesOf(call.requestText));
  const usage = counted?.usage ?? call.known?.usage;
  const casted = castedBody(call, options);
  const head = [
    base.identityText(eventId, call.startedAt),
    callMembers(call, base),
    numberMember("duration_ms", rounded(call.durationMs)),
    `,"streamed":${call.streamed},"status":"${call.status}"`,
    tags.signals.length === 0
      ? ',"quality_signals":[]'
      : jsonMember("quality_signals", tags.signals) + jsonMember("quality_details", tags.details),
    base.repeated.models.of(
      [model, facts.model],
      () => textMember("model", model) + textMember("response_model", facts.model),
    ),
    textMember("request_id", requestIdOf(headers)),
    usage === undefined ? "" : usageMember(usage, counted?.estimated),
    costMembers(costOfCall(call, { facts, counted, gateway, model }, options.prices)),
    finishReasonMember(call, facts),
    numberMember("ttft_ms", call.ttftMs === undefined ? undefined : rounded(call.ttftMs)),
    textMember("stream_end", call.streamEnd),
    numberMember("chunks_captured", call.chunks),
    call.attempts.length === 0 ? "" : membersOf(attemptMembers(call)),
    textMember("retry_of", retry?.retryOf),
    numberMember("attempt", retry?.attempt),
    call.place === undefined ? "" : membersOf(placeMembers(call.place)),
    facts.toolCalls.length === 0 ? "" : jsonMember("tool_calls", facts.toolCalls),
    toolResultMember(call, view),
    truncatedMember(call, casted),
    base.processText(),
    base.repeated.sdk.of([call.sdk?.name, call.sdk?.version], () => jsonMember("sdk", call.sdk)),
    jsonMember("gateway", gateway),
    call.leaf === true ? ',"leaf":true' : "",
    call.bodyUnavailable === true ? ',"body_unavailable":true' : "",
    call.error === undefined ? "" : jsonMember("error", errorMember(call.error, headers, options.content)),
    sdkHeadersMember(call, base),
    requestTextMember(call, options.content, view),
    "}",
  ].join("");
  return { head, bodies: bodiesOf(call, headers, options.content, view, casted.body) };
}

/** What was called, and where: members that most calls of a program have in common. */
function callMembers(call: FinishedCall, base: EventBase): string {
  const { tier, provider, surface, method, url, httpStatus, callSite } = call;
  return base.repeated.call.of(
    [
      tier,
      provider,
      surface,
      method,
      url,
      httpStatus,
      callSite?.file,
      callSite?.line,
      callSite?.func,
      callSite === null,
    ],
    () =>
      `,"_tessen_tier":${tier}${textMember("provider", provider)}${textMember("surface", surface)},"call_type":"request"` +
      textMember("http_method", method) +
      textMember("http_url", url) +
      numberMember("http_status", httpStatus) +
      jsonMember("call_site", callSite),
  );
}

function sdkHeadersMember({ requestHeaders }: FinishedCall, base: EventBase): string {
  if (requestHeaders === undefined) return "";
  const values = allowedRequestValues(requestHeaders);
  return base.repeated.sdkHeaders.of(values, () => jsonMember("sdk_headers", allowedRequestHeaders(values)));
}

function errorTypeOf({ error }: FinishedCall): string | undefined {
  if (error === undefined) return undefined;
  const body = error.body;
  const inner = typeof body === "object" && body !== null && "error" in body ? body["error"] : body;
  return textAt(inner, "type") ?? textAt(inner, "code") ?? textAt(inner, "status") ?? error.type;
}

function finishReasonMember(call: FinishedCall, facts: ResponseFacts): string {
  if (call.status === "error" && call.response === undefined) return "";
  return jsonMember("finish_reason", facts.finishReason ?? call.known?.finishReason ?? null);
}

/** What the cost of a call follows from, beside the call. */
interface CostFacts {
  readonly facts: ResponseFacts;
  readonly counted: CountedUsage | undefined;
  readonly gateway: GatewayFacts | undefined;
  readonly model: string | undefined;
}

function bytesOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Buffer.byteLength(text);
}

function costOfCall(call: FinishedCall, { facts, counted, gateway, model }: CostFacts, prices: Prices): CallCost {
  if (call.surface.endsWith("count_tokens")) return { cost_usd: 0 };
  const computed = costOf(
    {
      provider: call.provider,
      models: [facts.model, model].filter((name) => name !== undefined),
      at: call.startedAt,
      usage: counted?.usage ?? call.known?.usage,
      failedEarly: call.status === "error" && call.response === undefined && call.streamEnd === undefined,
      flags: [...flagsOf(call, facts, gateway), ...(counted?.estimated === true ? ["estimated"] : [])],
      reported: gateway?.cost_usd,
    },
    prices,
  );
  const told = call.known?.cost;
  // What the framework reckoned of an impossible count is no cost.
  if (told === undefined || counted?.estimated === true || computed.cost?.source === "reported") return computed;
  if (told === null) return { cost_usd: null };
  // The user may have told the client a price of their own: its parts are not known here.
  return Math.round((computed.cost_usd ?? -1) * PICO) === told ? computed : { cost_usd: told / PICO };
}

function flagsOf(call: FinishedCall, facts: ResponseFacts, gateway: GatewayFacts | undefined): string[] {
  const flags: string[] = [];
  const tier = facts.serviceTier;
  if (tier === "flex" || tier === "priority" || tier === "batch") flags.push(tier);
  if (isGatewayHit(gateway) || call.known?.cached === true) flags.push("gateway_hit");
  return flags;
}

function attemptMembers({ attempts }: FinishedCall): Partial<TessenEvent> {
  const failed = attempts.some((attempt) => attempt.error_code !== undefined || (attempt.http_status ?? 0) >= 400);
  if (attempts.length < 2 && !failed) return {};
  const waited = attempts.reduce((sum, attempt) => sum + (attempt.waited_ms ?? 0), 0);
  return {
    attempts,
    ...(attempts.length < 2 ? {} : { retry_count: attempts.length - 1, wait_ms: rounded(waited) }),
  };
}

function toolResultMember(call: FinishedCall, view: TaggedView): string {
  const { protocol, requestText } = call;
  if (protocol === undefined || requestText === undefined || !mayHoldToolResults(protocol, requestText)) return "";
  const results = toolResultsOf(protocol, view.request);
  return results.length === 0 ? "" : jsonMember("tool_results", results);
}

function truncatedMember({ omission }: FinishedCall, { truncated }: CastedBody): string {
  const all = [omission, truncated].filter((one) => one !== undefined);
  return all.length === 0 ? "" : jsonMember("truncated", all);
}

function errorMember(error: EventError, headers: AllowedHeaders | undefined, content: boolean): EventError {
  const { body, ...rest } = error;
  return {
    ...rest,
    ...(body === undefined || !content ? {} : { body }),
    ...(headers === undefined ? {} : { response_headers: headers }),
  };
}

/** A body that is no JSON is kept as text: a form, or half an object. */
function requestTextMember(call: FinishedCall, content: boolean, view: TaggedView): string {
  if (!content || call.requestText === undefined || isTextOfJson(call, view)) return "";
  return textMember("request_body_text", call.requestText);
}

function bodiesOf(
  call: FinishedCall,
  headers: AllowedHeaders | undefined,
  content: boolean,
  view: TaggedView,
  casted: LogBody | undefined,
): LogBody[] {
  const bodies: LogBody[] = [];
  if (headers !== undefined && call.error === undefined)
    bodies.push({ name: "response_headers", json: JSON.stringify(headers) });
  if (!content) return bodies;
  if (call.requestText !== undefined && isTextOfJson(call, view)) {
    bodies.push({ name: "request_body", json: call.requestText });
  }
  if (casted !== undefined) bodies.push(casted);
  if (call.responseText !== undefined) bodies.push({ name: "response_body", json: call.responseText });
  return bodies;
}

/** An SDK and a client of ours wrote the text with `JSON.stringify`; any other is looked at. */
function isTextOfJson(call: FinishedCall, view: TaggedView): boolean {
  return call.tier === 1 ? isObjectText(call.requestText) : view.request !== undefined;
}

function isObjectText(text: string | undefined): boolean {
  return text?.startsWith("{") === true && text.endsWith("}");
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
