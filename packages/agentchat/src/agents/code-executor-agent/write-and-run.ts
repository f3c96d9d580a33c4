import {
  AssistantMessage,
  SystemMessage,
  UserMessage,
  ValueError,
  callModel,
  executeCode,
  isObject,
  raceSignal,
  streamModel,
  type ChatCompletionClient,
  type CodeBlock,
  type CodeResult,
  type CreateOptions,
  type CreateResult,
  type LLMMessage,
  type RequestUsage,
  type RunContext,
} from "@tesserae/core";
import type { Response, Turn } from "../../base/task.ts";
import { CodeExecutionEvent, CodeGenerationEvent, TextMessage, ThoughtEvent } from "../../messages/factories.ts";
import type { StreamItem } from "../../messages/types.ts";
import { chunkEmitter } from "../chunk-emitter.ts";
import { forModel } from "../model-context.ts";
import type { OpenTurn } from "../open-turn.ts";
import { admitCode } from "./admit-code.ts";
import { extractCodeBlocks } from "./code-blocks.ts";
import { executionText } from "./execution-text.ts";
import type { CodeExecutorSettings } from "./settings.ts";

const RETRY_SCHEMA = {
  name: "RetryDecision",
  schema: {
    type: "object",
    properties: { reason: { type: "string" }, retry: { type: "boolean" } },
    required: ["reason", "retry"],
    additionalProperties: false,
  },
  strict: true,
} as const;

interface RetryDecision {
  readonly retry: boolean;
  readonly reason: string;
  readonly usage: RequestUsage;
}

/** One turn with a model: write code, run it, mend it while the model wants to, then say what came of it. */
export class WriteAndRun {
  readonly #settings: CodeExecutorSettings;
  readonly #modelClient: ChatCompletionClient;
  readonly #turn: Turn;
  readonly #run: RunContext;
  readonly #open: OpenTurn;

  constructor(settings: CodeExecutorSettings, modelClient: ChatCompletionClient, turn: Turn, open: OpenTurn) {
    this.#settings = settings;
    this.#modelClient = modelClient;
    this.#turn = turn;
    this.#run = turn.context;
    this.#open = open;
  }

  /** The response, after the incoming messages are in the model context. */
  async respond(): Promise<Response> {
    const { name, supportedLanguages, maxRetriesOnError } = this.#settings;
    for (let attempt = 0; ; attempt += 1) {
      const { result, text } = await this.#ask("reply", {});
      const blocks = extractCodeBlocks(text, supportedLanguages);
      if (blocks.length === 0) {
        return this.#answer(TextMessage({ content: text, source: name, modelsUsage: result.usage }, this.#run));
      }
      await this.#show(
        CodeGenerationEvent(
          { retryAttempt: attempt, content: text, codeBlocks: blocks, source: name, modelsUsage: result.usage },
          this.#run,
        ),
      );
      const outcome = await this.#execute(blocks, attempt);
      await this.#remember(UserMessage({ content: outcome.output, source: name }));
      await this.#show(CodeExecutionEvent({ retryAttempt: attempt, result: outcome, source: name }, this.#run));
      if (outcome.exitCode === 0 || attempt === maxRetriesOnError) break;
      const { retry, reason, usage } = await this.#wantsRetry(outcome);
      if (!retry) break;
      const content = `Attempt number: ${attempt + 1}\nProposed correction: ${reason}`;
      await this.#show(
        CodeGenerationEvent(
          { retryAttempt: attempt, content, codeBlocks: [], source: name, modelsUsage: usage },
          this.#run,
        ),
      );
    }
    const { result, text } = await this.#ask("reflect", {});
    return this.#answer(TextMessage({ content: text, source: name, modelsUsage: result.usage }, this.#run));
  }

  async #ask(
    purpose: string,
    options: Pick<CreateOptions, "jsonOutput">,
  ): Promise<{ readonly result: CreateResult; readonly text: string }> {
    const { name } = this.#settings;
    const result = await this.#open.answer(() => this.#callModel(purpose, options));
    if (typeof result.content !== "string") {
      throw new ValueError(
        `The model of '${name}' produced no valid text response: it called tools that it was not offered.`,
        {
          code: "ERR_MODEL_ANSWER",
        },
      );
    }
    if (result.thought) await this.#show(ThoughtEvent({ content: result.thought, source: name }, this.#run));
    const { thought, providerData } = result;
    await this.#remember(AssistantMessage({ content: result.content, source: name, thought, providerData }));
    return { result, text: result.content };
  }

  async #callModel(purpose: string, options: Pick<CreateOptions, "jsonOutput">): Promise<CreateResult> {
    const { name, modelContext, modelClientStream, systemMessage } = this.#settings;
    const system = systemMessage === undefined ? [] : [SystemMessage({ content: systemMessage })];
    const seen = await modelContext.getMessages();
    const messages = forModel([...system, ...seen], this.#modelClient.modelInfo);
    const request = { ...options, purpose, agent: name };
    const answering = modelClientStream
      ? streamModel(
          this.#run,
          this.#modelClient,
          messages,
          request,
          chunkEmitter(name, (item) => this.#turn.emit(item), this.#run.id(), false),
        )
      : callModel(this.#run, this.#modelClient, messages, request);
    return raceSignal(answering, this.#run.signal);
  }

  #execute(blocks: readonly CodeBlock[], attempt: number): Promise<CodeResult> {
    return this.#open.answer(() => this.#runCode(blocks, attempt));
  }

  async #runCode(blocks: readonly CodeBlock[], attempt: number): Promise<CodeResult> {
    const { modelContext, codeExecutor } = this.#settings;
    const seen = await modelContext.getMessages();
    const admitted = await admitCode(this.#run, this.#settings, blocks, seen, attempt, this.#open);
    if ("refused" in admitted) return admitted.refused;
    const running = executeCode(this.#run, codeExecutor, admitted.blocks);
    const { exitCode, output } = await raceSignal(running, this.#run.signal);
    return { exitCode, output: executionText({ exitCode, output }) };
  }

  /** Asks the model whether another program could succeed. Its answer stays out of the conversation. */
  #wantsRetry({ output }: CodeResult): Promise<RetryDecision> {
    return this.#open.answer(() => this.#askWhetherToRetry(output));
  }

  async #askWhetherToRetry(output: string): Promise<RetryDecision> {
    const { modelContext, name } = this.#settings;
    const question = UserMessage({
      content:
        `The code failed with this output:\n${output}\n\n` +
        "Decide whether a corrected program can succeed. Answer with a JSON object that has " +
        '"reason" (what went wrong and what to change) and "retry" (true to try again, false to stop).',
      source: name,
    });
    const messages = forModel([...(await modelContext.getMessages()), question], this.#modelClient.modelInfo);
    const { content, usage } = await raceSignal(
      callModel(this.#run, this.#modelClient, messages, { purpose: "retry", agent: name, jsonOutput: RETRY_SCHEMA }),
      this.#run.signal,
    );
    const decision = typeof content === "string" ? retryDecision(content) : undefined;
    if (decision === undefined) {
      throw new ValueError(`The model of '${name}' did not decide whether to try again.`, { code: "ERR_MODEL_ANSWER" });
    }
    return { ...decision, usage };
  }

  async #remember(message: LLMMessage): Promise<void> {
    if (!this.#open.isCatchingUp) await this.#settings.modelContext.addMessage(message);
  }

  async #show(item: StreamItem): Promise<void> {
    if (this.#open.isCatchingUp) return;
    this.#open.shown.push(item);
    await this.#turn.emit(item);
  }

  #answer(chatMessage: Response["chatMessage"]): Response {
    return { type: "Response", chatMessage, innerMessages: this.#open.shown };
  }
}

/** The model's decision; nothing when its answer is none. */
function retryDecision(text: string): { readonly retry: boolean; readonly reason: string } | undefined {
  try {
    const decision: unknown = JSON.parse(text);
    if (!isObject(decision) || typeof decision["retry"] !== "boolean") return undefined;
    const { retry, reason } = decision;
    return { retry, reason: typeof reason === "string" ? reason : "" };
  } catch {
    return undefined;
  }
}
