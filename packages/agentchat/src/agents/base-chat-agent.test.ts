import { imageFromBase64 } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import type { Response, Turn, TurnOptions } from "../base/task.ts";
import { TEXT_MESSAGE } from "../messages/built-in-definitions.ts";
import type { MessageDefinition } from "../messages/definition.ts";
import { HandoffMessage, MultiModalMessage, TextMessage, ThoughtEvent } from "../messages/factories.ts";
import type { ChatMessage, StreamItem } from "../messages/types.ts";
import { collect, rejection, typesOf } from "../testing/collect.ts";
import { BaseChatAgent } from "./base-chat-agent.ts";

abstract class TestAgent extends BaseChatAgent {
  readonly heard: (readonly ChatMessage[])[] = [];

  constructor(name = "agent") {
    super({ name, description: "An agent for tests." });
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return [TEXT_MESSAGE];
  }

  override onReset(): Promise<void> {
    return Promise.resolve();
  }
}

/** Answers at once. */
class Answering extends TestAgent {
  override async onMessages(messages: readonly ChatMessage[]): Promise<Response> {
    this.heard.push(messages);
    return {
      type: "Response",
      chatMessage: TextMessage({ content: String(messages.length), source: this.name }),
      innerMessages: [ThoughtEvent({ content: "hm", source: this.name })],
    };
  }
}

/** Yields what happens. */
class Streaming extends TestAgent {
  override async *onMessagesStream(
    messages: readonly ChatMessage[],
    _options?: TurnOptions,
  ): AsyncGenerator<StreamItem | Response> {
    this.heard.push(messages);
    yield ThoughtEvent({ content: "hm", source: this.name });
    yield { type: "Response", chatMessage: TextMessage({ content: "streamed", source: this.name }) };
  }
}

/** Pushes what happens. */
class Pushing extends TestAgent {
  override async respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    this.heard.push(messages);
    await turn.emit(ThoughtEvent({ content: "hm", source: this.name }));
    return { type: "Response", chatMessage: TextMessage({ content: "pushed", source: this.name }) };
  }
}

const FORMS = [
  ["onMessages", () => new Answering()],
  ["onMessagesStream", () => new Streaming()],
  ["respond", () => new Pushing()],
] as const;

describe.each(FORMS)("an agent that implements %s", (_, make) => {
  test("is run, streamed, and asked for messages in all forms alike", async () => {
    const agent = make();
    const result = await agent.run("hello");
    expect(typesOf(result.messages)).toEqual(["TextMessage", "ThoughtEvent", "TextMessage"]);
    expect(result).toMatchObject({ type: "TaskResult", status: "finished" });
    expect(result.stopReason).toBeUndefined();
    const items = await collect(agent.runStream("hello"));
    expect(typesOf(items)).toEqual(["TextMessage", "ThoughtEvent", "TextMessage", "TaskResult"]);
    const inner = await collect(agent.onMessagesStream(result.messages.slice(0, 1) as ChatMessage[]));
    expect(typesOf(inner)).toEqual(["ThoughtEvent", "Response"]);
    expect((await agent.onMessages([])).type).toBe("Response");
  });

  test("without new messages is called again with nothing", async () => {
    const agent = make();
    const result = await agent.run();
    expect(agent.heard).toEqual([[]]);
    expect(typesOf(result.messages)).toEqual(["ThoughtEvent", "TextMessage"]);
  });

  test("keeps the task's messages to itself when told so", async () => {
    const tasks = ["a", TextMessage({ content: "a", source: "user" }), [TextMessage({ content: "a", source: "u" })]];
    for (const task of tasks) {
      const result = await make().run(task, { outputTaskMessages: false });
      expect(typesOf(result.messages)).toEqual(["ThoughtEvent", "TextMessage"]);
      const items = await collect(make().runStream(task, { outputTaskMessages: false }));
      expect(typesOf(items)).toEqual(["ThoughtEvent", "TextMessage", "TaskResult"]);
    }
  });
});

describe("a task", () => {
  test("as text is a message of the user's; a message and a list are taken as they are", async () => {
    const agent = new Answering();
    const handoff = HandoffMessage({ content: "yours", target: "agent", source: "b" });
    const image = MultiModalMessage({ content: ["look", imageFromBase64("iVBORw0KGgo=")], source: "user" });
    await agent.run("text");
    await agent.run(handoff);
    await agent.run([handoff, image]);
    expect(agent.heard[0]).toMatchObject([{ type: "TextMessage", content: "text", source: "user" }]);
    expect(agent.heard.slice(1)).toEqual([[handoff], [handoff, image]]);
  });

  test("that is an empty list, an event, or no message is refused before anything starts", async () => {
    const agent = new Answering();
    const bad: readonly (readonly [unknown, RegExp])[] = [
      [[], /Task list cannot be empty/],
      [["text"], /Invalid message type in sequence/],
      [[ThoughtEvent({ content: "x", source: "a" })], /Invalid message type in sequence/],
      [5, /Task must be a string/],
      [{ content: "x" }, /Task must be a string/],
    ];
    for (const [task, problem] of bad) {
      expect(String(await rejection(agent.run(task as never)))).toMatch(problem);
      expect(String(await rejection(collect(agent.runStream(task as never))))).toMatch(problem);
    }
    expect(agent.heard).toEqual([]);
  });
});

describe("an agent", () => {
  test.each(["", "two words", "1st", "a-b", "a$b", "a.b"])("cannot be named %j", (name) => {
    expect(() => new Answering(name)).toThrow(/must be a valid Python identifier/);
  });

  test.each(["a", "_a1", "Jürgen", "名前"])("can be named %j", (name) => {
    expect(new Answering(name).name).toBe(name);
  });

  test("has a plain state, and nothing to pause, resume or close", async () => {
    const agent = new Answering();
    expect(await agent.saveState()).toEqual({ type: "BaseState", version: "1.0.0" });
    await agent.loadState({ type: "BaseState", version: "1.0.0" });
    await agent.onPause();
    await agent.onResume();
    await agent[Symbol.asyncDispose]();
  });

  test("that implements none of the forms says so", async () => {
    class Idle extends TestAgent {}
    expect(String(await rejection(new Idle().run("x")))).toMatch(/implements none of onMessages/);
  });

  test.each([
    ["nothing, for want of a return", "null"],
    [
      "an event in the place of its message",
      '{"type":"Response","chatMessage":{"type":"ThoughtEvent","content":"hm"}}',
    ],
  ])("that answers %s says so", async (_, given) => {
    class Careless extends TestAgent {
      override onMessages(): Promise<Response> {
        return Promise.resolve(JSON.parse(given) ?? undefined);
      }
    }
    expect(String(await rejection(new Careless().run("x")))).toMatch(/did not produce a final response/);
  });

  test("whose stream ends without a response says so", async () => {
    class Silent extends TestAgent {
      override async *onMessagesStream(): AsyncGenerator<StreamItem | Response> {
        yield ThoughtEvent({ content: "hm", source: this.name });
      }
    }
    expect(String(await rejection(new Silent().run("x")))).toMatch(/did not produce a final response/);
  });
});
