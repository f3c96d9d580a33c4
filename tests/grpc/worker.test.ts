import {
  AgentId,
  DefaultSubscription,
  DefaultTopicId,
  NotAccessibleError,
  RoutedAgent,
  TopicId,
  TypeSubscription,
  isUnknownPayload,
  on,
  type ClassSubscriptions,
  type HandlerDefinition,
  type MessageContext,
  type Subscription,
} from "@tesserae/core";
import { GrpcWorkerAgentRuntime } from "@tesserae/ext/runtimes/grpc";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Actor, Answer, Ask } from "./src/actor.ts";
import type { HostPeer } from "./src/peers.ts";
import { TextReader, text } from "./src/protobuf.ts";
import { HAS_PYTHON, PythonWorker } from "./src/python.ts";
import { TypeScriptWorker, startHost } from "./src/typescript.ts";

let host: HostPeer;
let worker: TypeScriptWorker;
let runtime: GrpcWorkerAgentRuntime;

beforeEach(async () => {
  host = await startHost();
  worker = await TypeScriptWorker.start(host.address);
  ({ runtime } = worker);
});

afterEach(async () => {
  await runtime.close();
  await host.stop();
});

/** Republishes what it gets on the default topic until round five. */
class Cascading extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    on(Ask, (self: Cascading, { content }, context) => self.republish(Number(content), context)),
  ];
  static override readonly subscriptions: ClassSubscriptions = () => [new DefaultSubscription()];
  static calls = new Map<string, number>();

  async republish(round: number, context: MessageContext): Promise<void> {
    const count = (Cascading.calls.get(this.type) ?? 0) + 1;
    Cascading.calls.set(this.type, count);
    if (round < 5) await context.publish(Ask({ content: String(round + 1) }), new DefaultTopicId());
    const all = [...Cascading.calls.values()].reduce((sum, each) => sum + each, 0);
    if (all === 5 * 1705) Cascading.done();
  }

  static done: () => void = () => undefined;
}

describe("before it is started and after it has stopped", () => {
  test("a worker takes no messages and no registrations", async () => {
    const idle = new GrpcWorkerAgentRuntime({ hostAddress: host.address });
    await expect(idle.sendMessage(Ask({ content: "" }), new AgentId("a", "k"))).rejects.toThrow(
      "Runtime must be running when sending message.",
    );
    await expect(idle.publishMessage(Ask({ content: "" }), new TopicId("t", "s"))).rejects.toThrow(
      "Runtime must be running when publishing message.",
    );
    await expect(Actor.register(idle, "a", () => new Actor(() => undefined))).rejects.toThrow(
      "Host connection is not set.",
    );
    await expect(idle.addSubscription(new TypeSubscription("t", "a"))).rejects.toThrow("Host connection is not set.");
    await expect(idle.stop()).rejects.toThrow("Runtime is not running.");
    await idle.close();
  });

  test("it is started once, and again after it has stopped, with all that was registered", async () => {
    await expect(runtime.start()).rejects.toThrow("Runtime is already running.");
    await worker.register("again");
    await worker.subscribe("topic", "again");
    await runtime.stop();
    await runtime.start();
    expect(await worker.send("again/k", "hello")).toBe("again/k: hello");
    await worker.publish("topic/s", "event");
    await worker.heard.times("again/s", 1);
  });

  test("a host that is not there is an error", async () => {
    const lost = new GrpcWorkerAgentRuntime({ hostAddress: "127.0.0.1:1", connectTimeoutMs: 200 });
    await expect(lost.start()).rejects.toThrow("The host at 127.0.0.1:1 cannot be reached.");
    await lost.close();
  });

  test("a format that nobody knows is refused", () => {
    const options = { hostAddress: host.address, payloadSerializationFormat: "text/xml" };
    expect(() => new GrpcWorkerAgentRuntime(options as never)).toThrow(
      "Unsupported payload serialization format: text/xml",
    );
  });

  test("messages that are under way when it stops are handled", async () => {
    await worker.register("last");
    await worker.subscribe("last", "last");
    for (let index = 0; index < 50; index += 1) await worker.publish("last/s", String(index));
    await runtime.stop();
    expect(worker.heard.by("last/s")).toHaveLength(50);
  });

  test("what is published just before it stops gets to others", async () => {
    const publisher = await TypeScriptWorker.start(host.address);
    await worker.register("reader");
    await worker.subscribe("farewell", "reader");
    for (let index = 0; index < 50; index += 1) await publisher.publish("farewell/s", String(index));
    await publisher.runtime.close();
    expect(await worker.heard.times("reader/s", 50)).toHaveLength(50);
  });
});

describe("agents", () => {
  test("a cascade of five agents comes to 1705 calls each", async () => {
    const types = ["c0", "c1", "c2", "c3", "c4"];
    Cascading.calls.clear();
    for (const type of types) await Cascading.register(runtime, type, () => new Cascading("republishes"));
    const done = new Promise<void>((resolve) => (Cascading.done = resolve));
    for (let index = 0; index < 5; index += 1) {
      await runtime.publishMessage(Ask({ content: "1" }), new DefaultTopicId(), { sender: new AgentId("start", "k") });
    }
    await done;
    await runtime.stop();
    expect(Object.fromEntries(Cascading.calls)).toEqual(Object.fromEntries(types.map((type) => [type, 1705])));
  });

  test("instances are registered under their ids, of one class a type, and apart from factories", async () => {
    const make = (): Actor => new Actor(worker.heard.tell);
    const instance = make();
    await instance.registerInstance(runtime, new AgentId("instance", "one"));
    await make().registerInstance(runtime, new AgentId("instance", "two"));
    expect(await runtime.tryGetUnderlyingAgentInstance(new AgentId("instance", "one"))).toBe(instance);
    expect(await worker.send("instance/two", "hello")).toBe("instance/two: hello");
    await expect(make().registerInstance(runtime, new AgentId("instance", "one"))).rejects.toThrow("already exists");
    await expect(
      new Cascading("another class").registerInstance(runtime, new AgentId("instance", "three")),
    ).rejects.toThrow("Agent instances must be the same object type.");
    await expect(Actor.register(runtime, "instance", make)).rejects.toThrow();
  });

  test("an instance and a factory that publish to each other's topic stay under its source", async () => {
    await new Actor(worker.heard.tell).registerInstance(runtime, new AgentId("instance_agent", "instance_agent"));
    await worker.register("factory_agent");
    await worker.subscribe("default", "factory_agent");
    await worker.subscribe("instance_agent", "factory_agent");
    await worker.publish("instance_agent/instance_agent", "round 1");
    await worker.heard.times("instance_agent/instance_agent", 1);
    await worker.heard.times("factory_agent/instance_agent", 1);
    expect(worker.heard.by("factory_agent/default")).toEqual([]);
  });

  test("what the host refuses leaves nothing behind", async () => {
    const other = await TypeScriptWorker.start(host.address);
    await other.register("taken");
    await expect(worker.register("taken")).rejects.toThrow("Agent type taken already registered with client");
    await expect(worker.send("taken/k", "hello")).resolves.toBe("taken/k: hello");
    await other.runtime.close();
    await worker.register("taken");
    expect(await worker.send("taken/k", "hello")).toBe("taken/k: hello");
  });

  test("a type that is unregistered answers with an error, and can be registered again", async () => {
    await worker.register("fickle");
    await worker.subscribe("fickle", "fickle");
    await runtime.unregister("fickle");
    expect(runtime.subscriptions).toEqual([]);
    await expect(worker.send("fickle/k", "hello")).rejects.toThrow("fickle");
    await worker.register("fickle");
    expect(await worker.send("fickle/k", "hello")).toBe("fickle/k: hello");
  });

  test("a subscription for agents of another worker is no concern of this one, until it has them", async () => {
    await worker.subscribe("for_others", "elsewhere");
    const other = await TypeScriptWorker.start(host.address);
    await other.register("elsewhere");
    await worker.publish("for_others/s", "hello");
    await other.heard.times("elsewhere/s", 0);
    await other.runtime.close();
    await worker.register("elsewhere");
    await worker.publish("for_others/s", "again");
    expect((await worker.heard.times("elsewhere/s", 1)).map(({ received }) => received)).toEqual(["again"]);
  });

  test("a class of subscriptions that the protocol does not know is refused", async () => {
    const own: Subscription = {
      id: "own",
      isMatch: () => true,
      mapToAgent: () => new AgentId("a", "k"),
      equals: () => false,
    };
    await expect(runtime.addSubscription(own)).rejects.toThrow("A host takes subscriptions to a topic type");
  });

  test("the id that a message is given is the one its handler sees", async () => {
    const ids: string[] = [];
    class Reader extends RoutedAgent {
      static override readonly handlers: readonly HandlerDefinition[] = [
        on(Ask, (_: Reader, _message, context) => void ids.push(context.messageId)),
      ];
    }
    await Reader.register(runtime, "reader", () => new Reader("reads ids"));
    await runtime.sendMessage(Ask({ content: "" }), new AgentId("reader", "k"), { messageId: "chosen" });
    expect(ids).toEqual(["chosen"]);
  });
});

describe("callers", () => {
  test("one who gives up learns it at once, and the late answer is dropped", async () => {
    await worker.register("slow");
    const controller = new AbortController();
    const call = runtime.sendMessage(Ask({ content: "wait 0.05" }), new AgentId("slow", "k"), {
      signal: controller.signal,
    });
    await worker.heard.times("slow/k", 1);
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
    expect(await worker.send("slow/k", "wait 0.1")).toBe("slow/k: wait 0.1");
  });

  test("one who has given up before sends nothing", async () => {
    await worker.register("spared");
    const call = runtime.sendMessage(Ask({ content: "" }), new AgentId("spared", "k"), { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
    expect(await worker.send("spared/k", "hello")).toBe("spared/k: hello");
    expect(worker.heard.by("spared/k")).toHaveLength(1);
  });

  test("an answer that takes too long is an error", async () => {
    await worker.register("slow");
    const call = runtime.sendMessage(Ask({ content: "wait 1" }), new AgentId("slow", "k"), { timeoutMs: 30 });
    await expect(call).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("a time that is none is refused, and one without end is kept", async () => {
    await worker.register("patient");
    const id = new AgentId("patient", "k");
    for (const timeoutMs of [0, -1, Number.NaN]) {
      await expect(runtime.sendMessage(Ask({ content: "" }), id, { timeoutMs })).rejects.toThrow("timeoutMs");
    }
    for (const timeoutMs of [Infinity, 2 ** 40]) {
      const answer = await runtime.sendMessage(Ask({ content: "wait 0.01" }), id, { timeoutMs });
      expect(answer).toMatchObject({ content: "patient/k: wait 0.01" });
    }
  });

  test("a message without a registered type is not sent", async () => {
    await expect(runtime.sendMessage("text", new AgentId("a", "k"))).rejects.toThrow("needs a type whose name");
    await expect(runtime.sendMessage({ type: "Unknown" }, new AgentId("a", "k"))).rejects.toThrow(
      "Unknown type Unknown with content type application/json",
    );
  });

  test("an answer may be plain JSON", async () => {
    const answers = ["text", 7, false, [1, { a: null }], { free: "form" }];
    class Plain extends RoutedAgent {
      static override readonly handlers: readonly HandlerDefinition[] = [
        on(Ask, (_: Plain, { content }) => answers[Number(content)]),
      ];
    }
    await Plain.register(runtime, "plain", () => new Plain("answers in JSON"));
    for (const [index, answer] of answers.entries()) {
      const message = Ask({ content: String(index) });
      expect(await runtime.sendMessage(message, new AgentId("plain", "k"))).toEqual(answer);
    }
  });

  test("an answer of a type that the caller does not know comes as an unknown payload", async () => {
    await worker.register("answering");
    const other = new GrpcWorkerAgentRuntime({ hostAddress: host.address });
    other.addMessageSerializer(Ask.serializers);
    await other.start();
    const answer = await other.sendMessage(Ask({ content: "hello" }), new AgentId("answering", "k"));
    expect(isUnknownPayload(answer)).toBe(true);
    expect(answer).toMatchObject({ typeName: "Answer" });
    await other.close();
  });

  test("an agent of another worker is not handed out", async () => {
    const other = await TypeScriptWorker.start(host.address);
    await other.register("far");
    const id = new AgentId("far", "k");
    await expect(runtime.tryGetUnderlyingAgentInstance(id)).rejects.toThrow(NotAccessibleError);
    await expect(runtime.agentMetadata(id)).rejects.toThrow(NotAccessibleError);
    await expect(other.runtime.agentMetadata(id)).resolves.toMatchObject({ type: "far", key: "k" });
    await other.runtime.close();
  });
});

describe("protobuf", () => {
  test.each(["application/json", "application/x-protobuf"] as const)(
    "messages go as protobuf when their type has nothing else, in the format %s",
    async (payloadSerializationFormat) => {
      const other = await TypeScriptWorker.start(host.address, { payloadSerializationFormat });
      await TextReader.register(other.runtime, "reader", () => new TextReader(other.heard));
      await other.subscribe("proto", "reader");
      const message = text("Hello");
      await other.runtime.publishMessage(message, new TopicId("proto", "default"));
      expect((await other.heard.times("reader/default", 1))[0]?.received).toBe("Hello");
      expect(other.heard.by("reader/other")).toEqual([]);
      const answer = await other.runtime.sendMessage(message, new AgentId("reader", "k"));
      expect(answer).toEqual(text("Hello!"));
      await other.runtime.close();
    },
  );

  test.skipIf(!HAS_PYTHON)("messages in protobuf go to workers of Python, and come from them", async () => {
    const python = await PythonWorker.start(host.address, "application/x-protobuf");
    await python.register("snake", true);
    await python.subscribe("to_python", "snake");
    await TextReader.register(runtime, "reader", () => new TextReader(worker.heard));
    await worker.subscribe("from_python", "reader");
    await runtime.publishMessage(text("to Python"), new TopicId("to_python", "k"));
    expect((await python.heard.times("snake/k", 1))[0]?.received).toBe("to Python");
    await python.publish("from_python/k", "from Python", true);
    expect((await worker.heard.times("reader/k", 1))[0]?.received).toBe("from Python");
    await python.kill();
  });

  test("a type that has only JSON goes as JSON, whatever is preferred", async () => {
    const other = await TypeScriptWorker.start(host.address, { payloadSerializationFormat: "application/x-protobuf" });
    await other.register("plain");
    expect(await other.send("plain/k", "hello")).toBe("plain/k: hello");
    expect(Answer.typeName).toBe("Answer");
    await other.runtime.close();
  });
});
