import { status, type ClientDuplexStream, type StatusObject } from "@grpc/grpc-js";
import type { LogRecord } from "@tesserae/core";
import { GrpcWorkerAgentRuntime, GrpcWorkerAgentRuntimeHost } from "@tesserae/ext/runtimes/grpc";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HostPeer } from "./src/peers.ts";
import { RawClient, firstField } from "./src/raw-client.ts";
import { TypeScriptWorker, startHost } from "./src/typescript.ts";

let host: HostPeer;
let raw: RawClient;
const records: LogRecord[] = [];

beforeEach(async () => {
  records.length = 0;
  host = await startHost({ registrationGraceMs: 50, log: { write: (record) => void records.push(record) } });
  raw = new RawClient(host.address, "raw");
});

afterEach(async () => {
  raw.close();
  await host.stop();
});

/** The request to add a subscription of agents `name` to topics `name`. */
function subscriptionRequest(id: string, name: string): Uint8Array {
  const names = Buffer.concat([firstField(name), firstField(name, 2)]);
  return firstField(Buffer.concat([firstField(id), firstField(names, 2)]));
}

/** Resolves when a stream ends, well or not. */
function endOf(stream: ClientDuplexStream<Buffer, Buffer>): Promise<StatusObject> {
  return new Promise((resolve) => stream.once("status", resolve));
}

async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setImmediate(resolve));
}

describe("calls", () => {
  test("without a client-id are refused, streams as well", async () => {
    const nameless = new RawClient(host.address);
    const refusal = { code: status.INVALID_ARGUMENT, details: "client-id metadata not found." };
    await expect(nameless.call("GetSubscriptions")).rejects.toMatchObject(refusal);
    for (const method of ["OpenChannel", "OpenControlChannel"] as const) {
      expect(await endOf(nameless.stream(method))).toMatchObject(refusal);
    }
    nameless.close();
  });

  test("with names that no agent can have are refused", async () => {
    raw.stream();
    await expect(raw.call("RegisterAgent", firstField("not a name"))).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
    await expect(raw.call("AddSubscription", firstField(firstField("id")))).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: "The subscription is neither one to a topic type nor one to a prefix.",
    });
  });

  test("that remove subscriptions are refused to all but their worker", async () => {
    const worker = await TypeScriptWorker.start(host.address);
    await worker.register("mine");
    const id = await worker.subscribe("mine", "mine");
    await expect(raw.call("RemoveSubscription", firstField(id))).rejects.toMatchObject({
      code: status.PERMISSION_DENIED,
    });
    await expect(raw.call("RemoveSubscription", firstField("none"))).rejects.toMatchObject({
      code: status.NOT_FOUND,
      details: "Subscription does not exist: none.",
    });
    await worker.unsubscribe(id);
    await worker.runtime.close();
  });

  test("that hold no messages end their stream, and the host goes on", async () => {
    const stream = raw.stream();
    const ended = endOf(stream);
    stream.write(Buffer.from([0x0a, 0xff, 0xff]));
    expect((await ended).code).not.toBe(status.OK);
    expect(await raw.subscriptions()).toBe(0);
  });

  test("that authorize refuses end as unauthenticated", async () => {
    const guarded = await startHost({ authorize: (metadata) => metadata.get("token")[0] === "secret" });
    const stranger = new GrpcWorkerAgentRuntime({ hostAddress: guarded.address, reconnect: { initialMs: 10_000 } });
    const states: string[] = [];
    const lost = new Promise<void>((resolve) => {
      const watched = new GrpcWorkerAgentRuntime({
        hostAddress: guarded.address,
        reconnect: { initialMs: 10_000 },
        onConnectionState: (state, error) => {
          states.push(`${state} ${error instanceof Error ? error.message : ""}`);
          if (state === "reconnecting") resolve(watched.close());
        },
      });
      void watched.start();
    });
    await lost;
    expect(states[1]).toContain("The call is not authorized.");
    const friend = await TypeScriptWorker.start(guarded.address, { metadata: { token: "secret" } });
    await friend.register("friend");
    expect(await friend.send("friend/k", "hello")).toBe("friend/k: hello");
    await friend.runtime.close();
    await stranger.close();
    await guarded.stop();
  });
});

describe("registrations", () => {
  test("go with their worker: another one may take its place", async () => {
    const first = await TypeScriptWorker.start(host.address);
    await first.register("mobile");
    await first.subscribe("topic", "mobile");
    expect(await raw.subscriptions()).toBe(2);
    await first.runtime.close();
    await until(async () => (await raw.subscriptions()) === 0);
    const second = await TypeScriptWorker.start(host.address);
    await second.register("mobile");
    await second.subscribe("topic", "mobile");
    expect(await raw.subscriptions()).toBe(2);
    await second.publish("topic/s", "hello");
    await second.heard.times("mobile/s", 1);
    await second.runtime.close();
  });

  test("of a worker that opens no channel are dropped after a while", async () => {
    await raw.call("RegisterAgent", firstField("ghost"));
    await raw.call("AddSubscription", subscriptionRequest("ghost", "ghost"));
    await until(async () => (await raw.subscriptions()) === 0);
    const worker = await TypeScriptWorker.start(host.address);
    await worker.register("ghost");
    await worker.runtime.close();
  });

  test("stay with the newest channel of a worker when it opens a second one", async () => {
    const first = raw.stream();
    await raw.call("RegisterAgent", firstField("twice"));
    await raw.call("AddSubscription", subscriptionRequest("twice", "twice"));
    const ended = endOf(first);
    const second = raw.stream();
    await ended;
    expect(await raw.subscriptions()).toBe(1);
    second.cancel();
    await until(async () => (await raw.subscriptions()) === 0);
  });

  test("stay when a worker only says that it will send no more", async () => {
    const stream = raw.stream();
    await raw.call("AddSubscription", subscriptionRequest("quiet", "quiet"));
    stream.end();
    expect(await raw.subscriptions()).toBe(1);
    stream.cancel();
    await until(async () => (await raw.subscriptions()) === 0);
  });
});

test("workers that number their requests alike get each its own answer, under the number that it gave", async () => {
  const worker = await TypeScriptWorker.start(host.address);
  await worker.register("crowded");
  const clients = ["first", "second"].map((name) => ({ name, client: new RawClient(host.address, name) }));
  const answers = clients.map(async ({ name, client }) => {
    const stream = client.stream();
    const received = new Promise<Buffer>((resolve) => stream.once("data", resolve));
    const target = Buffer.concat([firstField("crowded"), firstField("k", 2)]);
    const json = firstField(JSON.stringify({ content: `wait 0.05 of ${name}` }), 3);
    const payload = Buffer.concat([firstField("Ask"), firstField("application/json", 2), json]);
    const request = Buffer.concat([firstField("1"), firstField(target, 3), firstField(payload, 5)]);
    stream.write(Buffer.from(firstField(request)));
    return (await received).toString();
  });
  const [first, second] = await Promise.all(answers);
  // Field 1 of the response, one byte: the number.
  for (const answer of [first, second]) expect(answer).toContain("\n\u00011");
  expect(first).toContain("crowded/k: wait 0.05 of first");
  expect(second).toContain("crowded/k: wait 0.05 of second");
  for (const { client } of clients) client.close();
  await worker.runtime.close();
});

test("what cannot be delivered is logged, and the host goes on", async () => {
  const worker = await TypeScriptWorker.start(host.address);
  await worker.subscribe("nowhere", "nobody");
  await worker.publish("nowhere/s", "hello");
  const stream = raw.stream();
  // An answer that nobody waits for, an event without a topic, and nothing at all.
  stream.write(Buffer.from(firstField(firstField("99"), 2)));
  stream.write(Buffer.from(firstField(firstField("id"), 3)));
  stream.write(Buffer.alloc(0));
  await worker.register("somebody");
  await until(async () => records.filter(({ level }) => level !== "info").length >= 4);
  expect(await worker.send("somebody/k", "hello")).toBe("somebody/k: hello");
  await worker.runtime.close();
});

test("a host is started and stopped once, and again", async () => {
  const own = new GrpcWorkerAgentRuntimeHost("127.0.0.1:0");
  await expect(own.stop()).rejects.toThrow("Host runtime is not started.");
  await own.start();
  await expect(own.start()).rejects.toThrow("Host runtime is already started.");
  const taken = new GrpcWorkerAgentRuntimeHost(own.address);
  await expect(taken.start()).rejects.toThrow("The host cannot listen at");
  await own.stop();
  await own.start();
  await own.stop();
});
