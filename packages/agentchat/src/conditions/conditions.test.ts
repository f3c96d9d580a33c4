import { plainContext, type RequestUsage } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import type { ConditionContext, TerminationCondition } from "../base/termination-condition.ts";
import {
  HandoffMessage,
  StopMessage,
  TextMessage,
  ThoughtEvent,
  ToolCallExecutionEvent,
  UserInputRequestedEvent,
} from "../messages/factories.ts";
import { StructuredMessage } from "../messages/structured-message.ts";
import type { StreamItem } from "../messages/types.ts";
import { ExternalTermination } from "./external-termination.ts";
import { FunctionCallTermination } from "./function-call-termination.ts";
import { FunctionalTermination } from "./functional-termination.ts";
import { HandoffTermination } from "./handoff-termination.ts";
import { MaxMessageTermination } from "./max-message-termination.ts";
import { SourceMatchTermination } from "./source-match-termination.ts";
import { StopMessageTermination } from "./stop-message-termination.ts";
import { TerminatedException } from "./terminated-exception.ts";
import { TextMentionTermination } from "./text-mention-termination.ts";
import { TextMessageTermination } from "./text-message-termination.ts";
import { TimeoutTermination } from "./timeout-termination.ts";
import { TokenUsageTermination } from "./token-usage-termination.ts";

const text = (content: string, source = "a", modelsUsage?: RequestUsage): StreamItem =>
  TextMessage({ content, source, ...(modelsUsage === undefined ? {} : { modelsUsage }) });
const stop: StreamItem = StopMessage({ content: "stop", source: "a" });
const thought: StreamItem = ThoughtEvent({ content: "stop", source: "a" });
const asked: StreamItem = UserInputRequestedEvent({ source: "a", requestId: "r" });
const handoff = (target: string): StreamItem => HandoffMessage({ content: "over", source: "a", target });
const executed = (...names: readonly string[]): StreamItem =>
  ToolCallExecutionEvent({
    source: "a",
    content: names.map((name) => ({ content: "", name, callId: "1", isError: false })),
  });
const used = (promptTokens: number, completionTokens: number): StreamItem =>
  text("", "a", { promptTokens, completionTokens });

/** A run whose clock a test sets, in seconds. */
function clock(): { readonly context: ConditionContext; set(seconds: number): void } {
  let now = 0;
  const run = plainContext();
  return {
    context: { run: Object.create(run, { now: { value: () => now } }) as typeof run },
    set: (seconds) => (now = seconds * 1000),
  };
}

const stopsFor = async (condition: TerminationCondition, ...delta: readonly StreamItem[]): Promise<boolean> =>
  (await condition.check(delta)) !== undefined;

describe.each<
  readonly [
    name: string,
    make: () => TerminationCondition,
    ignored: readonly StreamItem[],
    matching: readonly StreamItem[],
    says: string,
  ]
>([
  [
    "StopMessageTermination",
    () => new StopMessageTermination(),
    [text("stop"), thought],
    [stop],
    "Stop message received",
  ],
  [
    "MaxMessageTermination",
    () => new MaxMessageTermination(2),
    [text("one"), asked, thought],
    [text("two")],
    "Maximum number of messages 2 reached, current message count: 2",
  ],
  [
    "TextMentionTermination",
    () => new TextMentionTermination("stop"),
    [text("go on"), text("Stop")],
    [text("please stop now")],
    "Text 'stop' mentioned",
  ],
  [
    "TextMentionTermination",
    () => new TextMentionTermination("stop", { sources: ["user"] }),
    [text("stop"), thought],
    [text("stop", "user")],
    "Text 'stop' mentioned",
  ],
  [
    "TokenUsageTermination",
    () => new TokenUsageTermination({ maxTotalToken: 10 }),
    [used(1, 1), used(1, 1)],
    [used(5, 1)],
    "Token usage limit reached, total token count: 10, prompt token count: 7, completion token count: 3.",
  ],
  [
    "HandoffTermination",
    () => new HandoffTermination("user"),
    [handoff("b"), text("user")],
    [handoff("user")],
    "Handoff to user from a detected.",
  ],
  [
    "SourceMatchTermination",
    () => new SourceMatchTermination(["b", "c"]),
    [text("b"), thought],
    [text("x", "c")],
    "'c' answered",
  ],
  [
    "TextMessageTermination",
    () => new TextMessageTermination(),
    [stop, thought, handoff("b")],
    [text("any")],
    "Text message received from 'a'",
  ],
  [
    "TextMessageTermination",
    () => new TextMessageTermination("b"),
    [text("any"), StopMessage({ content: "x", source: "b" })],
    [text("any", "b")],
    "Text message received from 'b'",
  ],
  [
    "FunctionCallTermination",
    () => new FunctionCallTermination("approve"),
    [executed(), executed("search"), text("approve")],
    [executed("search", "approve")],
    "Function 'approve' was executed.",
  ],
  [
    "FunctionalTermination",
    () => new FunctionalTermination((delta) => delta.some(({ source }) => source === "b")),
    [text("b")],
    [text("x", "b")],
    "Functional termination condition met",
  ],
])("%s", (source, make, ignored, matching, says) => {
  test("no messages and none that matter stop nothing", async () => {
    const condition = make();
    expect(await stopsFor(condition)).toBe(false);
    expect(await stopsFor(condition, ...ignored)).toBe(false);
    expect(condition.terminated).toBe(false);
  });

  test("stops with its words, throws when asked again, and is usable after a reset", async () => {
    const condition = make();
    for (const round of [1, 2]) {
      expect(await stopsFor(condition, ...ignored), `round ${round}`).toBe(false);
      expect(await condition.check(matching)).toMatchObject({ type: "StopMessage", content: says, source });
      expect(condition.terminated).toBe(true);
      await expect((async () => condition.check([]))()).rejects.toBeInstanceOf(TerminatedException);
      await condition.reset();
      expect(condition.terminated).toBe(false);
    }
  });
});

describe("counting", () => {
  test("events count only when they are told to", async () => {
    const condition = new MaxMessageTermination(2, { includeAgentEvent: true });
    expect(await condition.check([text("one"), asked])).toMatchObject({ type: "StopMessage" });
  });

  test("tokens are added up over calls, whichever limit is reached first", async () => {
    const total = new TokenUsageTermination({ maxTotalToken: 10 });
    expect(await stopsFor(total, used(5, 0))).toBe(false);
    expect(await stopsFor(total, used(0, 5))).toBe(true);
    expect(await stopsFor(new TokenUsageTermination({ maxPromptToken: 3 }), used(3, 0))).toBe(true);
    expect(await stopsFor(new TokenUsageTermination({ maxPromptToken: 3 }), used(0, 9))).toBe(false);
    expect(await stopsFor(new TokenUsageTermination({ maxCompletionToken: 3 }), used(9, 2))).toBe(false);
    expect(await stopsFor(new TokenUsageTermination({ maxCompletionToken: 3 }), used(0, 3))).toBe(true);
  });

  test("a limit of tokens is needed", () => {
    expect(() => new TokenUsageTermination({})).toThrow(/At least one of/);
  });

  test.each([-1, Number.NaN, "3", null])("a limit of %s tokens is refused: a run might never reach it", (limit) => {
    const options: object = { maxTotalToken: limit };
    expect(() => new TokenUsageTermination(options)).toThrow(/maxTotalToken must be a number, 0 or more/);
  });

  test.each([0, -1, 1.5, Number.NaN])("%d messages are refused", (count) => {
    expect(() => new MaxMessageTermination(count)).toThrow(/greater than 0/);
  });
});

describe("time", () => {
  test("time is counted from the first look of a run, and begins anew after a reset", async () => {
    const { context, set } = clock();
    const condition = new TimeoutTermination(5);
    // Whatever passes between making it and the first look does not count.
    set(100);
    expect(await condition.check([], context)).toBeUndefined();
    set(104.9);
    expect(await condition.check([text("x")], context)).toBeUndefined();
    set(105);
    expect(await condition.check([], context)).toMatchObject({ content: "Timeout of 5 seconds reached" });
    expect(() => condition.check([], context)).toThrow(TerminatedException);
    condition.reset();
    set(200);
    expect(await condition.check([], context)).toBeUndefined();
    set(205);
    expect(await condition.check([], context)).toMatchObject({ source: "TimeoutTermination" });
  });

  test.each([-1, Number.NaN])("%d seconds are refused", (seconds) => {
    expect(() => new TimeoutTermination(seconds)).toThrow(/timeoutSeconds/);
  });
});

test("a stop from outside takes effect at the next look, until it is reset", async () => {
  const condition = new ExternalTermination();
  expect(await stopsFor(condition, text("x"))).toBe(false);
  condition.set();
  expect(condition.terminated).toBe(false);
  expect(await condition.check([])).toMatchObject({
    content: "External termination requested",
    source: "ExternalTermination",
  });
  expect(() => condition.check([])).toThrow(TerminatedException);
  condition.reset();
  expect(await stopsFor(condition)).toBe(false);
});

test("a function may answer at once or later, and sees structured content; only true stops", async () => {
  const approved = (delta: readonly StreamItem[]): boolean =>
    delta.some((item) => "content" in item && JSON.stringify(item.content) === '{"approved":true}');
  const structured = (value: boolean): StreamItem =>
    StructuredMessage({ content: { approved: value }, source: "a", contentType: { name: "Verdict" } });
  for (const func of [approved, (delta: readonly StreamItem[]) => Promise.resolve(approved(delta))]) {
    const condition = new FunctionalTermination(func);
    expect(await stopsFor(condition, structured(false))).toBe(false);
    expect(await stopsFor(condition, structured(true))).toBe(true);
  }
  expect(await stopsFor(new FunctionalTermination(() => "yes" as never))).toBe(false);
});

test("the task and events may be left out of account", async () => {
  const task = { ...clock().context, isTask: true };
  const mention = new TextMentionTermination("stop", { ignoreTask: true, ignoreEvents: true });
  expect(await mention.check([text("stop", "user")], task)).toBeUndefined();
  expect(await mention.check([thought])).toBeUndefined();
  expect(await mention.check([text("stop", "user")])).toBeDefined();
  const anyText = new TextMessageTermination(undefined, { ignoreTask: true });
  expect(await anyText.check([text("x", "user")], task)).toBeUndefined();
  // In AutoGen's way both count.
  expect(await new TextMentionTermination("stop").check([thought])).toBeDefined();
  expect(await new TextMessageTermination().check([text("x", "user")], task)).toBeDefined();
});
