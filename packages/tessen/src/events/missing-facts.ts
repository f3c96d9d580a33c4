import type { Protocol } from "@tesserae/wire";
import { costOf, type CallCost } from "../recorder/cost.ts";
import { Prices } from "../recorder/prices.ts";
import { textAt } from "../recorder/raw.ts";
import { responseFacts, type ResponseFacts } from "../recorder/response-facts.ts";
import { toolResultsOf } from "../recorder/tool-results.ts";
import { countedUsage, type CountedUsage } from "../recorder/counted-usage.ts";
import { eventUsage } from "../recorder/usage.ts";
import { textOf } from "../tags/json-shape.ts";
import { protocolOf } from "../tags/protocol-of.ts";
import type { TessenEvent } from "./tessen-event.ts";

/**
 * Adds what Python's tessen does not write to its events of model calls, from their bodies: model, usage, cost, why the
 * model stopped, tools that were asked for and their results. What an event has stays as it is.
 */
export class MissingFacts {
  readonly #prices = new Prices();

  /** The event with all that can be known of it; the same object where nothing is missing. */
  complete(event: TessenEvent): TessenEvent {
    if (event._tessen_lang === "ts" || (event.call_type ?? "request") !== "request") return event;
    const response = event.response_body ?? event.casted_response;
    const facts = factsOf(event, response);
    const model = modelOf(event);
    const counted = countedUsage(formatOf(event), response, facts.usage, () => bytesOf(event.request_body));
    const found: Partial<TessenEvent> = {
      ...(model === undefined ? {} : { model }),
      ...(facts.model === undefined ? {} : { response_model: facts.model }),
      ...(counted === undefined ? {} : { usage: eventUsage(counted.usage, counted.estimated) }),
      ...this.#cost(event, facts, counted, response === undefined),
      ...(response === undefined ? {} : { finish_reason: facts.finishReason }),
      ...(facts.toolCalls.length === 0 ? {} : { tool_calls: facts.toolCalls }),
      ...toolResults(event),
    };
    const missing = Object.entries(found).filter(([name]) => event[name] === undefined);
    return missing.length === 0 ? event : { ...event, ...Object.fromEntries(missing) };
  }

  #cost(
    event: TessenEvent,
    facts: ResponseFacts,
    counted: CountedUsage | undefined,
    hasNoAnswer: boolean,
  ): Partial<CallCost> {
    if (event.cost_usd !== undefined) return {};
    if (textOf(event.surface).endsWith("count_tokens")) return { cost_usd: 0 };
    const tier = facts.serviceTier;
    return costOf(
      {
        provider: textOf(event.provider),
        models: [facts.model, modelOf(event)].filter((name) => name !== undefined),
        at: event.ts * 1000,
        usage: counted?.usage,
        failedEarly: event.status === "error" && hasNoAnswer,
        flags: [
          ...(tier === "flex" || tier === "priority" || tier === "batch" ? [tier] : []),
          ...(counted?.estimated === true ? ["estimated"] : []),
        ],
        reported: undefined,
      },
      this.#prices,
    );
  }
}

function factsOf(event: TessenEvent, response: unknown): ResponseFacts {
  return responseFacts(formatOf(event), response);
}

function toolResults(event: TessenEvent): Pick<TessenEvent, "tool_results"> {
  const format = formatOf(event);
  const results = format === undefined ? [] : toolResultsOf(format, event.request_body);
  return results.length === 0 ? {} : { tool_results: results };
}

function bytesOf(body: unknown): number | undefined {
  const text = JSON.stringify(body);
  return text === undefined ? undefined : Buffer.byteLength(text);
}

/** The format of an event's bodies, as far as it is one whose facts can be read. */
function formatOf(event: TessenEvent): Protocol | undefined {
  const protocol = protocolOf(textOf(event.provider), textOf(event.surface));
  if (protocol === "unknown" || protocol === "cohere") return undefined;
  return protocol === "mistral" ? "openai-chat" : protocol;
}

/** The model that was asked for. Gemini has it in the address alone. */
function modelOf(event: TessenEvent): string | undefined {
  const named = textAt(event, "model") ?? textAt(event.request_body, "model");
  return named ?? /\/models\/([^/:?]+)/.exec(textOf(event.http_url))?.[1];
}
