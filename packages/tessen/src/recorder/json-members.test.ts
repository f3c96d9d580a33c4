import fc from "fast-check";
import { expect, test } from "vitest";
import { NO_USAGE, type Usage } from "@tesserae/wire/usage";
import { eventUsage, usageMember } from "./usage.ts";
import { jsonMember, membersOf, numberMember, textMember } from "./json-members.ts";

test("members of any values are one JSON object, as an object with them would be", () => {
  const member = fc.option(fc.oneof(fc.string({ unit: "binary" }), fc.double(), fc.jsonValue()), { nil: undefined });
  fc.assert(
    fc.property(fc.array(member), (values) => {
      const members = values.map((value, at) => {
        if (typeof value === "string") return textMember(`m${at}`, value);
        return typeof value === "number" ? numberMember(`m${at}`, value) : jsonMember(`m${at}`, value);
      });
      const object = Object.fromEntries(values.map((value, at) => [`m${at}`, value]));
      expect(JSON.parse(`{"first":1${members.join("")}}`)).toEqual(JSON.parse(JSON.stringify({ first: 1, ...object })));
      expect(JSON.parse(`{"first":1${membersOf(object)}}`)).toEqual(
        JSON.parse(JSON.stringify({ first: 1, ...object })),
      );
    }),
  );
});

test("usage is written as the object of an event would be", () => {
  const count = fc.oneof(fc.nat(), fc.double());
  const usages = fc.tuple(count, count, count, count, count, count);
  fc.assert(
    fc.property(usages, ([inputTokens, cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens, outputTokens, more]) => {
      const usage: Usage = {
        ...NO_USAGE,
        inputTokens,
        cacheReadTokens,
        cacheWriteTokens,
        cacheWrite1hTokens,
        outputTokens,
        reasoningTokens: more,
      };
      const text = `{"first":1${usageMember(usage)}}`;
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify({ first: 1, usage: eventUsage(usage) })));
    }),
  );
});
