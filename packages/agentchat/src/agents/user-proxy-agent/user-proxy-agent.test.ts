import { RuntimeError, dumpComponent, isAbortError } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { deferred } from "../../deferred.ts";
import { HandoffMessage, TextMessage } from "../../messages/factories.ts";
import { collect, rejection, typesOf } from "../../testing/collect.ts";
import { inputRequestId } from "./input-request-context.ts";
import { UserProxyAgent, type InputFunction } from "./user-proxy-agent.ts";

function human(inputFunc: InputFunction, timeoutMs?: number): UserProxyAgent {
  return new UserProxyAgent({ name: "human", inputFunc, timeoutMs });
}

const handoff = (target: string): ReturnType<typeof HandoffMessage> =>
  HandoffMessage({ content: "yours", source: "a", target });

describe("a person", () => {
  test.each<readonly [string, InputFunction]>([
    ["at once", () => "hello"],
    ["later", async () => "hello"],
  ])("who answers %s", async (_, inputFunc) => {
    const { chatMessage } = await human(inputFunc).onMessages([]);
    expect(chatMessage).toMatchObject({ type: "TextMessage", content: "hello", source: "human" });
  });

  test.each(["null", "5", "{}"])("whose function gives %s has not answered", async (given) => {
    const error = await rejection(human(() => JSON.parse(given)).onMessages([]));
    expect(String(error)).toContain("must give a text");
  });

  test.each([0, -1, Number.NaN])("cannot be waited for %d milliseconds", (timeoutMs) => {
    expect(() => human(() => "x", timeoutMs)).toThrow(/timeoutMs must be a number of milliseconds above 0/);
  });

  test.each([Infinity, 2 ** 31, 2 ** 40, 5000.5])("can be waited for %d milliseconds", async (timeoutMs) => {
    const agent = human(() => new Promise((resolve) => setImmediate(resolve, "hello")), timeoutMs);
    expect((await agent.onMessages([])).chatMessage).toMatchObject({ content: "hello" });
  });

  test("is asked after the request was shown, and can tell its id", async () => {
    const shown: string[] = [];
    let asked: string | undefined;
    const agent = human((prompt) => {
      expect(prompt).toBe("Enter your response: ");
      expect(shown).toHaveLength(2);
      asked = inputRequestId();
      return "ok";
    });
    let requestId: string | undefined;
    for await (const item of agent.runStream("task")) {
      shown.push(item.type);
      if (item.type === "UserInputRequestedEvent") requestId = item.requestId;
    }
    expect(shown).toEqual(["TextMessage", "UserInputRequestedEvent", "TextMessage", "TaskResult"]);
    expect(asked).toBe(requestId);
    expect(() => inputRequestId()).toThrow(/no input request/);
  });

  test("answers a handoff to the one who handed over", async () => {
    let prompt = "";
    const agent = human((text) => {
      prompt = text;
      return "back";
    });
    const { chatMessage } = await agent.onMessages([handoff("human")]);
    expect(chatMessage).toMatchObject({ type: "HandoffMessage", content: "back", target: "a", source: "human" });
    expect(prompt).toBe("Handoff received from a. Enter your response: ");
  });

  test("is not asked for a handoff to another; an older one that text followed is no matter", async () => {
    const agent = human(() => "ok");
    expect(String(await rejection(agent.onMessages([handoff("other")])))).toMatch(
      /Handoff message target does not match agent name/,
    );
    const { chatMessage } = await agent.onMessages([handoff("other"), TextMessage({ content: "x", source: "b" })]);
    expect(chatMessage.type).toBe("TextMessage");
  });
});

describe("waiting for a person", () => {
  test("ends by an abort, whether the function watches the signal or not", async () => {
    const asked = deferred<void>();
    const agent = human(() => {
      asked.resolve();
      return new Promise(() => undefined);
    });
    const controller = new AbortController();
    const running = rejection(agent.onMessages([], { signal: controller.signal }));
    await asked.promise;
    controller.abort();
    expect(isAbortError(await running)).toBe(true);
  });

  test("ends when the time is up, and the error says so", async () => {
    const agent = human(() => new Promise(() => undefined), 5);
    expect(String(await rejection(agent.run("go")))).toMatch(/Failed to get user input: .*within 5 ms/);
  });

  test("a function that throws", async () => {
    const agent = human(() => {
      throw new Error("no terminal");
    });
    const error = await rejection(agent.run("go"));
    expect(String(error)).toMatch(/Failed to get user input: no terminal/);
    expect((error as Error).cause).toBeInstanceOf(Error);
  });

  test("is part of the state; loaded, the same request is asked again", async () => {
    const asked = deferred<void>();
    const answered = deferred<string>();
    const agent = human(() => {
      asked.resolve();
      return answered.promise;
    });
    const running = agent.run("go");
    await asked.promise;
    const state = await agent.saveState();
    answered.resolve("done");
    await running;
    expect(await agent.saveState()).toEqual({ type: "BaseState", version: "1.0.0" });

    let id: string | undefined;
    const twin = human(() => {
      id = inputRequestId();
      return "again";
    });
    await twin.loadState(state);
    expect(await twin.saveState()).toEqual(state);
    const items = await collect(twin.runStream());
    expect(state["pending_request_id"]).toBe(id);
    expect(items[0]).toMatchObject({ type: "UserInputRequestedEvent", requestId: id });
  });
});

test("nobody is there: the run ends, the request stays in the state and is put again under its id", async () => {
  const agent = human(() => {
    throw new RuntimeError("nobody is there", { code: "ERR_INPUT_WAITING" });
  });
  expect(await rejection(agent.run("go"))).toMatchObject({ code: "ERR_INPUT_WAITING" });
  const { pending_request_id: pending } = await agent.saveState();
  expect(pending).toMatch(/^[\da-f-]{36}$/);
  const asked: string[] = [];
  const twin = human(() => {
    asked.push(inputRequestId());
    return "here";
  });
  await twin.loadState(await agent.saveState());
  await twin.run("go");
  expect(asked).toEqual([pending]);
  expect(await twin.saveState()).toEqual({ type: "BaseState", version: "1.0.0" });
});

test("what it produces, and how it is written", () => {
  const agent = human(() => "x");
  expect(agent.description).toBe("A human user");
  expect(typesOf(agent.producedMessageTypes)).toEqual(["TextMessage", "HandoffMessage"]);
  expect(dumpComponent(agent).config).toEqual({ name: "human", description: "A human user" });
});
