import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HostPeer, WorkerPeer } from "./src/peers.ts";
import { HAS_PYTHON, PythonWorker, startPythonHost } from "./src/python.ts";
import { TypeScriptWorker, startHost } from "./src/typescript.ts";

type Language = "TypeScript" | "Python";

const PAIRINGS: readonly { readonly host: Language; readonly first: Language; readonly second: Language }[] = [
  { host: "TypeScript", first: "TypeScript", second: "TypeScript" },
  { host: "TypeScript", first: "TypeScript", second: "Python" },
  { host: "TypeScript", first: "Python", second: "TypeScript" },
  { host: "Python", first: "TypeScript", second: "TypeScript" },
  { host: "Python", first: "TypeScript", second: "Python" },
  { host: "Python", first: "Python", second: "TypeScript" },
];

test.skipIf(HAS_PYTHON)("tests/interop/.venv is missing: pairings with Python are skipped", () => undefined);

for (const { host: hostLanguage, first: firstLanguage, second: secondLanguage } of PAIRINGS) {
  const name = `a host in ${hostLanguage}, workers in ${firstLanguage} and ${secondLanguage}`;
  const needsPython = [hostLanguage, firstLanguage, secondLanguage].includes("Python");

  describe.skipIf(needsPython && !HAS_PYTHON)(name, () => {
    let host: HostPeer;
    let first: WorkerPeer;
    let second: WorkerPeer;

    beforeAll(async () => {
      host = await (hostLanguage === "Python" ? startPythonHost() : startHost());
      [first, second] = await Promise.all([startWorker(firstLanguage, host), startWorker(secondLanguage, host)]);
    });

    afterAll(async () => {
      await Promise.all([first?.kill(), second?.kill()]);
      await host?.stop();
    });

    test("a direct message is answered, in both directions", async () => {
      await first.register("direct_a");
      await second.register("direct_b");
      expect(await first.send("direct_b/key", "hello")).toBe("direct_b/key: hello");
      expect(await second.send("direct_a/other", "hello")).toBe("direct_a/other: hello");
      expect(await first.send("direct_a/self", "hello")).toBe("direct_a/self: hello");
    });

    test("a handler that asks another worker is named as the sender", async () => {
      await first.register("asker");
      await second.register("asked");
      expect(await second.send("asker/k", "ask asked/k2 what")).toBe("asked/k2: what");
      expect(second.heard.by("asked/k2")).toEqual([
        { received: "what", agent: "asked/k2", sender: "asker/k", topic: null },
      ]);
    });

    test("an error comes back with its text", async () => {
      await first.register("failing_a");
      await second.register("failing_b");
      await expect(first.send("failing_b/k", "fail on purpose")).rejects.toThrow("on purpose");
      await expect(second.send("failing_a/k", "fail on purpose")).rejects.toThrow("on purpose");
    });

    test("a type of agents that is taken is refused, others are not", async () => {
      await first.register("taken");
      await expect(second.register("taken")).rejects.toThrow("Agent type taken already registered");
      await expect(first.register("taken")).rejects.toThrow("already exists");
      await second.register("not_taken");
    });

    test("a subscription that is there is refused", async () => {
      await first.register("subscriber_twice");
      await first.subscribe("twice", "subscriber_twice");
      await expect(second.subscribe("twice", "subscriber_twice")).rejects.toThrow("Subscription already exists");
    });

    test("a published message reaches the subscribers of both workers, each once, under the key of its source", async () => {
      await first.register("sub_a");
      await second.register("sub_b");
      await first.subscribe("news", "sub_a");
      await second.subscribe("ne", "sub_b", true);
      await first.publish("news/default", "one");
      await second.publish("news/elsewhere", "two");
      await Promise.all(["default", "elsewhere"].map((key) => first.heard.times(`sub_a/${key}`, 1)));
      await Promise.all(["default", "elsewhere"].map((key) => second.heard.times(`sub_b/${key}`, 1)));
      await first.send("sub_b/end", "end");
      await second.send("sub_a/end", "end");
      expect([...first.heard.ofType("sub_a")].sort()).toEqual([
        "sub_a/default one",
        "sub_a/elsewhere two",
        "sub_a/end end",
      ]);
      expect([...second.heard.ofType("sub_b")].sort()).toEqual([
        "sub_b/default one",
        "sub_b/elsewhere two",
        "sub_b/end end",
      ]);
    });

    test("an event that nobody in particular sent has no sender, or Python's unknown one", async () => {
      await second.register("senderless");
      await second.subscribe("senderless", "senderless");
      await first.publish("senderless/x", "hello");
      const [received] = await second.heard.times("senderless/x", 1);
      const isPythons = firstLanguage === "Python" && secondLanguage === "Python";
      expect(received).toEqual({
        received: "hello",
        agent: "senderless/x",
        sender: isPythons ? "unknown/unknown" : null,
        topic: "senderless/x",
      });
    });

    test("after the subscription is removed nothing more is delivered", async () => {
      await second.register("leaver");
      const id = await second.subscribe("leaving", "leaver");
      await second.subscribe("staying", "leaver");
      await first.publish("leaving/k", "before");
      await second.heard.times("leaver/k", 1);
      await second.unsubscribe(id);
      await first.publish("leaving/k", "after");
      await first.publish("staying/k", "other");
      await second.heard.times("leaver/k", 2);
      expect(second.heard.ofType("leaver")).toEqual(["leaver/k before", "leaver/k other"]);
    });

    test("a message that a handler publishes stays within its conversation, unless Python forgets it", async () => {
      await first.register("round_a");
      await second.register("round_b");
      await first.subscribe("default", "round_a");
      await second.subscribe("default", "round_b");
      await first.publish("default/talk", "round 5");
      await first.heard.times("round_a/talk", 1);
      await second.heard.times("round_b/talk", 1);
      await first.publish("default/talk", "round 4");
      const [a, b] = [firstLanguage, secondLanguage].map((language) => (language === "Python" ? "default" : "talk"));
      // Each gets the first message and the one that the other's handler publishes.
      await first.heard.times(`round_a/${b}`, b === "talk" ? 3 : 1);
      await second.heard.times(`round_b/${a}`, a === "talk" ? 3 : 1);
    });

    test.skipIf(secondLanguage === "Python")("no answer is an answer", async () => {
      await second.register("silent");
      // Python has no serializer for its None and is given a payload of an unknown type.
      expect(await first.send("silent/k", "nothing")).toBe(firstLanguage === "Python" ? "UnknownPayload" : "null");
    });

    test.skipIf(secondLanguage === "Python")(
      "an error without a text, and an answer that cannot be sent, are errors",
      async () => {
        await second.register("blank");
        await expect(first.send("blank/k", "fail ")).rejects.toThrow("TypeError");
        await expect(first.send("blank/k", "unserializable")).rejects.toThrow("needs a type");
      },
    );

    test.skipIf(secondLanguage !== "Python" || firstLanguage === "Python")(
      "a blank exception of Python is an error, too",
      async () => {
        await second.register("blank");
        await expect(first.send("blank/k", "fail ")).rejects.toThrow("did not say why");
      },
    );

    test.skipIf(hostLanguage === "Python")("an unknown agent is an error at once", async () => {
      await expect(first.send("nobody/k", "hello")).rejects.toThrow("Agent with name nobody not found");
    });

    test.skipIf(hostLanguage === "Python")("calls that are numbered alike all get their answer", async () => {
      await second.register("crowded");
      const calls = Array.from({ length: 20 }, (_, index) => String(index));
      const answers = await Promise.all(
        calls.flatMap((text) => [first.send("crowded/k", `f${text}`), second.send("crowded/k", `s${text}`)]),
      );
      expect(answers).toEqual(calls.flatMap((text) => [`crowded/k: f${text}`, `crowded/k: s${text}`]));
    });
  });
}

function startWorker(language: Language, host: HostPeer): Promise<WorkerPeer> {
  return language === "Python" ? PythonWorker.start(host.address) : TypeScriptWorker.start(host.address);
}
