import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rejection } from "../../testing/collect.ts";
import { ledgerOf, magenticTeam, questionOf } from "../../testing/magentic-team.ts";
import { linesOf } from "../../testing/run-items.ts";
import { LedgerFormat } from "./progress-ledger.ts";

const format = new LedgerFormat(["a", "b"]);

/** The ledger with changes, as text. */
function changed(changes: { readonly [key: string]: unknown }): string {
  return JSON.stringify({ ...(JSON.parse(ledgerOf()) as object), ...changes });
}

describe("a ledger is read", () => {
  test.each([
    ["alone", ledgerOf({ speaker: "b" })],
    ["fenced as JSON", `Here it is:\n\`\`\`json\n${ledgerOf({ speaker: "b" })}\n\`\`\`\nDone.`],
    ["fenced", `\`\`\`\n${ledgerOf({ speaker: "b" })}\n\`\`\``],
    ["with keys of its own", changed({ next_speaker: { reason: "", answer: "b", sure: true }, mood: "good" })],
  ])("%s", (_name, text) => {
    expect(format.read(text)).toMatchObject({ ledger: { next_speaker: { answer: "b" } } });
  });

  test("with words for truth values as pydantic takes them", () => {
    const reading = format.read(changed({ is_in_loop: { reason: "", answer: "true" } }));
    expect(reading).toMatchObject({ ledger: { is_in_loop: { answer: true } } });
  });

  test("with any next speaker once the request is satisfied", () => {
    expect(format.read(ledgerOf({ done: "x", speaker: "none" }))).toHaveProperty("ledger");
  });

  test.each([
    ["no JSON", "I think a should speak.", /to be JSON/],
    ["another language", "```python\nprint(1)\n```", /language: python/],
    ["two objects", `\`\`\`json\n{}\n\`\`\`\n\`\`\`json\n{}\n\`\`\``, /there are 2/],
    ["a list", "[]", /object is wanted/],
    ["a missing key", changed({ is_in_loop: undefined }), /is_in_loop/],
    ["a missing answer", changed({ next_speaker: { reason: "x" } }), /next_speaker[^]*answer/],
    ["a missing reason", changed({ next_speaker: { answer: "a" } }), /next_speaker[^]*reason/],
    ["a text for a truth value", changed({ is_in_loop: { reason: "", answer: "maybe" } }), /is_in_loop/],
    ["a bare value", changed({ instruction_or_question: "Go on." }), /instruction_or_question/],
    ["nobody of the team", ledgerOf({ speaker: "c" }), /"c" is no member/],
    ["a name in other letters", ledgerOf({ speaker: "A" }), /"A" is no member/],
  ])("not: %s", (_name, text, problem) => {
    const reading = format.read(text);
    expect("problem" in reading ? reading.problem : "").toMatch(problem);
  });

  test("or its problem told, whatever the text is; nothing is thrown", () => {
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `\`\`\`json\n${json}\n\`\`\``),
      fc.dictionary(fc.constantFrom(...Object.keys(JSON.parse(ledgerOf()) as object)), fc.jsonValue()).map(changed),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const reading = format.read(text);
        expect("ledger" in reading || reading.problem.length > 0).toBe(true);
      }),
    );
  });

  test("of a team of one with its speaker filled in, whatever the model says", () => {
    const reading = new LedgerFormat(["only"]).read(changed({ next_speaker: "nobody" }));
    expect(reading).toMatchObject({ ledger: { next_speaker: { answer: "only" } } });
  });
});

describe("the question for a ledger", () => {
  test.each([
    ["in the form with the names to choose from", { structuredOutput: true }, { name: "LedgerEntry" }],
    ["in JSON mode", { structuredOutput: false }, true],
    ["in words alone", { structuredOutput: false, jsonOutput: false }, undefined],
  ])("is asked %s, as the model can", async (_name, info, jsonOutput) => {
    const { team, client } = magenticTeam(["F", "P", ledgerOf({ done: "x" }), "end"]);
    Object.assign(client.modelInfo, info);
    await team.run("Go");
    const { options } = client.calls[2] ?? {};
    if (typeof jsonOutput === "object") expect(options?.jsonOutput).toMatchObject(jsonOutput);
    else expect(options?.jsonOutput).toBe(jsonOutput);
  });

  test("closes the form of its answer, the speaker being one of the team", () => {
    const { schema } = format.output;
    expect(schema).toMatchObject({ additionalProperties: false });
    expect(JSON.stringify(schema)).toContain('{"type":"string","enum":["a","b"]}');
    expect(schema["required"]).toEqual([
      "is_request_satisfied",
      "is_in_loop",
      "is_progress_being_made",
      "next_speaker",
      "instruction_or_question",
    ]);
  });

  test("is put again with what was wrong and the valid names, in one conversation", async () => {
    const { team, client } = magenticTeam([
      "F",
      "P",
      "Well…",
      ledgerOf({ speaker: "c" }),
      ledgerOf({ speaker: "b" }),
      ledgerOf({ done: "x" }),
      "end",
    ]);
    expect(linesOf((await team.run("Go")).messages)).toContain("b: by b");
    expect(client.calls[4]?.messages.map(({ type }) => type)).toEqual([
      "AssistantMessage",
      "UserMessage",
      "AssistantMessage",
      "UserMessage",
      "AssistantMessage",
      "UserMessage",
    ]);
    expect(questionOf(client, 3)).toMatch(/to be JSON[^]*must be one of: a, b\./);
    expect(questionOf(client, 4)).toMatch(/"c" is no member[^]*must be one of: a, b\./);
    // The attempts are no part of what is asked later.
    expect(client.calls[5]?.messages).toHaveLength(4);
  });

  test("is given up after ten answers that cannot be used; the next run asks again", async () => {
    const { team, client } = magenticTeam([
      "F",
      "P",
      ...Array.from({ length: 10 }, () => ledgerOf({ speaker: "c" })),
      ledgerOf({ done: "x" }),
      "end",
    ]);
    const error = await rejection(team.run("Go"));
    expect(String(error)).toMatch(/Failed to parse ledger information after multiple retries.*"c" is no member/);
    expect(error).toMatchObject({ code: "ERR_MODEL_ANSWER" });
    expect(client.calls).toHaveLength(12);
    expect(linesOf((await team.run()).messages).at(-1)).toMatch(/end/);
  });
});
