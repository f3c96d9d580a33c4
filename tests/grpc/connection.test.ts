import { AgentId, UndeliverableException } from "@tesserae/core";
import { GrpcWorkerAgentRuntimeHost, type ConnectionState } from "@tesserae/ext/runtimes/grpc";
import { describe, expect, test } from "vitest";
import { Ask } from "./src/actor.ts";
import { HAS_PYTHON, PythonWorker } from "./src/python.ts";
import { TypeScriptWorker, startHost } from "./src/typescript.ts";

/** Collects the states of a connection, and waits for one. */
class States {
  readonly #told: ConnectionState[] = [];
  #watch: () => void = () => undefined;

  readonly tell = (state: ConnectionState): void => {
    this.#told.push(state);
    this.#watch();
    throw new Error("What fails here does not keep the worker from coming back.");
  };

  /** Resolves when the worker is connected for the nth time. */
  connected(times: number): Promise<void> {
    return new Promise((resolve) => {
      this.#watch = () => {
        if (this.#told.filter((state) => state === "connected").length >= times) resolve();
      };
      this.#watch();
    });
  }

  get told(): readonly ConnectionState[] {
    return this.#told;
  }
}

describe("a host that dies", () => {
  test("is noticed: calls that wait fail, later ones too, until it is back and everything is registered again", async () => {
    const host = new GrpcWorkerAgentRuntimeHost("127.0.0.1:0");
    await host.start();
    const states = new States();
    const options = { onConnectionState: states.tell, reconnect: { initialMs: 10 } };
    const worker = await TypeScriptWorker.start(host.address, options);
    await worker.register("survivor");
    const id = await worker.subscribe("topic", "survivor");
    const call = worker.send("survivor/k", "wait 60");
    await worker.heard.times("survivor/k", 1);
    const failed = expect(call).rejects.toThrow(UndeliverableException);
    await host.stop();
    await failed;
    await expect(worker.send("survivor/k", "hello")).rejects.toThrow(UndeliverableException);
    await expect(worker.publish("topic/s", "hello")).rejects.toThrow(UndeliverableException);
    await host.start();
    await states.connected(2);
    expect(await worker.send("survivor/k", "hello")).toBe("survivor/k: hello");
    await worker.publish("topic/s", "event");
    await worker.heard.times("survivor/s", 1);
    await worker.unsubscribe(id);
    await worker.runtime.close();
    await host.stop();
    expect(states.told.slice(0, 2)).toEqual(["connected", "reconnecting"]);
    expect(states.told.at(-1)).toBe("closed");
  });

  test("keeps no worker from stopping", async () => {
    const host = await startHost();
    const worker = await TypeScriptWorker.start(host.address, { reconnect: { initialMs: 100_000, maxMs: 100_000 } });
    await host.stop();
    await worker.runtime.stop();
    await worker.runtime.close();
  });
});

describe("a worker that dies", () => {
  test("is an error to those who wait for its answers", async () => {
    const host = await startHost();
    const [caller, target] = [
      await TypeScriptWorker.start(host.address),
      await TypeScriptWorker.start(host.address),
    ] as const;
    await target.register("mortal");
    const call = caller.send("mortal/k", "wait 60");
    await target.heard.times("mortal/k", 1);
    const failed = expect(call).rejects.toThrow(UndeliverableException);
    await target.kill();
    await failed;
    await caller.runtime.close();
    await host.stop();
  });

  test.skipIf(!HAS_PYTHON)("is an error as well when it is one of Python", async () => {
    const host = await startHost();
    const caller = await TypeScriptWorker.start(host.address);
    const target = await PythonWorker.start(host.address);
    await target.register("mortal");
    const call = caller.send("mortal/k", "wait 60");
    await target.heard.times("mortal/k", 1);
    const failed = expect(call).rejects.toThrow(UndeliverableException);
    await target.kill();
    await failed;
    await caller.runtime.close();
    await host.stop();
  });
});

test.skipIf(!HAS_PYTHON)("what Python leaves unanswered ends with the time that the caller gives it", async () => {
  const host = await startHost();
  const caller = await TypeScriptWorker.start(host.address, { requestTimeoutMs: 300 });
  const target = await PythonWorker.start(host.address);
  await target.register("mute");
  await expect(caller.send("mute/k", "nothing")).rejects.toMatchObject({ name: "TimeoutError" });
  await target.kill();
  await caller.runtime.close();
  await host.stop();
});

describe("a message above the limit of a receiver", () => {
  const limit = { "grpc.max_receive_message_length": 100_000 };
  const large = "x".repeat(200_000);

  test("is not received; the receiver says so and comes back, others get it, and its sender goes on", async () => {
    const host = await startHost();
    const states = new States();
    const small = await TypeScriptWorker.start(host.address, {
      extraGrpcConfig: limit,
      onConnectionState: states.tell,
      reconnect: { initialMs: 10 },
    });
    const [big, sender] = [
      await TypeScriptWorker.start(host.address),
      await TypeScriptWorker.start(host.address),
    ] as const;
    await small.register("small");
    await big.register("big");
    await small.subscribe("news", "small");
    await big.subscribe("news", "big");
    await sender.publish("news/s", large);
    await big.heard.times("big/s", 1);
    await states.connected(2);
    await sender.publish("news/s", "short");
    expect((await small.heard.times("small/s", 1)).map(({ received }) => received)).toEqual(["short"]);
    await Promise.all([small, big, sender].map((each) => each.runtime.close()));
    await host.stop();
  });

  test.skipIf(!HAS_PYTHON)(
    "is received by a worker of Python that takes more, and not by one that does not",
    async () => {
      const host = await startHost();
      const sender = await TypeScriptWorker.start(host.address);
      const [small, big] = [
        await PythonWorker.start(host.address, "application/json", "100000"),
        await PythonWorker.start(host.address, "application/json", "8000000"),
      ] as const;
      await small.register("small");
      await big.register("big");
      await small.subscribe("news", "small");
      await big.subscribe("news", "big");
      await sender.publish("news/s", large);
      await sender.publish("news/s", "short");
      await big.heard.times("big/s", 2);
      expect(small.heard.ofType("small")).toEqual([]);
      await Promise.all([small.kill(), big.kill()]);
      await sender.runtime.close();
      await host.stop();
    },
  );

  test("is refused by a sender that knows it", async () => {
    const host = await startHost();
    const sender = await TypeScriptWorker.start(host.address, {
      extraGrpcConfig: { "grpc.max_send_message_length": 100_000 },
    });
    await sender.register("self");
    await expect(sender.publish("t/s", large)).rejects.toThrow("at most 100000 are sent");
    await expect(sender.send("self/k", large)).rejects.toThrow("at most 100000 are sent");
    const half = "y".repeat(99_000);
    // The answer is longer than the question by the name of the agent, and more.
    await expect(
      sender.runtime.sendMessage(Ask({ content: `${half}${"z".repeat(900)}` }), new AgentId("self", "k".repeat(60))),
    ).rejects.toThrow("at most 100000 are sent");
    expect(await sender.send("self/k", "hello")).toBe("self/k: hello");
    await sender.runtime.close();
    await host.stop();
  });

  test("a fast publisher is held back rather than kept in memory, and nothing is lost", async () => {
    const host = await startHost();
    const [sender, receiver] = [
      await TypeScriptWorker.start(host.address),
      await TypeScriptWorker.start(host.address),
    ] as const;
    await receiver.register("reader");
    await receiver.subscribe("flood", "reader");
    const warnings: string[] = [];
    const warned = ({ name }: Error): void => void warnings.push(name);
    process.on("warning", warned);
    const flood = Array.from({ length: 500 }, (_, index) => `${index} ${"x".repeat(20_000)}`);
    await Promise.all(flood.map((text) => sender.publish("flood/s", text)));
    const received = await receiver.heard.times("reader/s", 500);
    expect(received.map(({ received: text }) => Number(text.split(" ")[0]))).toEqual(
      Array.from({ length: 500 }, (_, index) => index),
    );
    process.off("warning", warned);
    expect(warnings).toEqual([]);
    await Promise.all([sender, receiver].map((each) => each.runtime.close()));
    await host.stop();
  });
});
