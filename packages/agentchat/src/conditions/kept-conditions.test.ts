import { ComponentRegistry, dumpComponent, plainContext } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import type { TerminationCondition } from "../base/termination-condition.ts";
import { agentchatComponents } from "../components/agentchat-components.ts";
import {
  HandoffMessage,
  StopMessage,
  TextMessage,
  ThoughtEvent,
  ToolCallExecutionEvent,
} from "../messages/factories.ts";
import type { StreamItem } from "../messages/types.ts";
import { rejection } from "../testing/collect.ts";
import { BaseTerminationCondition } from "./base-condition.ts";
import { FunctionCallTermination } from "./function-call-termination.ts";
import { FunctionalTermination } from "./functional-termination.ts";
import { HandoffTermination } from "./handoff-termination.ts";
import { MaxMessageTermination } from "./max-message-termination.ts";
import { SourceMatchTermination } from "./source-match-termination.ts";
import { StopMessageTermination } from "./stop-message-termination.ts";
import { TextMentionTermination } from "./text-mention-termination.ts";
import { TextMessageTermination } from "./text-message-termination.ts";
import { TokenUsageTermination } from "./token-usage-termination.ts";

const text = (content: string, source = "a", tokens?: readonly [number, number]): StreamItem =>
  TextMessage({
    content,
    source,
    ...(tokens === undefined ? {} : { modelsUsage: { promptTokens: tokens[0], completionTokens: tokens[1] } }),
  });
const ran = (...names: readonly string[]): StreamItem =>
  ToolCallExecutionEvent({
    content: names.map((name) => ({ name, content: "", callId: "1", isError: false })),
    source: "a",
  });
const handoff = (target: string): StreamItem => HandoffMessage({ content: "yours", source: "a", target });

const check = async (condition: TerminationCondition, ...delta: readonly StreamItem[]): Promise<unknown> =>
  condition.check(delta);

interface Case {
  readonly make: () => TerminationCondition;
  readonly hits: readonly StreamItem[];
  readonly says: string;
}

const CASES: { readonly [name: string]: Case } = {
  StopMessageTermination: {
    make: () => new StopMessageTermination(),
    hits: [StopMessage({ content: "x", source: "a" })],
    says: "Stop message received",
  },
  MaxMessageTermination: {
    make: () => new MaxMessageTermination(2),
    hits: [text("one"), text("two")],
    says: "Maximum number of messages 2 reached, current message count: 2",
  },
  TextMentionTermination: {
    make: () => new TextMentionTermination("stop"),
    hits: [text("please stop now")],
    says: "Text 'stop' mentioned",
  },
  TokenUsageTermination: {
    make: () => new TokenUsageTermination({ maxTotalToken: 10 }),
    hits: [text("x", "a", [5, 0]), text("y", "a", [0, 5])],
    says: "Token usage limit reached, total token count: 10, prompt token count: 5, completion token count: 5.",
  },
  HandoffTermination: {
    make: () => new HandoffTermination("user"),
    hits: [handoff("user")],
    says: "Handoff to user from a detected.",
  },
  SourceMatchTermination: {
    make: () => new SourceMatchTermination(["b", "c"]),
    hits: [text("x", "c")],
    says: "'c' answered",
  },
  TextMessageTermination: {
    make: () => new TextMessageTermination("b"),
    hits: [text("x", "b")],
    says: "Text message received from 'b'",
  },
  FunctionCallTermination: {
    make: () => new FunctionCallTermination("approve"),
    hits: [ran("other", "approve")],
    says: "Function 'approve' was executed.",
  },
  FunctionalTermination: {
    make: () => new FunctionalTermination((delta) => delta.some((item) => item.source === "b")),
    hits: [text("x", "b")],
    says: "Functional termination condition met",
  },
};

describe.each(Object.entries(CASES))("%s", (name, { make, hits, says }) => {
  test("goes on from a kept state as if nothing had happened", async () => {
    const condition = make();
    const [first = [], ...rest] = hits.map((hit) => [hit]);
    if (rest.length > 0) await check(condition, ...first);
    const twin = make();
    twin.loadState?.(JSON.parse(JSON.stringify(condition.saveState?.())) as never);
    const left = rest.length > 0 ? rest.flat() : first;
    expect(await check(twin, ...left)).toMatchObject({ content: says });
    const over = make();
    over.loadState?.(JSON.parse(JSON.stringify(twin.saveState?.())) as never);
    expect(over.terminated).toBe(true);
  });

  test.skipIf(name === "FunctionalTermination")("survives as a component", async () => {
    const registry = new ComponentRegistry();
    for (const component of agentchatComponents()) registry.register(component);
    const json = dumpComponent(make());
    expect(json).toMatchObject({
      provider: `autogen_agentchat.conditions.${name}`,
      component_type: "termination",
      version: 1,
    });
    const loaded = await registry.load<TerminationCondition>(json);
    expect(dumpComponent(loaded)).toEqual(json);
    expect(await check(loaded, ...hits)).toMatchObject({ content: says });
  });
});

describe("what single conditions take", () => {
  test("a mention counts in events and in the task, unless it is told otherwise", async () => {
    const thought = ThoughtEvent({ content: "stop", source: "a" });
    expect(await check(new TextMentionTermination("stop"), thought)).toBeDefined();
    expect(await check(new TextMentionTermination("stop", { ignoreEvents: true }), thought)).toBeUndefined();
    const task = { run: plainContext(), isTask: true };
    const condition = new TextMentionTermination("stop", { ignoreTask: true });
    expect(await condition.check([text("stop", "user")], task)).toBeUndefined();
    expect(await condition.check([text("stop", "user")], { run: plainContext() })).toBeDefined();
    expect(() => new TextMentionTermination("")).toThrow(/must be a text that is not empty/);
  });

  test("a mention with sources ignores others, and keeps the sources in its component", async () => {
    const condition = new TextMentionTermination("stop", { sources: ["b"] });
    expect(await check(condition, text("stop", "a"))).toBeUndefined();
    expect(await check(condition, text("stop", "b"))).toBeDefined();
    expect(dumpComponent(condition).config).toEqual({ text: "stop", sources: ["b"] });
  });

  test("any text message stops without a source, the task too unless that is ignored", async () => {
    expect(await check(new TextMessageTermination(), text("x", "user"))).toBeDefined();
    const condition = new TextMessageTermination(undefined, { ignoreTask: true });
    expect(await condition.check([text("x", "user")], { run: plainContext(), isTask: true })).toBeUndefined();
    expect(await check(condition, text("x", "a"))).toBeDefined();
  });

  test("one of the user's own needs no reset, and cannot be kept unless it says what it counts", async () => {
    class Own extends BaseTerminationCondition {
      protected readonly source = "Own";
      protected evaluate(delta: readonly StreamItem[]): string | undefined {
        return delta.length > 1 ? "enough" : undefined;
      }
    }
    const condition = new Own();
    expect(await check(condition, text("x"))).toBeUndefined();
    expect(await check(condition, text("x"), text("y"))).toMatchObject({ content: "enough", source: "Own" });
    await condition.reset();
    expect(condition.terminated).toBe(false);
    expect(condition.saveState()).toBeUndefined();
    expect(condition.or(new StopMessageTermination()).saveState()).toBeUndefined();
  });

  test("what was put together is kept together, with the stops that have fired", async () => {
    const make = (): TerminationCondition =>
      new MaxMessageTermination(2).and(new TextMentionTermination("stop")).or(new StopMessageTermination());
    const condition = make();
    expect(await check(condition, text("one"), text("two"))).toBeUndefined();
    const twin = make();
    twin.loadState?.(JSON.parse(JSON.stringify(condition.saveState?.())) as never);
    expect(await check(twin, text("stop"))).toMatchObject({
      content: "Maximum number of messages 2 reached, current message count: 2, Text 'stop' mentioned",
    });
  });

  test("a condition that throws at once leaves no other answer unobserved", async () => {
    const late = new FunctionalTermination(() => Promise.reject(new Error("late")));
    const over = new TextMentionTermination("stop");
    await check(over, text("stop"));
    const both = late.or(over);
    expect(both.terminated).toBe(true);
    const thrower = new FunctionalTermination(() => {
      throw new Error("at once");
    });
    expect(String(await rejection(check(late.or(thrower), text("x"))))).toMatch(/late|at once/);
    await new Promise((resolve) => setImmediate(resolve));
  });
});
