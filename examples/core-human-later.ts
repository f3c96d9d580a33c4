/** A person who answers later: the program ends when it needs an answer, with its state kept, and goes on with both. */
import {
  AssistantMessage,
  DefaultInterventionHandler,
  DefaultSubscription,
  DefaultTopicId,
  RoutedAgent,
  SingleThreadedAgentRuntime,
  SystemMessage,
  UserMessage,
  defineMessage,
  event,
  llmMessageFromJson,
  llmMessageToJson,
  type ChatCompletionClient,
  type ClassSubscriptions,
  type HandlerDefinition,
  type JsonObject,
  type LLMMessage,
  type MessageContext,
} from "@tesserae/core";
import { z } from "zod";
import { ask } from "./support/ask.ts";
import { scriptedModel } from "./support/scripted-model.ts";

const FromUser = defineMessage("FromUser", z.object({ text: z.string() }));
const Question = defineMessage("Question", z.object({ text: z.string() }));
const Done = defineMessage("Done", z.object({ text: z.string() }));

//#region agent
/** Makes an appointment; what was said until now is its state. */
class Scheduler extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(FromUser, (self: Scheduler, { text }, context) => self.hear(text, context)),
  ];
  static override readonly subscriptions: ClassSubscriptions = () => [new DefaultSubscription()];
  #said: LLMMessage[] = [SystemMessage({ content: "Find day and hour of an appointment; begin with DONE then." })];
  readonly #modelClient: ChatCompletionClient;

  constructor(modelClient: ChatCompletionClient) {
    super("Makes appointments.");
    this.#modelClient = modelClient;
  }

  async hear(text: string, context: MessageContext): Promise<void> {
    this.#said.push(UserMessage({ content: text, source: "user" }));
    const answer = await ask(context, this.#modelClient, this.#said);
    this.#said.push(AssistantMessage({ content: answer, source: this.type }));
    const message = answer.startsWith("DONE") ? Done({ text: answer }) : Question({ text: answer });
    await context.publish(message, new DefaultTopicId());
  }

  override async saveState(): Promise<JsonObject> {
    return { said: this.#said.map(llmMessageToJson) };
  }

  override async loadState({ said }: JsonObject): Promise<void> {
    this.#said = Array.isArray(said) ? said.map((message) => llmMessageFromJson(message)) : [];
  }
}
//#endregion

//#region outcome
/** Keeps what leads out of the runtime: a question to the person, or the end. */
class Outcome extends DefaultInterventionHandler {
  text: string | undefined;
  isDone = false;

  override onPublish(message: unknown): unknown {
    if (Question.is(message) || Done.is(message)) {
      this.text = message.text;
      this.isDone = Done.is(message);
    }
    return message;
  }
}
//#endregion

//#region session
/** What the person says, with the state from before: until something is needed from the person again. */
async function session(text: string, modelClient: ChatCompletionClient, before?: string): Promise<string | undefined> {
  const outcome = new Outcome();
  const runtime = new SingleThreadedAgentRuntime({ interventionHandlers: [outcome] });
  await Scheduler.register(runtime, "scheduler", () => new Scheduler(modelClient));
  if (before !== undefined) await runtime.loadState(JSON.parse(before));

  runtime.start();
  await runtime.publishMessage(FromUser({ text }), new DefaultTopicId());
  await runtime.stopWhen(() => outcome.text !== undefined);
  console.log(`user: ${text}\nscheduler: ${outcome.text}`);

  const state = outcome.isDone ? undefined : JSON.stringify(await runtime.saveState());
  await runtime.close();
  return state;
}

// Each might be a request of its own, on another day; the text between them lies in a file or a database.
const monday = await session("I need a new floor.", scriptedModel("Which day?"));
const tuesday = await session("Friday.", scriptedModel("At what hour?"), monday);
const later = scriptedModel("DONE: Friday at ten.");
await session("At ten.", later, tuesday);
//#endregion
console.log(`the model saw all ${later.createCalls[0]?.messages.length} messages in the end`);
