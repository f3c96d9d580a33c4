import {
  isObject,
  AssistantMessage,
  UserMessage,
  ValueError,
  callModel,
  raceSignal,
  type ChatCompletionClient,
  type JsonObject,
  type LLMMessage,
  type OutputSchema,
  type RunContext,
} from "@tesserae/core";
import { forModel } from "../../agents/model-context.ts";
import { TextMessage } from "../../messages/factories.ts";
import type { MessageRegistry } from "../../messages/registry.ts";
import type { ChatMessage, StreamItem } from "../../messages/types.ts";
import type { Selection, SelectionContext, SelectionStart, SpeakerSelection } from "../group-chat/speaker-selection.ts";
import { LedgerFormat, type ProgressLedger } from "./progress-ledger.ts";
import {
  factsPrompt,
  factsUpdatePrompt,
  ledgerFeedback,
  planPrompt,
  planUpdatePrompt,
  progressPrompt,
  taskLedger,
} from "./prompts.ts";

/** How often the model is asked for a ledger that can be used. */
const LEDGER_ATTEMPTS = 10;

/** What an orchestration is made with. */
export interface OrchestrationOptions {
  /** The manager's name: the source of what it says. */
  readonly source: string;
  readonly participants: readonly { readonly name: string; readonly description: string }[];
  /** Keeps the progress ledger. */
  readonly modelClient: ChatCompletionClient;
  /** Finds facts, plans, and gives the final answer. */
  readonly planningModelClient: ChatCompletionClient;
  /** The rounds of a run, after which the final answer is given; `undefined`: no limit. */
  readonly maxRounds: number | undefined;
  /** After so many rounds without progress there is a new plan. */
  readonly maxStalls: number;
  readonly finalAnswerPrompt: string;
  readonly messages: () => MessageRegistry;
}

/**
 * A model leads the team. The outer loop finds facts, plans, and shows the team both in a task ledger; the inner loop
 * judges the progress in each round and tells the next speaker what to do. Too many rounds without progress lead to a new
 * plan, with which the team begins anew. A satisfied request or the last round leads to the final answer.
 */
export class MagenticOneOrchestration implements SpeakerSelection {
  readonly stateType = "MagenticOneOrchestratorState";
  readonly chatOnly = true;
  readonly #options: OrchestrationOptions;
  readonly #names: readonly string[];
  readonly #team: string;
  readonly #format: LedgerFormat;
  #task = "";
  #facts = "";
  /** Empty until there is a plan for the task. */
  #plan = "";
  #rounds = 0;
  #stalls = 0;
  /** What was counted before the round that is being judged: broken off, it is judged again. */
  #roundBegan: { readonly n_rounds: number; readonly n_stalls: number } | undefined;

  constructor(options: OrchestrationOptions) {
    this.#options = options;
    this.#names = options.participants.map(({ name }) => name);
    this.#team = options.participants
      .map(({ name, description }) => `${name}: ${description}`.replace(/\s+/g, " ").trim())
      .join("\n");
    this.#format = new LedgerFormat(this.#names);
  }

  /** There must be something to work on. */
  validate(messages: readonly ChatMessage[]): void {
    if (messages.length > 0 || this.#task !== "" || this.#plan !== "") return;
    throw new ValueError("There is no task yet. Give the first run one; later runs may go on without.");
  }

  /** A new task begins a new plan; words after a handoff to somebody outside go on with the one there is. */
  begin(messages: readonly ChatMessage[], { thread, goesOn }: SelectionStart): "anew" | undefined {
    if (this.#roundBegan !== undefined) this.#count(this.#roundBegan);
    if (!goesOn) this.#rounds = 0;
    if (messages.length === 0 || (this.#plan !== "" && this.#answersHandoff(messages, thread))) return undefined;
    const registry = this.#options.messages();
    this.#task = messages.map((message) => registry.toModelText(message)).join(" ");
    this.#facts = "";
    this.#plan = "";
    this.#stalls = 0;
    return "anew";
  }

  async select(thread: readonly StreamItem[], context: SelectionContext): Promise<Selection> {
    const { maxRounds, maxStalls } = this.#options;
    if (this.#plan === "") {
      await this.#makePlan([], factsPrompt(this.#task), planPrompt(this.#team), context);
    }
    for (;;) {
      if (maxRounds !== undefined && this.#rounds > maxRounds) {
        return this.#finish("Max rounds reached.", thread, context);
      }
      this.#roundBegan = this.#counts;
      this.#rounds += 1;
      const ledger = await this.#judge(thread, context.run);
      if (ledger.is_request_satisfied.answer) {
        const stop = await this.#finish(ledger.is_request_satisfied.reason, thread, context);
        this.#roundBegan = undefined;
        return stop;
      }
      const isStuck = !ledger.is_progress_being_made.answer || ledger.is_in_loop.answer;
      this.#stalls = isStuck ? this.#stalls + 1 : Math.max(0, this.#stalls - 1);
      if (this.#stalls < maxStalls) {
        this.#roundBegan = undefined;
        await this.#say(ledger.instruction_or_question.answer, context);
        return [ledger.next_speaker.answer];
      }
      const facts = factsUpdatePrompt(this.#task, this.#facts);
      await this.#makePlan(this.#conversation(thread), facts, planUpdatePrompt(this.#team), context);
      this.#stalls = 0;
      this.#roundBegan = undefined;
    }
  }

  reset(): void {
    this.#task = "";
    this.#facts = "";
    this.#plan = "";
    this.#count({});
  }

  #count({ n_rounds: rounds, n_stalls: stalls }: JsonObject): void {
    this.#rounds = typeof rounds === "number" ? rounds : 0;
    this.#stalls = typeof stalls === "number" ? stalls : 0;
    this.#roundBegan = undefined;
  }

  get #counts(): { readonly n_rounds: number; readonly n_stalls: number } {
    return { n_rounds: this.#rounds, n_stalls: this.#stalls };
  }

  /**
   * AutoGen's orchestrator counts rounds and leaves the turn at 0; it does not know where a round began. `null`: the run
   * has ended, and the next one counts anew.
   */
  saveState(isUnfinished: boolean): JsonObject {
    return {
      current_turn: 0,
      task: this.#task,
      facts: this.#facts,
      plan: this.#plan,
      ...this.#counts,
      round_began: isUnfinished ? (this.#roundBegan ?? this.#counts) : null,
    };
  }

  loadState(state: JsonObject): void {
    const { task, facts, plan, round_began: began } = state;
    this.#task = typeof task === "string" ? task : "";
    this.#facts = typeof facts === "string" ? facts : "";
    this.#plan = typeof plan === "string" ? plan : "";
    this.#count(isObject(began) ? { ...state, ...began } : state);
  }

  /** The outer loop: facts, then a plan; the team begins anew with both. */
  async #makePlan(
    conversation: readonly LLMMessage[],
    factsQuestion: string,
    planQuestion: string,
    context: SelectionContext,
  ): Promise<void> {
    const { source } = this.#options;
    const survey = [...conversation, UserMessage({ content: factsQuestion, source })];
    const facts = await this.#think("facts", survey, context.run);
    const request = [
      ...survey,
      AssistantMessage({ content: facts, source }),
      UserMessage({ content: planQuestion, source }),
    ];
    const plan = await this.#think("plan", request, context.run);
    await raceSignal(context.startOver(), context.run.signal);
    this.#facts = facts;
    // An empty plan stands for none yet.
    this.#plan = plan === "" ? "None." : plan;
    await this.#say(taskLedger(this.#task, this.#team, this.#facts, this.#plan), context);
  }

  /** The inner loop's question: how the work stands and what comes next. */
  async #judge(thread: readonly StreamItem[], run: RunContext): Promise<ProgressLedger> {
    const { source, modelClient } = this.#options;
    const { structuredOutput, jsonOutput } = modelClient.modelInfo;
    const form = structuredOutput ? this.#format.output : jsonOutput ? true : undefined;
    const question = progressPrompt(this.#task, this.#team, this.#names);
    const conversation = [...this.#conversation(thread), UserMessage({ content: question, source })];
    let problem = "";
    for (let attempt = 0; attempt < LEDGER_ATTEMPTS; attempt += 1) {
      const answer = await this.#ask("ledger", modelClient, conversation, run, form);
      const reading = this.#format.read(answer);
      if ("ledger" in reading) return reading.ledger;
      ({ problem } = reading);
      conversation.push(
        AssistantMessage({ content: answer, source }),
        UserMessage({ content: ledgerFeedback(problem, this.#names), source }),
      );
    }
    throw new ValueError(
      `Failed to parse ledger information after multiple retries. The last answer of the model: ${problem}`,
      { code: "ERR_MODEL_ANSWER" },
    );
  }

  async #finish(stop: string, thread: readonly StreamItem[], context: SelectionContext): Promise<Selection> {
    const { source, finalAnswerPrompt } = this.#options;
    const content = finalAnswerPrompt.replaceAll("{task}", () => this.#task);
    const conversation = [...this.#conversation(thread), UserMessage({ content, source })];
    await this.#say(await this.#think("answer", conversation, context.run), context);
    return { stop };
  }

  async #say(content: string, context: SelectionContext): Promise<void> {
    await context.say(TextMessage({ content, source: this.#options.source }, context.run));
  }

  /** The thread for a model: what the manager said is the model's own. */
  #conversation(thread: readonly StreamItem[]): LLMMessage[] {
    const { source } = this.#options;
    const messages = this.#options.messages();
    return thread.map((item) =>
      item.source === source
        ? AssistantMessage({ content: messages.toModelText(item), source })
        : messages.toModelMessage(item),
    );
  }

  #think(purpose: string, messages: readonly LLMMessage[], run: RunContext): Promise<string> {
    return this.#ask(purpose, this.#options.planningModelClient, messages, run);
  }

  /** After an abort nothing goes on, also with a client that does not look at the signal. */
  async #ask(
    purpose: string,
    client: ChatCompletionClient,
    messages: readonly LLMMessage[],
    run: RunContext,
    jsonOutput?: OutputSchema | true,
  ): Promise<string> {
    const options = { purpose, agent: this.#options.source, ...(jsonOutput === undefined ? {} : { jsonOutput }) };
    const asking = callModel(run, client, forModel(messages.slice(), client.modelInfo), options);
    const { content } = await raceSignal(asking, run.signal);
    if (typeof content === "string") return content;
    throw new ValueError("The orchestrating model called a tool, though it was offered none.", {
      code: "ERR_MODEL_ANSWER",
    });
  }

  /** True when the team waits for words of somebody outside, or the task is a handoff itself. */
  #answersHandoff(messages: readonly ChatMessage[], thread: readonly StreamItem[]): boolean {
    const last = thread.at(-1);
    const isAsked = last?.type === "HandoffMessage" && !this.#names.includes(last.target);
    return isAsked || messages.some(({ type }) => type === "HandoffMessage");
  }
}
