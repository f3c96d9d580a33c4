import { WireError } from "@tesserae/wire";
import { PRICE_VERSION } from "@tesserae/wire/catalogue";
import { costOfCall, costParts } from "@tesserae/wire/cost";
import type { Usage } from "@tesserae/wire/usage";
import type { EventCost } from "../events/tessen-event.ts";
import { jsonMember, numberMember } from "./json-members.ts";
import type { FoundPrice, Prices } from "./prices.ts";

const PICO = 1_000_000_000_000;

/** What a call cost, as an event has it. */
export interface CallCost {
  /** In US dollars; null where no price is known. */
  readonly cost_usd: number | null;
  readonly cost?: EventCost;
}

/** The members of an event that tell its cost, as JSON text. */
export function costMembers({ cost_usd, cost }: CallCost): string {
  return `${cost_usd === null ? ',"cost_usd":null' : numberMember("cost_usd", cost_usd)}${jsonMember("cost", cost)}`;
}

/** What is known of a call before its cost. */
export interface CostedCall {
  readonly provider: string;
  /** The names that the model may have in a price table, the most certain first. */
  readonly models: readonly string[];
  readonly at: number;
  readonly usage: Usage | undefined;
  /** The call failed before any token was made. */
  readonly failedEarly: boolean;
  readonly flags: readonly string[];
  /** What a gateway says it cost, in US dollars. */
  readonly reported: number | undefined;
}

/** The cost of a call. Nothing is guessed: without usage or price it is null. */
export function costOf(call: CostedCall, prices: Prices): CallCost {
  const { flags } = call;
  if (call.reported !== undefined) return { cost_usd: call.reported, cost: parts("reported", PRICE_VERSION, flags) };
  if (flags.includes("gateway_hit")) return { cost_usd: 0, cost: parts("reported", PRICE_VERSION, flags) };
  if (call.failedEarly) {
    return { cost_usd: 0, cost: parts("catalogue", PRICE_VERSION, [...flags, "failed_attempts"]) };
  }
  const { usage } = call;
  if (usage === undefined) return { cost_usd: null };
  for (const model of call.models) {
    const found = prices.find(call.provider, model, call.at);
    if (found === undefined) continue;
    const priced = pricedBy(found, model, call, usage, prices);
    if (priced === undefined) break;
    return priced;
  }
  if (usage.reportedCost === undefined) return { cost_usd: null };
  return { cost_usd: usage.reportedCost / PICO, cost: parts("reported", PRICE_VERSION, flags) };
}

/** Undefined where one price within the call is not known, or the sum is one that no call can have. */
function pricedBy(
  found: FoundPrice,
  model: string,
  { provider, at, flags }: CostedCall,
  usage: Usage,
  prices: Prices,
): CallCost | undefined {
  try {
    const total = costOfCall(model, usage, (name) => prices.find(provider, name, at)?.price);
    if (total === undefined) return undefined;
    const { input, cacheRead, cacheWrite, output } = costParts(usage, found.price);
    return {
      cost_usd: total / PICO,
      cost: {
        ...parts(found.source, found.version, flags),
        input: input / PICO,
        cache_read: cacheRead / PICO,
        cache_write: cacheWrite / PICO,
        output: output / PICO,
      },
    };
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function parts(source: string, version: string, flags: readonly string[]): EventCost {
  return { input: 0, cache_read: 0, cache_write: 0, output: 0, source, price_version: version, flags };
}
