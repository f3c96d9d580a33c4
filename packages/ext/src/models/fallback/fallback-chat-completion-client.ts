import {
  canonicalJson,
  isTesseraeError,
  performModelCall,
  performModelStream,
  throwIfAborted,
  ValueError,
  addRequestUsage,
  type ChatCompletionClient,
  type ComponentDefinition,
  type CreateOptions,
  type CreateResult,
  type JsonObject,
  type LLMMessage,
  type ModelInfo,
  type ModelStream,
  type RequestUsage,
} from "@tesserae/core";
import { model } from "../model.ts";
import { checkCapabilities } from "../shared/check-capabilities.ts";
import { AttemptLog } from "./attempt-log.ts";
import { checkedOptions } from "./checked-options.ts";
import { fallbackComponent } from "./config.ts";
import { factsOf, isModelError, joinedError, meets, messageOf, type Failure, type FailureFacts } from "./failure.ts";
import type { FallbackCondition, FallbackOptions } from "./options.ts";
import { batchesOf, streamOfBatches, type ModelBatch } from "../shared/batches.ts";
import { sharedModelInfo } from "./shared-model-info.ts";

/**
 * Asks one model client after another until one answers. A client whose model cannot serve a request (images, tools,
 * JSON) is passed over; one that failed is asked after the others for a while. A stream changes the client only before
 * its first piece.
 *
 * An answer says what it cost by the price of the client that gave it. `countTokens`, `remainingTokens` and `maxCost` hold
 * for whichever answers.
 */
export class FallbackChatCompletionClient implements ChatCompletionClient {
  static readonly component: ComponentDefinition<FallbackChatCompletionClient> = fallbackComponent(
    (options) => new FallbackChatCompletionClient(options),
  );

  readonly clients: readonly ChatCompletionClient[];
  readonly on: readonly FallbackCondition[];
  readonly cooldownSeconds: number;
  readonly attemptsPerClient: number;
  /** The names of all, in order: `gpt-5-mini | claude-sonnet-4-6`. */
  readonly model: string;
  readonly provider: string;
  /** What all of the models can do. */
  readonly modelInfo: ModelInfo;
  /** Those of the clients, as `clients` where they differ. */
  readonly requestDefaults: JsonObject;
  readonly #options: FallbackOptions;
  /** Until when a client is asked after the others, by the clock of `performance.now`. */
  readonly #resting = new Map<ChatCompletionClient, number>();

  /** @throws ValueError for an empty list, and for a condition, a pause or a number of attempts that cannot be. */
  constructor(options: FallbackOptions) {
    const { on, cooldownSeconds, attemptsPerClient } = checkedOptions(options);
    this.#options = options;
    this.clients = options.clients.map((client) => (typeof client === "string" ? model(client) : client));
    this.on = on;
    this.cooldownSeconds = cooldownSeconds;
    this.attemptsPerClient = attemptsPerClient;
    this.model = this.clients.map((client) => client.model).join(" | ");
    const providers = new Set(this.clients.map(({ provider }) => provider));
    const [provider = "fallback"] = providers;
    this.provider = providers.size === 1 ? provider : "fallback";
    this.modelInfo = sharedModelInfo(this.clients);
    this.requestDefaults = sharedDefaults(this.clients);
  }

  create(messages: readonly LLMMessage[], options: CreateOptions = {}): Promise<CreateResult> {
    return performModelCall(this, messages, options, async (inside) => {
      const { client, value } = await this.#ask(messages, inside, (asked) => asked.create(messages, inside));
      return priced(client, value);
    });
  }

  createStream(messages: readonly LLMMessage[], options: CreateOptions = {}): ModelStream {
    return performModelStream(this, messages, options, (inside) => streamOfBatches(this.#stream(messages, inside)));
  }

  actualUsage(): RequestUsage {
    return this.clients.map((client) => client.actualUsage()).reduce(addRequestUsage);
  }

  totalUsage(): RequestUsage {
    return this.clients.map((client) => client.totalUsage()).reduce(addRequestUsage);
  }

  countTokens(messages: readonly LLMMessage[], options?: Pick<CreateOptions, "tools">): number {
    return Math.max(...this.clients.map((client) => client.countTokens(messages, options)));
  }

  remainingTokens(messages: readonly LLMMessage[], options?: Pick<CreateOptions, "tools">): number {
    return Math.min(...this.clients.map((client) => client.remainingTokens(messages, options)));
  }

  /** Known only where all ask the same price: what an answer cost is in its `cost`. */
  cost(usage: RequestUsage): number | undefined {
    const costs = new Set(this.clients.map((client) => client.cost(usage)));
    const [cost] = costs;
    return costs.size === 1 ? cost : undefined;
  }

  maxCost(messages: readonly LLMMessage[], options?: CreateOptions): number | undefined {
    let most = 0;
    for (const client of this.clients) {
      const cost = client.maxCost(messages, options);
      if (cost === undefined) return undefined;
      most = Math.max(most, cost);
    }
    return most;
  }

  /** Closes all clients, also when one of them fails. */
  async close(): Promise<void> {
    const outcomes = await Promise.allSettled(this.clients.map((client) => client.close()));
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  async *#stream(messages: readonly LLMMessage[], options: CreateOptions): AsyncGenerator<ModelBatch> {
    const { client, value: opened } = await this.#ask(messages, options, async (asked) => {
      const batches = batchesOf(asked.createStream(messages, options));
      return { batches, first: await batches.next() };
    });
    let ended = false;
    try {
      for (let read = opened.first; read.done !== true; read = await opened.batches.next()) {
        yield read.value.map((item) => (typeof item === "string" ? item : priced(client, item)));
      }
      ended = true;
    } catch (error) {
      ended = true;
      this.#rest(client, error, factsOf(error));
      throw error;
    } finally {
      if (!ended) await opened.batches.return?.();
    }
  }

  async #ask<T>(
    messages: readonly LLMMessage[],
    options: CreateOptions,
    call: (client: ChatCompletionClient) => Promise<T>,
  ): Promise<{ readonly client: ChatCompletionClient; readonly value: T }> {
    const clients = this.#inOrder(this.#able(messages, options));
    const log = new AttemptLog(options);
    const failures: Failure[] = [];
    for (const [place, client] of clients.entries()) {
      for (let attempt = 1; attempt <= this.attemptsPerClient; attempt += 1) {
        throwIfAborted(options.signal);
        log.begin();
        try {
          const value = await call(client);
          log.answered();
          this.#resting.delete(client);
          return { client, value };
        } catch (error) {
          failures.push({ model: client.model, error });
          // What the client of one provider cannot encode, that of another may.
          if (isTesseraeError(error, "ERR_UNSUPPORTED_INPUT")) break;
          const facts = options.signal?.aborted === true ? undefined : factsOf(error);
          if (facts === undefined) throw error;
          log.failed(messageOf(error), facts);
          if (!meets(this.on, facts)) throw joinedError(failures);
          this.#rest(client, error, facts);
        }
      }
      const next = clients[place + 1];
      if (next !== undefined) this.#tell(client, next, failures.at(-1)?.error);
    }
    throw joinedError(failures);
  }

  /** The clients whose models can serve the request. */
  #able(messages: readonly LLMMessage[], options: CreateOptions): readonly ChatCompletionClient[] {
    const reasons: string[] = [];
    const able = this.clients.filter((client) => {
      try {
        checkCapabilities(client.model, client.modelInfo, messages, options);
        return true;
      } catch (error) {
        reasons.push(messageOf(error));
        return false;
      }
    });
    if (able.length > 0) return able;
    throw new ValueError(`No client of the fallback can serve this request. ${reasons.join(" ")}`);
  }

  /** Those that failed a short while ago come last: better one that failed than none. */
  #inOrder(clients: readonly ChatCompletionClient[]): readonly ChatCompletionClient[] {
    if (this.#resting.size === 0) return clients;
    const now = performance.now();
    const isResting = (client: ChatCompletionClient): boolean => (this.#resting.get(client) ?? 0) > now;
    return [...clients.filter((client) => !isResting(client)), ...clients.filter(isResting)];
  }

  #rest(client: ChatCompletionClient, error: unknown, facts: FailureFacts | undefined): void {
    if (facts === undefined || this.cooldownSeconds === 0 || !meets(this.on, facts)) return;
    const asked = isModelError(error) ? (error.retryAfterMs ?? 0) : 0;
    this.#resting.set(client, performance.now() + Math.max(this.cooldownSeconds * 1000, asked));
  }

  #tell(from: ChatCompletionClient, to: ChatCompletionClient, error: unknown): void {
    const reason = messageOf(error);
    this.#options.logger?.warning(`"${from.model}" failed, "${to.model}" is asked: ${reason}`, error);
    this.#options.onSwitch?.({ from: from.model, to: to.model, reason, error });
  }
}

/** The result with what it cost: who sees it does not know which client gave it. */
function priced(client: ChatCompletionClient, result: CreateResult): CreateResult {
  return result.cost === undefined ? { ...result, cost: client.cost(result.usage) ?? null } : result;
}

function sharedDefaults(clients: readonly ChatCompletionClient[]): JsonObject {
  const [first = {}, ...others] = clients.map(({ requestDefaults }) => requestDefaults ?? {});
  const isShared = others.every((defaults) => canonicalJson(defaults) === canonicalJson(first));
  return isShared ? first : { clients: [first, ...others] };
}
