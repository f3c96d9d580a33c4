/** Reflection: one actor writes code, another reviews it, until the review approves. */
import {
  AssistantMessage,
  ClosureAgent,
  DefaultSubscription,
  DefaultTopicId,
  RoutedAgent,
  SingleThreadedAgentRuntime,
  SystemMessage,
  TypeSubscription,
  UserMessage,
  defineMessage,
  event,
  type ChatCompletionClient,
  type ClassSubscriptions,
  type HandlerDefinition,
  type LLMMessage,
  type MessageContext,
} from "@tesserae/core";
import { z } from "zod";
import { ask } from "./support/ask.ts";
import { scriptedModel } from "./support/scripted-model.ts";

//#region messages
const Task = defineMessage("Task", z.object({ task: z.string() }));
const Draft = defineMessage("Draft", z.object({ code: z.string() }));
const Review = defineMessage("Review", z.object({ approved: z.boolean(), reason: z.string() }));
const Finished = defineMessage("Finished", z.object({ code: z.string(), drafts: z.number() }));
//#endregion

const everything: ClassSubscriptions = () => [new DefaultSubscription()];

//#region coder
class Coder extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Task, (self: Coder, { task }, context) => self.write(task, context)),
    event(Review, (self: Coder, { approved, reason }, context) =>
      approved ? self.finish(context) : self.write(reason, context),
    ),
  ];
  static override readonly subscriptions: ClassSubscriptions = everything;
  readonly #conversation: LLMMessage[] = [SystemMessage({ content: "Write TypeScript. Answer with code alone." })];
  readonly #drafts: string[] = [];
  readonly #modelClient: ChatCompletionClient;

  constructor(modelClient: ChatCompletionClient) {
    super("Writes code.");
    this.#modelClient = modelClient;
  }

  async write(request: string, context: MessageContext): Promise<void> {
    this.#conversation.push(UserMessage({ content: request, source: "reviewer" }));
    const code = await ask(context, this.#modelClient, this.#conversation);
    this.#conversation.push(AssistantMessage({ content: code, source: "coder" }));
    this.#drafts.push(code);
    console.log(`coder: ${code}`);
    await context.publish(Draft({ code }), new DefaultTopicId());
  }

  async finish(context: MessageContext): Promise<void> {
    const drafts = this.#drafts;
    const finished = Finished({ code: drafts.at(-1) ?? "", drafts: drafts.length });
    await context.publish(finished, new DefaultTopicId({ type: "finished" }));
  }
}
//#endregion

//#region reviewer
const REVIEW = 'Review the code. Answer as JSON: {"approved": true or false, "reason": "…"}.';

class Reviewer extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Draft, (self: Reviewer, { code }, context) => self.review(code, context)),
  ];
  static override readonly subscriptions: ClassSubscriptions = everything;
  readonly #modelClient: ChatCompletionClient;

  constructor(modelClient: ChatCompletionClient) {
    super("Reviews code.");
    this.#modelClient = modelClient;
  }

  async review(code: string, context: MessageContext): Promise<void> {
    const messages = [SystemMessage({ content: REVIEW }), UserMessage({ content: code, source: "coder" })];
    // A message checks its fields: an answer of another shape never reaches the coder.
    const review = Review(JSON.parse(await ask(context, this.#modelClient, messages)));
    console.log(`reviewer: ${review.approved ? "approved" : "refused"}, ${review.reason}`);
    await context.publish(review, new DefaultTopicId());
  }
}
//#endregion

const code = scriptedModel("const area = (a, b) => a * b;", "const area = (a: number, b: number): number => a * b;");
const reviews = scriptedModel(
  '{"approved": false, "reason": "The types are missing."}',
  '{"approved": true, "reason": "clear and typed"}',
);

//#region run
const runtime = new SingleThreadedAgentRuntime();
await Coder.register(runtime, "coder", () => new Coder(code));
await Reviewer.register(runtime, "reviewer", () => new Reviewer(reviews));
await ClosureAgent.registerClosure(runtime, "user", (_self, { drafts }) => console.log(`finished, ${drafts} drafts`), {
  messages: Finished,
  subscriptions: () => [new TypeSubscription("finished", "user")],
});

runtime.start();
await runtime.publishMessage(Task({ task: "The area of a floor." }), new DefaultTopicId());
await runtime.stopWhenIdle();
//#endregion
await runtime.close();
