import {
  AgentId,
  RoutedAgent,
  SingleThreadedAgentRuntime,
  TopicId,
  TypeSubscription,
  defineMessage,
  event,
  rpc,
  type HandlerDefinition,
} from "@tesserae/core";

/** The message of the benchmarks. */
export const Add = defineMessage<{ readonly value: number }>("bench.Add");

/** Answers with the value and one more; the handler is a plain function. */
export class SyncAdder extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    rpc(Add, (_self: SyncAdder, { value }) => value + 1),
  ];

  constructor() {
    super("adds one");
  }
}

/** The same with an `async` handler. */
export class AsyncAdder extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    rpc(Add, async (_self: AsyncAdder, { value }) => value + 1),
  ];

  constructor() {
    super("adds one");
  }
}

/** What the listeners of a fan-out have heard. */
export interface Heard {
  count: number;
  expected: number;
  done: () => void;
}

/** Counts what is published. */
export function makeListener(heard: Heard): new () => RoutedAgent {
  return class Listener extends RoutedAgent {
    static override readonly handlers: readonly HandlerDefinition[] = [
      event(Add, (_self: RoutedAgent, { value }) => {
        heard.count += value;
        if (heard.count === heard.expected) heard.done();
      }),
    ];

    constructor() {
      super("listens");
    }
  };
}

/** A running runtime with agents of one type. */
export async function startRuntime(make: () => SyncAdder | AsyncAdder): Promise<SingleThreadedAgentRuntime> {
  const runtime = new SingleThreadedAgentRuntime();
  await runtime.registerFactory("adder", make);
  runtime.start();
  return runtime;
}

/** A running runtime with `count` listeners on one topic. */
export async function startFanOut(count: number, heard: Heard): Promise<SingleThreadedAgentRuntime> {
  const runtime = new SingleThreadedAgentRuntime();
  const Listener = makeListener(heard);
  for (let index = 0; index < count; index += 1) {
    await runtime.registerFactory(`listener${index}`, () => new Listener());
    await runtime.addSubscription(new TypeSubscription("news", `listener${index}`));
  }
  runtime.start();
  return runtime;
}

export const adderId: AgentId = new AgentId("adder", "default");
export const news: TopicId = new TopicId("news", "default");
