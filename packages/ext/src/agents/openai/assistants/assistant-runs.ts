import {
  CancelledError,
  CreateResult,
  effect,
  performModelCall,
  plainContext,
  ValueError,
  isObject,
  type ChatCompletionClient,
  type CreateOptions,
  type FunctionCall,
  type FunctionExecutionResultMessage,
  type JsonObject,
  type LLMMessage,
  type ModelInfo,
  type ModelStream,
  type RequestUsage,
  type RunContext,
} from "@tesserae/core";
import { DEFAULT_CONTEXT_WINDOW } from "@tesserae/wire/catalogue";
import { ModelClientError } from "../../../models/model-client-error.ts";
import { estimateTokens } from "../../../models/shared/estimate-tokens.ts";
import type { ModelPricing } from "../../../models/shared/model-pricing.ts";
import { UsageCounter } from "../../../models/shared/request-usage.ts";
import type { ResolvedModel } from "../../../models/shared/resolve-model.ts";
import { dataOf, idOf, wordOf, type AssistantsApi } from "./assistants-api.ts";
import type { AssistantThread } from "./assistant-thread.ts";
import { lastText } from "./last-text.ts";
import { lateOutputs } from "./late-outputs.ts";

const PROTOCOL = "openai-assistants";
/** How long a run is told to stop when nobody waits for it any more. */
const CANCEL_MS = 5000;
/** In the metadata of a run: the effect that it was begun for. */
const EFFECT = "tesserae_effect";

/** What {@link AssistantRuns} is made of. */
export interface AssistantRunsOptions {
  readonly model: string;
  readonly api: AssistantsApi;
  readonly thread: AssistantThread;
  readonly pollMs: number;
  readonly resolved: ResolvedModel;
  readonly pricing: ModelPricing;
}

/**
 * Runs of an assistant, as a model: a call begins a run, or gives the outputs that a run waits for, and ends when the run
 * asks for outputs or is over. What the model is to see is in the thread.
 */
export class AssistantRuns implements ChatCompletionClient {
  readonly model: string;
  readonly modelInfo: ModelInfo;
  readonly provider: string;
  readonly #options: AssistantRunsOptions;
  readonly #usage = new UsageCounter();
  /** The run that was begun and is not over; set by who loads a state. */
  openRun: string | undefined;

  constructor(options: AssistantRunsOptions) {
    this.model = options.model;
    this.modelInfo = options.resolved.info;
    this.provider = options.api.connection.service.provider;
    this.#options = options;
  }

  create(messages: readonly LLMMessage[], options: CreateOptions = {}): Promise<CreateResult> {
    return performModelCall(this, messages, options, (inside) => this.#run(messages, inside));
  }

  /** Runs do not show their answers as they come here: the result is the only item. */
  createStream(messages: readonly LLMMessage[], options: CreateOptions = {}): ModelStream {
    const create = (): Promise<CreateResult> => this.create(messages, options);
    return {
      async *[Symbol.asyncIterator]() {
        yield await create();
      },
    };
  }

  actualUsage(): RequestUsage {
    return this.#usage.total;
  }

  totalUsage(): RequestUsage {
    return this.#usage.total;
  }

  countTokens(messages: readonly LLMMessage[]): number {
    return estimateTokens(JSON.stringify(messages));
  }

  remainingTokens(messages: readonly LLMMessage[]): number {
    return (this.#options.resolved.contextWindow ?? DEFAULT_CONTEXT_WINDOW) - this.countTokens(messages);
  }

  cost(usage: RequestUsage): number | undefined {
    return this.#options.pricing.cost(usage);
  }

  /** Not known: the service decides how much of the thread a run reads, and how often. */
  maxCost(): number | undefined {
    return undefined;
  }

  close(): Promise<void> {
    return this.#options.api.connection.endpoint.close();
  }

  /** Tells the service that nobody waits for the run any more: otherwise it would keep the thread from the next one. */
  async cancelOpen(): Promise<void> {
    const path = this.#openPath();
    this.openRun = undefined;
    if (path !== undefined) await this.#cancel(path, { signal: AbortSignal.timeout(CANCEL_MS) });
  }

  /** Cancels the run that waits for outputs which never come, and waits until it is over. An effect of the next run. */
  async giveUp(context: RunContext): Promise<void> {
    const path = this.#openPath();
    if (path === undefined) return;
    await effect<null>(
      context,
      { kind: "assistants", name: "cancel", repeat: "safe", request: () => path },
      async ({ signal }) => {
        await this.#cancel(path, { signal });
        await this.#whenOver(path, { signal });
        return null;
      },
    );
    this.openRun = undefined;
  }

  #openPath(): string | undefined {
    const { threadId } = this.#options.thread;
    return this.openRun === undefined || threadId === undefined
      ? undefined
      : `/threads/${threadId}/runs/${this.openRun}`;
  }

  async #cancel(path: string, options: CreateOptions): Promise<void> {
    try {
      await this.#options.api.post(`${path}/cancel`, {}, options);
    } catch (error) {
      // It may be over already, and what made us stop is what the caller must hear of.
      if (!(error instanceof ModelClientError || error instanceof CancelledError)) throw error;
    }
  }

  /** How a run has ended; one that waits for outputs is not over. */
  async #whenOver(path: string, options: CreateOptions): Promise<unknown> {
    for (;;) {
      const { status } = await this.#options.api.get(path, options);
      if (status !== "cancelling" && status !== "queued" && status !== "in_progress") return status;
      await plainContext({ signal: options.signal }).sleep(this.#options.pollMs);
    }
  }

  async #run(messages: readonly LLMMessage[], options: CreateOptions): Promise<CreateResult> {
    const { api, thread, pollMs } = this.#options;
    const { assistantId, threadId } = await thread.open(plainContext({ signal: options.signal }));
    const last = messages.at(-1);
    const runs = `/threads/${threadId}/runs`;
    const runId =
      last?.type === "FunctionExecutionResultMessage"
        ? await this.#submit(runs, assistantId, messages.at(-2), last, options)
        : await this.#begin(runs, assistantId, options);
    const path = `${runs}/${runId}`;
    this.openRun = runId;
    for (;;) {
      const run = await api.get(path, options);
      const { status } = run;
      const calls = status === "requires_action" ? requiredCalls(run) : undefined;
      if (calls !== undefined) return this.#result(calls, run);
      if (status === "completed") {
        this.openRun = undefined;
        return this.#result(lastText(await api.get(`/threads/${threadId}/messages?limit=1&order=desc`, options)), run);
      }
      if (typeof status === "string" && ENDS.includes(status)) {
        this.openRun = undefined;
        throw new ValueError(`Run ${status}: ${reasonOf(run)}`, { code: "ERR_MODEL_ANSWER" });
      }
      await plainContext({ signal: options.signal }).sleep(pollMs);
    }
  }

  /** Begins a run, or goes on with the one that was begun before a crash. `told` is said in the thread first. */
  async #begin(runs: string, assistantId: string, options: CreateOptions, told?: string): Promise<string> {
    const { idempotencyKey: key } = options;
    const body = {
      assistant_id: assistantId,
      ...(told === undefined ? {} : { additional_messages: [{ role: "user", content: told }] }),
      ...(key === undefined ? {} : { metadata: { [EFFECT]: key } }),
    };
    try {
      return idOf(await this.#options.api.post(runs, body, options));
    } catch (error) {
      if (key === undefined || !(error instanceof ModelClientError) || error.status !== 400) throw error;
      const [latest] = dataOf(await this.#options.api.get(`${runs}?limit=1&order=desc`, options));
      const metadata = latest?.["metadata"];
      if (latest === undefined || !isObject(metadata) || metadata[EFFECT] !== key) throw error;
      return idOf(latest);
    }
  }

  /**
   * Gives a run the outputs that it waits for. It has perhaps not waited: the service ends runs after ten minutes, and a
   * person may take longer. Then another run is told what came of the calls.
   */
  async #submit(
    runs: string,
    assistantId: string,
    asking: LLMMessage | undefined,
    { content }: FunctionExecutionResultMessage,
    options: CreateOptions,
  ): Promise<string> {
    const runId = runOf(asking);
    const path = `${runs}/${runId}`;
    const outputs = content.map((result) => ({ tool_call_id: result.callId, output: result.content }));
    this.openRun = runId;
    try {
      await this.#options.api.post(`${path}/submit_tool_outputs`, { tool_outputs: outputs }, options);
    } catch (error) {
      if (!(error instanceof ModelClientError) || error.status !== 400) throw error;
      const status = await this.#whenOver(path, options);
      // It was given them before a crash.
      if (status === "completed") return runId;
      if (status !== "expired" && status !== "cancelled") throw error;
      return this.#begin(runs, assistantId, options, lateOutputs(asking, content));
    }
    return runId;
  }

  #result(content: string | readonly FunctionCall[], run: JsonObject): CreateResult {
    const usage = usageOf(run);
    this.#usage.add(usage);
    return CreateResult({
      finishReason: typeof content === "string" ? "stop" : "function_calls",
      content,
      usage,
      providerData: { protocol: PROTOCOL, run_id: idOf(run) },
    });
  }
}

/** Where a run is over without an answer. */
const ENDS: readonly string[] = ["failed", "cancelled", "expired", "incomplete"];

/** The calls of functions that a run waits for. */
function requiredCalls({ required_action: action }: JsonObject): readonly FunctionCall[] | undefined {
  const asked = isObject(action) ? action["submit_tool_outputs"] : undefined;
  if (!isObject(asked) || !Array.isArray(asked["tool_calls"])) return undefined;
  return dataOf({ data: asked["tool_calls"] }).flatMap((call) => {
    const { function: named } = call;
    if (call["type"] !== "function" || !isObject(named)) return [];
    return { id: idOf(call), name: wordOf(named["name"]), arguments: wordOf(named["arguments"]) };
  });
}

/** Tokens of a run; the service tells them when the run is over. */
function usageOf({ usage }: JsonObject): RequestUsage {
  const count = (name: string): number => {
    const value = isObject(usage) ? usage[name] : undefined;
    return typeof value === "number" ? value : 0;
  };
  return { promptTokens: count("prompt_tokens"), completionTokens: count("completion_tokens") };
}

function reasonOf({ last_error: error, incomplete_details: details }: JsonObject): string {
  if (isObject(error)) return `${wordOf(error["code"])}: ${wordOf(error["message"])}`;
  return isObject(details) ? wordOf(details["reason"]) : "the service gives no reason.";
}

function runOf(message: LLMMessage | undefined): string {
  const data = message?.type === "AssistantMessage" ? message.providerData : undefined;
  if (isObject(data) && data["protocol"] === PROTOCOL && typeof data["run_id"] === "string") return data["run_id"];
  throw new ValueError("There are outputs of tools, but no run of an assistant that asked for them.");
}
