/** A debate: solvers see what their neighbours answered, think again, and the majority of the last round is the answer. */
import {
  AssistantMessage,
  DefaultSubscription,
  DefaultTopicId,
  RoutedAgent,
  SingleThreadedAgentRuntime,
  TypeSubscription,
  UserMessage,
  defineMessage,
  event,
  type ChatCompletionClient,
  type ClassSubscriptions,
  type HandlerDefinition,
  type Infer,
  type LLMMessage,
  type MessageContext,
} from "@tesserae/core";
import { z } from "zod";
import { ask } from "./support/ask.ts";
import { scriptedModel } from "./support/scripted-model.ts";

const ROUNDS = 3;
const SOLVERS = 4;

const Question = defineMessage("Question", z.object({ text: z.string() }));
const Opinion = defineMessage("Opinion", z.object({ round: z.number(), text: z.string() }));
const Final = defineMessage("Final", z.object({ answer: z.string() }));
type Opinion = Infer<typeof Opinion>;

const everybody: ClassSubscriptions = () => [new DefaultSubscription()];

//#region solver
class Solver extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Question, (self: Solver, { text }, context) => self.think(1, text, context)),
    event(Opinion, (self: Solver, opinion, context) => self.hear(opinion, context)),
  ];
  static override readonly subscriptions: ClassSubscriptions = everybody;
  readonly #conversation: LLMMessage[] = [];
  /** What the neighbours said, by round: one of them may be a round ahead. */
  readonly #heard = new Map<number, string[]>();
  readonly #modelClient: ChatCompletionClient;

  constructor(modelClient: ChatCompletionClient) {
    super("Solves, and thinks again.");
    this.#modelClient = modelClient;
  }

  async hear({ round, text }: Opinion, context: MessageContext): Promise<void> {
    const opinions = [...(this.#heard.get(round) ?? []), text];
    this.#heard.set(round, opinions);
    if (opinions.length === 2) await this.think(round + 1, `Others say: ${opinions.join(" ")} Think again.`, context);
  }

  async think(round: number, prompt: string, context: MessageContext): Promise<void> {
    this.#conversation.push(UserMessage({ content: prompt, source: "user" }));
    const text = await ask(context, this.#modelClient, this.#conversation);
    this.#conversation.push(AssistantMessage({ content: text, source: this.type }));
    console.log(`round ${round}, ${this.type}: ${text}`);
    if (round < ROUNDS) return context.publish(Opinion({ round, text }), new DefaultTopicId({ type: this.type }));
    return context.publish(Final({ answer: /\{\{(\d+)\}\}/.exec(text)?.[1] ?? "none" }), new DefaultTopicId());
  }
}
//#endregion

//#region aggregator
class Aggregator extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Final, (self: Aggregator, { answer }) => self.count(answer)),
  ];
  static override readonly subscriptions: ClassSubscriptions = everybody;
  readonly #votes = new Map<string, number>();

  count(answer: string): void {
    this.#votes.set(answer, (this.#votes.get(answer) ?? 0) + 1);
    const votes = [...this.#votes].toSorted(([, one], [, other]) => other - one);
    if (votes.reduce((sum, [, count]) => sum + count, 0) === SOLVERS) console.log(`${votes[0]?.[0]}, of`, votes);
  }
}
//#endregion

const answers = [
  ["48 and 24: {{72}}.", "{{72}}, the second month is half.", "Still {{72}}."],
  ["48 and 48: {{96}}.", "Half of it, then: {{72}}.", "{{72}}."],
  ["48 and 24: {{72}}.", "{{72}}, I reckoned it twice.", "{{72}}."],
  ["48 and 12: {{60}}.", "Half, not a quarter: {{72}}.", "No, {{60}} after all."],
];

//#region ring
const runtime = new SingleThreadedAgentRuntime();
for (const [index, texts] of answers.entries()) {
  // One message at a time: what others say must not come between a question and its answer.
  const modelClient = scriptedModel(...texts);
  await Solver.register(runtime, `solver-${index}`, () => new Solver(modelClient), { concurrency: 1 });
  // Each hears two neighbours, not all: it costs less, and is as good.
  for (const neighbour of [(index + 1) % SOLVERS, (index + SOLVERS - 1) % SOLVERS]) {
    await runtime.addSubscription(new TypeSubscription(`solver-${neighbour}`, `solver-${index}`));
  }
}
await Aggregator.register(runtime, "aggregator", () => new Aggregator("Counts the votes."));

runtime.start();
const text = "A mason lays 48 tiles in April and half as many in May. How many together? Put the number in {{}}.";
await runtime.publishMessage(Question({ text }), new DefaultTopicId());
await runtime.stopWhenIdle();
//#endregion
await runtime.close();
