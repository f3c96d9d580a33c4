import { isRawObject, WireError } from "@tesserae/wire";
import { parseFault } from "../fault.ts";
import { ShapeCheck, type Check } from "./shape-check.ts";
import type { ScriptedAnswer, TrafficScript } from "./script.ts";

/**
 * Checks that a value is a script. Throws `ERR_INVALID_ARGUMENT` with a line for every error, which begins with its
 * JSON pointer. `name` stands for the script in the message.
 */
export function checkScript(name: string, value: unknown): asserts value is TrafficScript {
  throwIssues(name, value, script);
}

/** Checks that what a function gave is an answer, as {@link checkScript} does. */
export function checkAnswer(name: string, value: unknown): asserts value is ScriptedAnswer {
  throwIssues(name, value, answer);
}

function throwIssues(name: string, value: unknown, whole: Check): void {
  const check = new ShapeCheck();
  whole(check, value, "");
  if (check.issues.length === 0) return;
  const count = `${check.issues.length} ${check.issues.length === 1 ? "error" : "errors"}`;
  const lines = check.issues.map(({ pointer, message }) => `  ${pointer === "" ? "(the whole)" : pointer}: ${message}`);
  throw new WireError("ERR_INVALID_ARGUMENT", `${name} has ${count}:\n${lines.join("\n")}`);
}

const text: Check = (check, value, pointer) => check.text(value, pointer);
const nonEmpty: Check = (check, value, pointer) => check.nonEmptyText(value, pointer);
const milliseconds: Check = (check, value, pointer) => check.number(value, pointer, { least: 0, most: 2 ** 31 - 1 });
const tokens: Check = (check, value, pointer) => check.number(value, pointer, { least: 0, whole: true });

const script: Check = (check, value, pointer) => {
  check.members(value, pointer, {
    models: (own, list, at) => own.each(list, at, nonEmpty),
    paceMs: milliseconds,
    rules: (own, list, at) => own.each(list, at, rule),
    answers: (own, list, at) => own.each(list, at, answer),
  });
  if (isRawObject(value) && value["rules"] === undefined && value["answers"] === undefined)
    check.say(pointer, "has neither rules nor answers, so it answers nothing");
};

const rule: Check = (check, value, pointer) => {
  check.members(value, pointer, { match, answer, answers: (own, list, at) => own.each(list, at, answer) });
  if (isRawObject(value) && (value["answer"] === undefined) === (value["answers"] === undefined))
    check.say(pointer, "needs exactly one of answer and answers");
};

const match: Check = (check, value, pointer) =>
  check.members(value, pointer, {
    model: nonEmpty,
    text: nonEmpty,
    tool: nonEmpty,
    toolResult: nonEmpty,
    call: (own, number, at) => own.number(number, at, { least: 1, whole: true }),
  });

const answer: Check = (check, value, pointer) => {
  if (typeof value === "function") return;
  check.members(value, pointer, {
    text,
    thinking: text,
    refusal: text,
    model: nonEmpty,
    id: nonEmpty,
    delayMs: milliseconds,
    paceMs: milliseconds,
    fault,
    toolCalls: (own, list, at) => own.each(list, at, call),
    finishReason: (own, word, at) => own.oneOf(word, at, ["stop", "length", "content_filter"]),
    usage: (own, counts, at) => own.members(counts, at, Object.fromEntries(USAGE_PARTS.map((part) => [part, tokens]))),
  });
};

const call: Check = (check, value, pointer) => {
  check.members(value, pointer, {
    name: nonEmpty,
    id: nonEmpty,
    arguments: (own, given, at) => {
      if (typeof given !== "string" && !isRawObject(given)) own.wrong(given, at, "an object or text");
    },
  });
  if (isRawObject(value) && value["name"] === undefined) check.say(pointer, "needs a name");
};

const fault: Check = (check, value, pointer) => {
  if (typeof value !== "string") return check.wrong(value, pointer, 'text such as "429:2" or "cut:100"');
  try {
    parseFault(value);
  } catch (error) {
    check.say(pointer, error instanceof Error ? error.message : String(error));
  }
};

const USAGE_PARTS = [
  "inputTokens",
  "cacheReadTokens",
  "cacheWriteTokens",
  "cacheWrite1hTokens",
  "inputAudioTokens",
  "cacheReadAudioTokens",
  "outputTokens",
  "reasoningTokens",
  "outputAudioTokens",
  "outputImageTokens",
  "webSearchRequests",
  "webFetchRequests",
];
