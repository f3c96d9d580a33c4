import { checkGiven } from "../errors/check-given.ts";
import type { ChatCompletionClient, CreateOptions } from "../models/chat-completion-client.ts";
import type { CreateResult, LLMMessage, RequestUsage } from "../models/messages.ts";
import { LimitError, type LimitName, type RunLimits } from "./limits.ts";

/** Names under which providers take the limit of a completion. */
const COMPLETION_LIMITS = [
  "max_completion_tokens",
  "max_tokens",
  "max_output_tokens",
  "maxOutputTokens",
  "num_predict",
];

/** What was set aside for a call that is under way. */
export interface Reservation {
  readonly cost: number;
  readonly tokens: number;
}

/** What a model call used. */
export interface Charge {
  readonly usage: RequestUsage;
  /** Pico-dollars; `undefined` when the price is not known. */
  readonly cost: number | undefined;
}

const NOTHING: Reservation = { cost: 0, tokens: 0 };

/**
 * Counts what a run uses, and refuses what would pass its limits.
 * The worst case is reserved when a call is asked for; when it is over, what it really used takes its place.
 */
export class RunMeter {
  readonly limits: RunLimits | undefined;
  #usage: RequestUsage = { promptTokens: 0, completionTokens: 0 };
  #cost: number | undefined = 0;
  #reservedCost = 0;
  #reservedTokens = 0;
  #modelCalls = 0;
  #toolCalls = 0;
  #turns = 0;

  /** True when every admission of a tool call is worth a record: one may be refused, now or when it was recorded. */
  readonly admitsToolCalls: boolean;

  constructor(limits?: RunLimits, recorded?: RunLimits) {
    this.limits = limits;
    this.admitsToolCalls = limits?.maxToolCalls !== undefined || recorded?.maxToolCalls !== undefined;
  }

  /** The tokens of all model calls, those answered from a journal included. */
  get usage(): RequestUsage {
    return this.#usage;
  }

  /** Pico-dollars; `undefined` when the price of a call was not known. */
  get cost(): number | undefined {
    return this.#cost;
  }

  get modelCalls(): number {
    return this.#modelCalls;
  }

  get toolCalls(): number {
    return this.#toolCalls;
  }

  /** Turns of agents that have begun. */
  get turns(): number {
    return this.#turns;
  }

  /**
   * An agent takes a turn.
   *
   * @throws LimitError when none is left: teams that ask at once may have asked for more than there are.
   */
  countTurn(): void {
    check("maxTurns", this.limits, this.#turns, 1, "turns");
    this.#turns += 1;
  }

  /** How many turns may still begin; `Infinity` without a limit. */
  get turnsLeft(): number {
    return Math.max((this.limits?.maxTurns ?? Infinity) - this.#turns, 0);
  }

  /** The run's `maxTurns`, when they are taken. */
  get turnsTaken(): number | undefined {
    return this.turnsLeft < 1 ? this.limits?.maxTurns : undefined;
  }

  /** @throws LimitError when the call could pass a limit. `force` counts without refusing: the journal knows the outcome. */
  reserveModelCall(
    client: ChatCompletionClient,
    messages: readonly LLMMessage[],
    options: CreateOptions,
    force = false,
  ): Reservation {
    const limits = this.limits;
    if (limits === undefined || force) {
      this.#modelCalls += 1;
      return NOTHING;
    }
    check("maxModelCalls", limits, this.#modelCalls, 1, "model calls");
    const cost = limits.maxCost === undefined ? 0 : this.#worstCost(limits.maxCost, client, messages, options);
    const tokens =
      limits.maxTokens === undefined ? 0 : client.countTokens(messages, options) + completionLimit(options);
    const { promptTokens, completionTokens } = this.#usage;
    check("maxTokens", limits, promptTokens + completionTokens + this.#reservedTokens, tokens, "tokens");
    this.#modelCalls += 1;
    this.#reservedCost += cost;
    this.#reservedTokens += tokens;
    return { cost, tokens };
  }

  /** @throws LimitError when there may be no more. */
  reserveToolCall(force = false): Reservation {
    if (!force) check("maxToolCalls", this.limits, this.#toolCalls, 1, "tool calls");
    this.#toolCalls += 1;
    return NOTHING;
  }

  /** The call is over; without a charge it used nothing that is known. */
  settle(reservation: Reservation, charge?: Charge): void {
    this.#reservedCost -= reservation.cost;
    // Where no usage is reported, the most that the call can have used stays set aside.
    if (charge?.usage.promptTokens !== 0) this.#reservedTokens -= reservation.tokens;
    if (charge !== undefined) this.charge(charge);
  }

  charge({ usage, cost }: Charge): void {
    this.#usage = addRequestUsage(this.#usage, usage);
    this.#cost = cost === undefined || this.#cost === undefined ? undefined : this.#cost + cost;
  }

  /**
   * Counts what a run that goes on had used before, and will be told of only later, or never: it stands against the
   * limits from the start. {@link RunMeter.settle} takes the place of what is told.
   */
  setAside(past: Reservation & { readonly modelCalls: number; readonly toolCalls: number }): void {
    this.#reservedCost += past.cost;
    this.#reservedTokens += past.tokens;
    this.#modelCalls += past.modelCalls;
    this.#toolCalls += past.toolCalls;
  }

  /** Takes over what a run had used at a checkpoint. */
  restore(totals: {
    readonly charge: Charge;
    readonly modelCalls: number;
    readonly toolCalls: number;
    readonly turns: number;
  }): void {
    this.charge(totals.charge);
    this.#turns += totals.turns;
    this.#modelCalls += totals.modelCalls;
    this.#toolCalls += totals.toolCalls;
  }

  #worstCost(
    maxCost: number,
    client: ChatCompletionClient,
    messages: readonly LLMMessage[],
    options: CreateOptions,
  ): number {
    const worst = client.maxCost(messages, options);
    if (worst === undefined || this.#cost === undefined) {
      throw new LimitError(
        "maxCost",
        `The run is limited to ${dollars(maxCost)}, but ` +
          `${worst === undefined ? `the price of the model "${client.model}"` : "what it has cost"} is not known. ` +
          "Give the client a price, or limit calls instead.",
      );
    }
    const used = this.#cost + this.#reservedCost;
    // What is no number is no bound.
    if (!(used + worst <= maxCost)) {
      throw new LimitError(
        "maxCost",
        `A call of "${client.model}" that may cost ${dollars(worst)} was refused: ` +
          `${dollars(used)} of the run's ${dollars(maxCost)} are used or reserved.`,
        { allowed: maxCost, used, wanted: worst },
      );
    }
    return worst;
  }
}

/** What the result of a model call cost; an answer from a cache costs nothing, and what is no price is not known. */
export function chargeOf(client: ChatCompletionClient, result: CreateResult): Charge {
  const { usage, cached, cost } = result;
  const price = cached ? 0 : cost === undefined ? client.cost(usage) : cost;
  return { usage, cost: typeof price === "number" && price >= 0 ? price : undefined };
}

/** @throws ValueError for a usage that counts nothing: with NaN no limit would hold. */
export function checkUsage(client: ChatCompletionClient, result: CreateResult): CreateResult {
  for (const name of ["promptTokens", "completionTokens"] as const) {
    const tokens: unknown = result.usage?.[name];
    if (typeof tokens === "number" && tokens >= 0 && tokens < Infinity) continue;
    checkGiven(`${name} that the client of "${client.model}" reports`, tokens, false, "a number, 0 or more");
  }
  return result;
}

/** The sum of two usages. */
export function addRequestUsage(a: RequestUsage, b: RequestUsage): RequestUsage {
  const sum: { -readonly [key in keyof RequestUsage]: RequestUsage[key] } = {
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
  };
  for (const key of ["cachedPromptTokens", "cacheWriteTokens", "reasoningTokens"] as const) {
    if (a[key] !== undefined || b[key] !== undefined) sum[key] = (a[key] ?? 0) + (b[key] ?? 0);
  }
  return sum;
}

/** @throws LimitError when what is wanted would pass a limit. */
export function check(
  limit: LimitName,
  limits: RunLimits | undefined,
  used: number,
  wanted: number,
  what: string,
): void {
  const allowed = limits?.[limit];
  if (allowed === undefined || used + wanted <= allowed) return;
  throw new LimitError(
    limit,
    `The run may use ${allowed} ${what}; ${used} are used or reserved, and this call could take ${wanted} more.`,
    { allowed, used, wanted },
  );
}

function completionLimit(options: CreateOptions): number {
  for (const name of COMPLETION_LIMITS) {
    const value = options.extraCreateArgs?.[name];
    if (typeof value === "number" && value > 0) return value;
  }
  return 0;
}

function dollars(pico: number): string {
  return `$${(pico / 1e12).toPrecision(4).replace(/\.?0+$/, "")}`;
}
