import { isTesseraeError } from "@tesserae/core";
import { expect, test } from "vitest";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { SayingAgent } from "../testing/team-agents.ts";
import { AndTerminationCondition } from "./combined-conditions.ts";
import { FunctionCallTermination } from "./function-call-termination.ts";
import { FunctionalTermination } from "./functional-termination.ts";
import { HandoffTermination } from "./handoff-termination.ts";
import { MaxMessageTermination } from "./max-message-termination.ts";
import { SourceMatchTermination } from "./source-match-termination.ts";
import { TextMentionTermination } from "./text-mention-termination.ts";

/** What a program without types may give, such as a setting that is not set. */
const nothing = undefined as never;

test.each<readonly [what: string, make: () => unknown, message: RegExp]>([
  [
    "a mention of nothing",
    () => new TextMentionTermination(nothing),
    /text of a TextMentionTermination must be a text/,
  ],
  [
    "a mention by a text in place of names",
    () => new TextMentionTermination("x", { sources: "user" as never }),
    /list of names, found a string/,
  ],
  ["sources that are a text", () => new SourceMatchTermination("user" as never), /list of names, found a string/],
  ["sources that are none", () => new SourceMatchTermination(nothing), /list of names/],
  ["sources that are no names", () => new SourceMatchTermination([5] as never), /list of names, found an array/],
  ["a handoff to nobody", () => new HandoffTermination(nothing), /target of a HandoffTermination must be a text/],
  [
    "a call of no function",
    () => new FunctionCallTermination(nothing),
    /function of a FunctionCallTermination must be a text/,
  ],
  ["no function to ask", () => new FunctionalTermination(nothing), /takes a function/],
  [
    "a part that is no condition",
    () => new MaxMessageTermination(1).and(nothing),
    /termination condition must be an object.*found nothing/,
  ],
  [
    "a part that is a class",
    () => new AndTerminationCondition(MaxMessageTermination as never),
    /termination condition must be an object.*found a function/,
  ],
])("%s is refused at once: a run would not end", (_what, make, message) => {
  let error: unknown;
  try {
    make();
  } catch (thrown) {
    error = thrown;
  }
  expect(isTesseraeError(error)).toBe(true);
  expect(String(error)).toMatch(message);
});

test.each([
  ["a number", 10],
  ["a class", MaxMessageTermination],
  ["a function", () => true],
  ["null", null],
])("a team is not made with %s as its condition", (_what, terminationCondition) => {
  const participants = [new SayingAgent("a")];
  expect(() => new RoundRobinGroupChat({ participants, terminationCondition: terminationCondition as never })).toThrow(
    /The termination condition must be an object, such as new MaxMessageTermination\(10\)/,
  );
});
