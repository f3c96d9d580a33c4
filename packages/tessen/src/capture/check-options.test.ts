import { expect, test } from "vitest";
import { checkOptions } from "./check-options.ts";
import type { InitOptions } from "./init-options.ts";

/** Options as a program without types gives them. */
const untyped = (options: unknown): InitOptions => JSON.parse(JSON.stringify(options));

test.each([
  [{ agentName: 5 }, "init: agentName is 5; it must be text."],
  [{ logDir: "" }, 'init: logDir is ""; it must be the path of a folder.'],
  [{ hosts: "api.example" }, 'init: hosts is "api.example"; it must be a list of texts.'],
  [{ vendors: [null] }, "init: vendors is a list; it must be a list of texts."],
  [{ durability: "always" }, 'init: durability is "always"; it must be one of group, strict, none.'],
  [{ content: "Metadata" }, 'init: content is "Metadata"; it must be one of full, metadata.'],
  [{ retentionDays: 1e300 }, "init: retentionDays is 1e+300; it must be a number from 0 to 36500."],
  [{ maxBodyBytes: -1 }, "init: maxBodyBytes is -1; it must be a number from 1."],
  [{ enabled: "no" }, 'init: enabled is "no"; it must be true or false.'],
  [{ redact: false }, "init: redact is false; it must be an object with enabled, keys, patterns or pii."],
  [{ onEvent: {} }, "init: onEvent is an object; it must be a function."],
  [null, "The options of init() are null; they must be an object."],
  [[], "The options of init() are a list; they must be an object."],
])("%j is refused by a sentence", (options, message) => {
  expect(() => checkOptions(untyped(options))).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_ARGUMENT", message }),
  );
});

test("numbers that are none are refused", () => {
  for (const inlineMaxBytes of [Number.NaN, Number.POSITIVE_INFINITY, 1e20]) {
    expect(() => checkOptions({ inlineMaxBytes })).toThrow("init: inlineMaxBytes is");
  }
});

test("what is left out, and what is fine, passes", () => {
  checkOptions({});
  checkOptions(Object.fromEntries([["agentName", undefined]]));
  checkOptions({ agentName: "a", hosts: [], retentionDays: 0, redact: { pii: true }, onEvent: () => {} });
});
