/** The first program with actors, on two workers: the agents are the same, line for line, and do not know where they are. */
import {
  AgentId,
  DefaultSubscription,
  DefaultTopicId,
  RoutedAgent,
  defineMessage,
  on,
  type ClassSubscriptions,
  type HandlerDefinition,
  type Infer,
  type MessageContext,
} from "@tesserae/core";
import { GrpcWorkerAgentRuntime, GrpcWorkerAgentRuntimeHost } from "@tesserae/ext/runtimes/grpc";
import { z } from "zod";

const LINE = "-".repeat(80);

//#region message
const Message = defineMessage("Message", z.object({ content: z.number() }));
type Message = Infer<typeof Message>;
//#endregion

//#region agents
class Modifier extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    on(Message, (self: Modifier, message, context) => self.modify(message, context)),
  ];
  static override readonly subscriptions: ClassSubscriptions = () => [new DefaultSubscription()];
  readonly #modifyVal: (value: number) => number;

  constructor(modifyVal: (value: number) => number) {
    super("Changes a number.");
    this.#modifyVal = modifyVal;
  }

  async modify({ content }: Message, context: MessageContext): Promise<void> {
    const value = this.#modifyVal(content);
    console.log(`${LINE}\nModifier:\nModified ${content} to ${value}`);
    await context.publish(Message({ content: value }), new DefaultTopicId());
  }
}

class Checker extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    on(Message, (self: Checker, message, context) => self.check(message, context)),
  ];
  static override readonly subscriptions: ClassSubscriptions = () => [new DefaultSubscription()];
  readonly #runUntil: (value: number) => boolean;

  constructor(runUntil: (value: number) => boolean) {
    super("Checks a number.");
    this.#runUntil = runUntil;
  }

  async check({ content }: Message, context: MessageContext): Promise<void> {
    if (this.#runUntil(content)) {
      console.log(`${LINE}\nChecker:\n${content} failed the check, stopping.`);
      return;
    }
    console.log(`${LINE}\nChecker:\n${content} passed the check, continue.`);
    await context.publish(Message({ content }), new DefaultTopicId());
  }
}
//#endregion

//#region workers
const host = new GrpcWorkerAgentRuntimeHost("127.0.0.1:0");
await host.start();
const [left, right] = [
  new GrpcWorkerAgentRuntime({ hostAddress: host.address }),
  new GrpcWorkerAgentRuntime({ hostAddress: host.address }),
];
await left.start();
await right.start();

let done = (): void => {};
const allDone = new Promise<void>((resolve) => (done = resolve));
const isDone = (value: number): boolean => {
  if (value <= 1) done();
  return value <= 1;
};
await Modifier.register(left, "modifier", () => new Modifier((x) => x - 1));
await Checker.register(right, "checker", () => new Checker(isDone));

await left.sendMessage(Message({ content: 10 }), new AgentId("checker", "default"));
await allDone;
//#endregion
await left.stop();
await right.stop();
await left.close();
await right.close();
await host.stop();
