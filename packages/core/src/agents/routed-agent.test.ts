import { describe, expect, test } from "vitest";
import { AgentId } from "../identifiers/agent-id.ts";
import { DefaultTopicId } from "../identifiers/default-topic-id.ts";
import type { LogRecord } from "../logging/log-sink.ts";
import { defineMessage } from "../messages/define-message.ts";
import { AnyMessage } from "../messages/message-type.ts";
import {
  SingleThreadedAgentRuntime,
  type SingleThreadedAgentRuntimeOptions,
} from "../runtime/single-threaded-agent-runtime.ts";
import { deferred, rejectionOf } from "../runtime/testing/agents.ts";
import { DefaultSubscription } from "../subscriptions/default-subscription.ts";
import type { HandlerDefinition } from "./handler-definition.ts";
import { event, on, rpc } from "./handlers.ts";
import type { ClassSubscriptions } from "./register-agent.ts";
import { RoutedAgent } from "./routed-agent.ts";

const Say = defineMessage<{ readonly value: string }>("Say");
const Other = defineMessage<{ readonly value: string }>("Other");
const Unknown = defineMessage<{ readonly value: string }>("Unknown");

class Note {
  static readonly typeName: string = "Note";
  value = "note";
}
class SubNote extends Note {}

abstract class Traced extends RoutedAgent {
  static override readonly subscriptions: ClassSubscriptions = () => [new DefaultSubscription()];
  readonly trace: string[] = [];

  constructor() {
    super("traced");
  }
}

const id = new AgentId("a", "default");

async function start<T extends Traced>(
  Agent: (new () => T) & Pick<typeof Traced, "handledTypes" | "register">,
  options: SingleThreadedAgentRuntimeOptions = {},
) {
  const runtime = new SingleThreadedAgentRuntime(options);
  await Agent.register(runtime, "a", () => new Agent(), { skipClassSubscriptions: true });
  await runtime.addSubscription(new DefaultSubscription({ agentType: "a" }));
  runtime.start();
  const agent = await runtime.tryGetUnderlyingAgentInstance(id, Agent);
  const publish = async (message: unknown): Promise<void> => {
    await runtime.publishMessage(message, new DefaultTopicId());
    await runtime.stopWhenIdle();
    runtime.start();
  };
  return { runtime, agent, publish };
}

test("RPC-matching and broadcast-matching handlers of one type: publish bumps only broadcast, send only RPC", async () => {
  class Both extends Traced {
    static override readonly handlers: readonly HandlerDefinition[] = [
      on(Say, (self: Both) => void self.trace.push("rpc"), { match: (_message, { isRpc }) => isRpc }),
      on(Say, (self: Both) => void self.trace.push("broadcast"), { match: (_message, { isRpc }) => !isRpc }),
    ];
  }
  const { runtime, agent, publish } = await start(Both);
  await publish(Say({ value: "x" }));
  expect(agent.trace).toEqual(["broadcast"]);
  await runtime.sendMessage(Say({ value: "x" }), id);
  expect(agent.trace).toEqual(["broadcast", "rpc"]);
});

const trace =
  (text: string) =>
  (self: Traced): void =>
    void self.trace.push(text);
const valueIs = (wanted: string): { match: (message: { readonly value: string }) => boolean } => ({
  match: ({ value }) => value === wanted,
});

describe.each([
  ["on", (wanted: string) => on(Say, trace(wanted), valueIs(wanted)), true, true],
  ["rpc", (wanted: string) => rpc(Say, trace(wanted), valueIs(wanted)), true, false],
  ["event", (wanted: string) => event(Say, trace(wanted), valueIs(wanted)), false, true],
] as const)("%s with a match on the value one or two", (_name, declare, takesSends, takesPublishes) => {
  class Matching extends Traced {
    static override readonly handlers: readonly HandlerDefinition[] = [declare("one"), declare("two")];
  }

  test(`reaches exactly its handler; ${takesSends ? "takes" : "ignores"} sends, ${takesPublishes ? "takes" : "ignores"} publishes, with no error`, async () => {
    const { runtime, agent, publish } = await start(Matching);
    for (const value of ["two", "one"]) await runtime.sendMessage(Say({ value }), id);
    expect(agent.trace.splice(0)).toEqual(takesSends ? ["two", "one"] : []);
    for (const value of ["two", "one", "three"]) await publish(Say({ value }));
    expect(agent.trace).toEqual(takesPublishes ? ["two", "one"] : []);
  });
});

describe("a message that nobody handles", () => {
  class Deaf extends Traced {}

  test("published: an info record containing Unhandled message", async () => {
    const records: LogRecord[] = [];
    const { publish } = await start(Deaf, { log: { write: (record) => records.push(record) } });
    await publish(Unknown({ value: "x" }));
    expect(records).toContainEqual(
      expect.objectContaining({ level: "info", text: 'Unhandled message: {"type":"Unknown","value":"x"}' }),
    );
  });

  test("sent: resolves with null, without error", async () => {
    const { runtime } = await start(Deaf);
    expect(await runtime.sendMessage(Unknown({ value: "x" }), id)).toBeNull();
  });

  test('sent, with unhandledRpc "error": CantHandleException', async () => {
    const { runtime } = await start(Deaf, { unhandledRpc: "error" });
    await expect(runtime.sendMessage(Unknown({ value: "x" }), id)).rejects.toThrow(
      "a/default has no handler for messages of type Unknown.",
    );
  });

  test("an agent may override what happens then", async () => {
    class Strict extends Traced {
      override onUnhandledMessage(): unknown {
        return "overridden";
      }
    }
    const { runtime } = await start(Strict);
    expect(await runtime.sendMessage(7, id)).toBe("overridden");
  });
});

describe("the order of handlers", () => {
  class Ordered extends Traced {
    static override readonly handlers: readonly HandlerDefinition[] = [
      on(Say, (self: Ordered) => self.trace.push("z_first"), { order: 2 }),
      on(Say, (self: Ordered) => self.trace.push("B_up"), { match: ({ value }) => value === "b" }),
      on(Say, (self: Ordered) => self.trace.push("a_low"), { match: ({ value }) => value === "b", order: 1 }),
    ];
  }

  test("three handlers, z_first without match, B_up and a_low match b: value b goes to B_up, else to z_first", async () => {
    const { runtime, agent } = await start(Ordered);
    await runtime.sendMessage(Say({ value: "b" }), id);
    await runtime.sendMessage(Say({ value: "c" }), id);
    expect(agent.trace).toEqual(["B_up", "z_first"]);
  });

  test("a subclass has the handlers of its base class, and overrides by declaring the type again", async () => {
    class Sub extends Ordered {
      static override readonly handlers: readonly HandlerDefinition[] = [
        on(Say, (self: Sub) => self.trace.push("sub"), { match: ({ value }) => value === "b" }),
        on(Other, (self: Sub) => self.trace.push("other")),
      ];
    }
    const { runtime, agent } = await start(Sub);
    await runtime.sendMessage(Say({ value: "b" }), id);
    await runtime.sendMessage(Say({ value: "c" }), id);
    await runtime.sendMessage(Other({ value: "c" }), id);
    expect(agent.trace).toEqual(["sub", "z_first", "other"]);
  });

  test("a subclass without handlers of its own has those of its base class", async () => {
    class Plain extends Ordered {}
    const { runtime, agent } = await start(Plain);
    await runtime.sendMessage(Say({ value: "c" }), id);
    expect(agent.trace).toEqual(["z_first"]);
  });

  test("handlers that are never reached are told when the class is registered", async () => {
    class Ambiguous extends Traced {
      static override readonly handlers: readonly HandlerDefinition[] = [
        on(Say, () => undefined),
        rpc(Say, () => undefined),
        event(Other, () => undefined),
        rpc(Other, () => undefined),
      ];
    }
    const warnings: Error[] = [];
    const listen = (warning: Error): unknown => warnings.push(warning);
    process.on("warning", listen);
    await start(Ambiguous);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listen);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining("Ambiguous has two handlers for the same messages (Say)"),
    ]);
  });
});

describe("types", () => {
  class Typed extends Traced {
    static override readonly handlers: readonly HandlerDefinition[] = [
      on([Say, Other], (_self: Typed, message) => `${message.type} ${message.value}`),
      on(Note, (_self: Typed, note) => `note ${note.value}`),
    ];
  }

  test("one handler may take several types", async () => {
    const { runtime } = await start(Typed);
    expect(await runtime.sendMessage(Say({ value: "x" }), id)).toBe("Say x");
    expect(await runtime.sendMessage(Other({ value: "y" }), id)).toBe("Other y");
  });

  test("a class is matched exactly: a message of a subclass is unhandled", async () => {
    const { runtime } = await start(Typed);
    expect(await runtime.sendMessage(new Note(), id)).toBe("note note");
    expect(await runtime.sendMessage(new SubNote(), id)).toBeNull();
  });

  test("a handler of AnyMessage is asked after those for the exact type, also for untagged objects and primitives", async () => {
    class CatchAll extends Traced {
      static override readonly handlers: readonly HandlerDefinition[] = [
        on(AnyMessage, (_self: CatchAll, message) => `any ${typeof message}`),
        on(Say, () => "exact", { match: ({ value }) => value === "mine" }),
      ];
    }
    const { runtime } = await start(CatchAll);
    expect(await runtime.sendMessage(Say({ value: "mine" }), id)).toBe("exact");
    expect(await runtime.sendMessage(Say({ value: "yours" }), id)).toBe("any object");
    for (const message of ["text", 7, undefined, null, {}, Object.create(null)]) {
      expect(await runtime.sendMessage(message, id)).toBe(`any ${typeof message}`);
    }
  });

  test("a handler without types or without a function is refused", () => {
    expect(() => on([], () => undefined)).toThrow("A handler needs the message types");
    expect(() => on("Say" as never, () => undefined)).toThrow("A handler needs the message types");
    expect(() => on(Say, undefined as never)).toThrow("A handler must be a function");
  });
});

describe("the answer", () => {
  const wrong = (): never => 7 as never;

  test("a number where a string is declared: an error in strict mode, sync or async", async () => {
    class Strict extends Traced {
      static override readonly handlers: readonly HandlerDefinition[] = [
        rpc(Say, wrong, { returns: [String] }),
        rpc(Other, async () => wrong(), { returns: [Say, Boolean] }),
      ];
    }
    const { runtime } = await start(Strict);
    await expect(runtime.sendMessage(Say({ value: "x" }), id)).rejects.toThrow(
      "The answer is a Number, which is not in return types: String.",
    );
    await expect(runtime.sendMessage(Other({ value: "x" }), id)).rejects.toThrow("not in return types: Say, Boolean");
  });

  test("with strict false the value comes through, with a warning", async () => {
    class Lax extends Traced {
      static override readonly handlers: readonly HandlerDefinition[] = [
        rpc(Say, wrong, { returns: [String], strict: false }),
      ];
    }
    const warned = deferred<Error>();
    process.once("warning", (warning) => warned.resolve(warning));
    const { runtime } = await start(Lax);
    expect(await runtime.sendMessage(Say({ value: "x" }), id)).toBe(7);
    expect(await warned.promise).toMatchObject({ code: "TESSERAE_HANDLER_RETURN" });
  });

  test("declared types pass; an instance of a subclass does not", async () => {
    class Fine extends Traced {
      static override readonly handlers: readonly HandlerDefinition[] = [
        rpc(Say, ({ runtime }: Fine, { value }) => (runtime === undefined ? "" : value), { returns: [String] }),
        rpc(Other, async (_self: Fine, { value }) => (value === "sub" ? new SubNote() : new Note()), {
          returns: [Note],
        }),
      ];
    }
    const { runtime } = await start(Fine);
    expect(await runtime.sendMessage(Say({ value: "x" }), id)).toBe("x");
    expect(await runtime.sendMessage(Other({ value: "x" }), id)).toBeInstanceOf(Note);
    expect(await rejectionOf(runtime.sendMessage(Other({ value: "sub" }), id))).toMatchObject({ name: "ValueError" });
  });

  test("an event handler that returns a value is an error", async () => {
    class Talking extends Traced {
      static override readonly handlers: readonly HandlerDefinition[] = [event(Say, async () => wrong())];
    }
    const { runtime } = await start(Talking, { ignoreUnhandledExceptions: false });
    await runtime.publishMessage(Say({ value: "x" }), new DefaultTopicId());
    await expect(runtime.stopWhenIdle()).rejects.toThrow("not in return types: nothing");
  });
});
