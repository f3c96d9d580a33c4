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

function makeListener(hear: (value: number) => void): new () => RoutedAgent {
  return class Listener extends RoutedAgent {
    static override readonly handlers: readonly HandlerDefinition[] = [
      event(Add, (_self: RoutedAgent, { value }) => hear(value)),
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

/** A running runtime with `count` listeners on one topic, which call `hear`. */
export async function startFanOut(count: number, hear: (value: number) => void): Promise<SingleThreadedAgentRuntime> {
  const runtime = new SingleThreadedAgentRuntime();
  const Listener = makeListener(hear);
  for (let index = 0; index < count; index += 1) {
    await runtime.registerFactory(`listener${index}`, () => new Listener());
    await runtime.addSubscription(new TypeSubscription("news", `listener${index}`));
  }
  runtime.start();
  return runtime;
}

export const adderId: AgentId = new AgentId("adder", "default");
export const news: TopicId = new TopicId("news", "default");
