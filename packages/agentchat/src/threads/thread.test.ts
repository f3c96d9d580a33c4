import { beforeEach, describe, expect, test } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import { MaxMessageTermination } from "../conditions/max-message-termination.ts";
import { TextMessage } from "../messages/factories.ts";
import { messageText } from "../messages/message-text.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { collect, rejection } from "../testing/collect.ts";
import { ScriptedClient } from "../testing/scripted-client.ts";
import { Gate, SayingAgent, lastText, type Say } from "../testing/team-agents.ts";
import { MemoryThreadStore } from "./memory-thread-store.ts";
import type { Thread } from "./thread.ts";
import type { ThreadStore } from "./thread-store.ts";

/** Says how often it was asked, and what it heard last. */
const counting: Say = (heard, _turn, count) => `${count} ${lastText(heard)}`;

function makeTeam(say: Say = counting): RoundRobinGroupChat {
  return new RoundRobinGroupChat({ participants: [new SayingAgent("a", say)], maxTurns: 1 });
}

let store = new MemoryThreadStore();
beforeEach(() => {
  store = new MemoryThreadStore();
});

async function said(thread: Thread, task: string): Promise<string> {
  const { messages } = await thread.run(task);
  const last = messages.at(-1);
  return last === undefined ? "" : messageText(last);
}

describe("the conversations of a team", () => {
  test("know nothing of one another, and each goes on where it was left", async () => {
    const team = makeTeam();
    const [one, two] = [team.thread("one", { store }), team.thread("two", { store })];
    expect(await said(one, "x")).toBe("1 x");
    expect(await said(two, "y")).toBe("1 y");
    expect(await said(one, "z")).toBe("2 z");
    expect(await said(team.thread("one", { store }), "again")).toBe("3 again");
  });

  test("leave the team's own state as it is", async () => {
    const team = makeTeam();
    await team.run("own");
    const before = await team.saveState();
    await team.thread("one", { store }).run("x");
    expect(await team.saveState()).toEqual(before);
    expect((await team.run("own again")).messages.at(-1)).toMatchObject({ content: "2 own again" });
  });

  test("go on in another team object with the same store, as in another process", async () => {
    await makeTeam().thread("one", { store }).run("x");
    expect(await said(makeTeam().thread("one", { store }), "y")).toBe("2 y");
    expect(await said(makeTeam().thread("one", { store: new MemoryThreadStore() }), "z")).toBe("1 z");
    expect(store.list()).toEqual(["one"]);
  });

  test("wait for a store no longer than until they are aborted, and keep nobody else waiting", async () => {
    const silent: ThreadStore = {
      load: () => new Promise(() => undefined),
      save: () => undefined,
      delete: () => undefined,
      list: () => [],
    };
    const team = makeTeam();
    const controller = new AbortController();
    const asked = team.thread("one", { store: silent }).run("x", { signal: controller.signal });
    const next = said(team.thread("one", { store }), "y");
    controller.abort();
    expect(await rejection(asked)).toMatchObject({ code: "ERR_ABORTED" });
    expect(await next).toBe("1 y");
  });

  test("need a store", () => {
    expect(() => makeTeam().thread("one", JSON.parse("{}"))).toThrow("A conversation needs the option store.");
  });

  test("that are asked at once take turns, in the order of asking", async () => {
    let running = 0;
    const team = makeTeam(async (heard, _turn, count) => {
      running += 1;
      expect(running).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return `${count} ${lastText(heard)}`;
    });
    const ids = ["a", "b", "a", "c", "b", "a"];
    const answers = await Promise.all(ids.map((id, index) => said(team.thread(id, { store }), String(index))));
    expect(answers).toEqual(["1 0", "1 1", "2 2", "1 3", "2 4", "3 5"]);
  });

  test("keep everything that was said, in order", async () => {
    const thread = makeTeam().thread("one", { store });
    expect(await thread.messages()).toEqual([]);
    expect(await thread.state()).toBeUndefined();
    await thread.run("x");
    await thread.run("y");
    expect((await thread.messages()).map((message) => messageText(message))).toEqual(["x", "1 x", "y", "2 y"]);
    expect(await thread.state()).toMatchObject({ type: "TeamState" });
  });

  test("keep the task, too, that a run does not show again", async () => {
    const thread = makeTeam().thread("one", { store });
    const task = TextMessage({ content: "y", source: "user" });
    for (const given of ["x", task]) {
      expect((await thread.run(given, { outputTaskMessages: false })).messages).toHaveLength(1);
    }
    const kept = await thread.messages();
    expect(kept.map((message) => messageText(message))).toEqual(["x", "1 x", "y", "2 y"]);
    expect(kept[2]).toEqual(task);
  });

  test("are forked: both go on from what was said", async () => {
    const team = makeTeam();
    const one = team.thread("one", { store });
    await one.run("x");
    const fork = await one.fork("fork");
    expect(await said(fork, "f")).toBe("2 f");
    expect(await said(one, "o")).toBe("2 o");
    expect((await fork.messages()).map((message) => messageText(message))).toEqual(["x", "1 x", "f", "2 f"]);
    expect(await rejection(one.fork("fork"))).toMatchObject({ code: "ERR_THREAD_CONFLICT" });
  });

  test("that were deleted begin anew", async () => {
    const thread = makeTeam().thread("one", { store });
    await thread.run("x");
    await thread.delete();
    await thread.delete();
    expect(await said(thread, "y")).toBe("1 y");
  });

  test.each(["", 7, undefined])("need an id, and not %j", (id) => {
    expect(() => makeTeam().thread(JSON.parse(JSON.stringify(id ?? null)), { store })).toThrow(
      "id of a conversation must be a text",
    );
  });
});

describe("a run of a conversation", () => {
  test("streams what happens, the result last", async () => {
    const items = await collect(makeTeam().thread("one", { store }).runStream("x"));
    expect(items.map(({ type }) => type)).toEqual(["TextMessage", "TextMessage", "TaskResult"]);
    const body = await makeTeam().thread("two", { store }).runStream("x").toResponse().text();
    expect(body.split("\n\n").filter((event) => event.startsWith("data:"))).toHaveLength(3);
  });

  test("that is left early ends, and the next goes on", async () => {
    const gate = new Gate();
    const team = makeTeam(async (heard, _turn, count) => {
      if (count === 1) await gate.pass();
      return `${count} ${lastText(heard)}`;
    });
    const thread = team.thread("one", { store });
    for await (const item of thread.runStream("x")) {
      expect(item.type).toBe("TextMessage");
      break;
    }
    gate.open();
    expect(await said(thread, "y")).toMatch(/y$/);
  });

  test("that is aborted while it waits for its turn does nothing, and holds nobody up", async () => {
    const gate = new Gate();
    const team = makeTeam(async (heard) => {
      if (lastText(heard) === "slow") await gate.pass();
      return lastText(heard);
    });
    const slow = team.thread("one", { store }).run("slow");
    await gate.reached;
    const controller = new AbortController();
    const waiting = rejection(team.thread("two", { store }).run("x", { signal: controller.signal }));
    const behind = said(team.thread("three", { store }), "y");
    controller.abort();
    expect(await waiting).toMatchObject({ code: "ERR_ABORTED" });
    gate.open();
    await slow;
    expect(await behind).toBe("y");
    expect(await team.thread("two", { store }).state()).toBeUndefined();
  });

  test("that fails keeps what was said, and the next goes on from there", async () => {
    const team = makeTeam((heard, _turn, count) => {
      if (lastText(heard) === "bad") throw new Error("no");
      return `${count} ${lastText(heard)}`;
    });
    const thread = team.thread("one", { store });
    await thread.run("x");
    expect(await rejection(thread.run("bad"))).toMatchObject({ message: expect.stringContaining("no") });
    expect((await thread.messages()).map((message) => messageText(message))).toEqual(["x", "1 x", "bad"]);
    expect(await said(team.thread("other", { store }), "y")).toBe("1 y");
  });

  test("whose conversation was changed elsewhere meanwhile says so, and changes nothing", async () => {
    const gate = new Gate();
    const slow = makeTeam(async (heard) => {
      await gate.pass();
      return lastText(heard);
    }).thread("one", { store });
    const losing = rejection(slow.run("late"));
    await gate.reached;
    await makeTeam().thread("one", { store }).run("first");
    gate.open();
    expect(await losing).toMatchObject({
      code: "ERR_THREAD_CONFLICT",
      message: expect.stringContaining("Send the message again"),
    });
    expect((await slow.messages()).map((message) => messageText(message))).toEqual(["first", "1 first"]);
  });

  test("whose store fails tells that, and the team is as it was", async () => {
    class Broken extends MemoryThreadStore {
      override save(): void {
        throw new Error("disk full");
      }
    }
    const team = makeTeam();
    const before = await team.saveState();
    expect(await rejection(team.thread("one", { store: new Broken() }).run("x"))).toMatchObject({
      message: "disk full",
    });
    expect(await team.saveState()).toEqual(before);
  });

  test("that is refused before it begins is not kept", async () => {
    const thread = makeTeam().thread("one", { store });
    await rejection(thread.run([]));
    expect(await thread.state()).toBeUndefined();
  });

  test("starts the team's condition anew", async () => {
    const team = new RoundRobinGroupChat({
      participants: [new SayingAgent("a", counting)],
      terminationCondition: new MaxMessageTermination(3),
    });
    for (const id of ["one", "two", "one"]) {
      expect((await team.thread(id, { store }).run("x")).stopReason).toContain("Maximum number of messages 3");
    }
  });
});

test("an agent has conversations of its own, too", async () => {
  const client = new ScriptedClient(["one", "two", "three"]);
  const agent = new AssistantAgent({ name: "helper", modelClient: client });
  await agent.thread("a", { store }).run("to a");
  await agent.thread("b", { store }).run("to b");
  await agent.thread("a", { store }).run("to a again");
  const seen = client.calls.map(({ messages }) => messages.slice(1).map(({ content }) => content));
  expect(seen).toEqual([["to a"], ["to b"], ["to a", "one", "to a again"]]);
  expect(await agent.saveState()).toMatchObject({ llm_context: { messages: [] } });
});

describe("the history of a conversation", () => {
  async function grown(): Promise<Thread> {
    const thread = makeTeam().thread("one", { store });
    for (const task of ["x", "y", "z"]) await thread.run(task);
    return thread;
  }

  test("tells what each run left: its state and what had been said", async () => {
    const thread = await grown();
    expect(await thread.history()).toEqual([
      { version: 1, messageCount: 2 },
      { version: 2, messageCount: 4 },
      { version: 3, messageCount: 6 },
    ]);
    const texts = async (version: number): Promise<readonly string[]> =>
      (await thread.messages({ version })).map((message) => messageText(message));
    expect(await texts(1)).toEqual(["x", "1 x"]);
    expect(await texts(2)).toEqual(["x", "1 x", "y", "2 y"]);
    expect(await thread.state({ version: 3 })).toEqual(await thread.state());
    expect(await thread.state({ version: 1 })).not.toEqual(await thread.state());
  });

  test("is where another conversation can begin: it goes on from that state, and the first stays as it is", async () => {
    const thread = await grown();
    const other = await thread.fork("two", { version: 1 });
    expect(await said(other, "otherwise")).toBe("2 otherwise");
    expect(await other.history()).toHaveLength(2);
    expect((await thread.history()).at(-1)).toEqual({ version: 3, messageCount: 6 });
    expect(await said(thread, "more")).toBe("4 more");
  });

  test("goes as far back as the store keeps it; what is not kept is a clear error", async () => {
    store = new MemoryThreadStore({ versions: 2 });
    const thread = await grown();
    expect((await thread.history()).map(({ version }) => version)).toEqual([2, 3]);
    for (const asking of [
      thread.state({ version: 1 }),
      thread.messages({ version: 9 }),
      thread.fork("b", { version: 0 }),
    ]) {
      expect(String(await rejection(asking))).toMatch(/keeps no version \d/);
    }
    expect(store.list()).toEqual(["one"]);
    expect(() => new MemoryThreadStore({ versions: 0 })).toThrow("At least 1 version");
  });

  test("of a store that keeps one version is that one, and none before the first run", async () => {
    const simple: ThreadStore = {
      load: (id) => store.load(id),
      save: (id, record) => store.save(id, record),
      delete: (id) => store.delete(id),
      list: () => store.list(),
    };
    const thread = makeTeam().thread("one", { store: simple });
    expect(await thread.history()).toEqual([]);
    await thread.run("x");
    await thread.run("y");
    expect(await thread.history()).toEqual([{ version: 2, messageCount: 4 }]);
    expect(String(await rejection(thread.state({ version: 1 })))).toContain("no version 1");
  });
});

describe("a conversation that is used in a run of its own team", () => {
  test("is refused: it would wait for the run that it is a part of", async () => {
    const team: RoundRobinGroupChat = makeTeam(async () => {
      const error = await rejection(team.thread("inner", { store }).run("x"));
      return String(error);
    });
    expect(await said(team.thread("outer", { store }), "go")).toMatch(/would wait for itself/);
    expect((await team.run("go")).messages.at(-1)).toMatchObject({
      content: expect.stringMatching(/while it is running/),
    });
    expect(await said(makeTeam().thread("outer", { store }), "go")).toBe("2 go");
  });

  test("of another team goes on beside it", async () => {
    const other = makeTeam();
    const team = makeTeam(() => said(other.thread("inner", { store }), "x"));
    expect(await said(team.thread("outer", { store }), "go")).toBe("1 x");
  });
});
