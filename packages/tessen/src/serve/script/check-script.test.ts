import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkScript } from "./check-script.ts";
import { readScript } from "./script-source.ts";

const issuesOf = (script: unknown): string[] => {
  try {
    checkScript("It", script);
    return [];
  } catch (error) {
    const [head = "", ...lines] = (error instanceof Error ? error.message : "").split("\n");
    expect(head).toBe(`It has ${lines.length} ${lines.length === 1 ? "error" : "errors"}:`);
    return lines.map((line) => line.trim());
  }
};
const answer = (members: object): object => ({ answers: [members] });
const match = (members: object): object => ({ rules: [{ match: members, answer: {} }] });

describe("bad scripts: each error with its place", () => {
  test.each<readonly [script: unknown, ...issues: string[]]>([
    [null, "(the whole): must be an object, not null"],
    [[], "(the whole): must be an object, not []"],
    ["x", '(the whole): must be an object, not "x"'],
    [{}, "(the whole): has neither rules nor answers, so it answers nothing"],
    [{ answers: {} }, "/answers: must be a list, not {}"],
    [{ answers: ["Hello"] }, '/answers/0: must be an object, not "Hello"'],
    [{ anwsers: [], rules: [] }, "/anwsers: is not known here; known are models, paceMs, rules, answers"],
    [{ "a/b~c": 1, rules: [] }, "/a~1b~0c: is not known here; known are models, paceMs, rules, answers"],
    [{ rules: [], models: [""] }, '/models/0: must be text that is not empty, not ""'],
    [{ rules: [], paceMs: -1 }, "/paceMs: must be a number from 0 to 2147483647, not -1"],
    [{ rules: [{}] }, "/rules/0: needs exactly one of answer and answers"],
    [{ rules: [{ answer: {}, answers: [] }] }, "/rules/0: needs exactly one of answer and answers"],
    [{ rules: [{ answer: {} }, { match: 1, answer: {} }] }, "/rules/1/match: must be an object, not 1"],
    [match({ model: 5 }), "/rules/0/match/model: must be text that is not empty, not 5"],
    [match({ text: "" }), '/rules/0/match/text: must be text that is not empty, not ""'],
    [match({ call: 0 }), "/rules/0/match/call: must be a whole number of at least 1, not 0"],
    [match({ call: 1.5 }), "/rules/0/match/call: must be a whole number of at least 1, not 1.5"],
    [match({ txt: "a" }), "/rules/0/match/txt: is not known here; known are model, text, tool, toolResult, call"],
    [answer({ text: 1 }), "/answers/0/text: must be text, not 1"],
    [answer({ toolCalls: {} }), "/answers/0/toolCalls: must be a list, not {}"],
    [answer({ toolCalls: [{}] }), "/answers/0/toolCalls/0: needs a name"],
    [
      answer({ toolCalls: [{ name: "f", arguments: [1] }] }),
      "/answers/0/toolCalls/0/arguments: must be an object or text, not [1]",
    ],
    [
      answer({ finishReason: "end_turn" }),
      '/answers/0/finishReason: must be one of "stop", "length", "content_filter", not "end_turn"',
    ],
    [
      answer({ usage: { inputTokens: 1.5 } }),
      "/answers/0/usage/inputTokens: must be a whole number of at least 0, not 1.5",
    ],
    [answer({ delayMs: "1" }), '/answers/0/delayMs: must be a number from 0 to 2147483647, not "1"'],
    [answer({ fault: 429 }), '/answers/0/fault: must be text such as "429:2" or "cut:100", not 429'],
    [
      { paceMs: "x", rules: [{ answer: { text: 1, thinking: 2 } }, 7] },
      '/paceMs: must be a number from 0 to 2147483647, not "x"',
      "/rules/0/answer/text: must be text, not 1",
      "/rules/0/answer/thinking: must be text, not 2",
      "/rules/1: must be an object, not 7",
    ],
  ])("%j", (script, ...issues) => {
    expect(issuesOf(script)).toEqual(issues);
  });

  test("members that are not known, and faults, are told with what is", () => {
    expect(issuesOf(answer({ usage: { input: 1 } }))).toEqual([
      expect.stringMatching(/^\/answers\/0\/usage\/input: is not known here; known are inputTokens, /),
    ]);
    expect(issuesOf(answer({ fault: "explode" }))).toEqual([
      expect.stringMatching(/^\/answers\/0\/fault: "explode" is no fault\. A fault is a status from 400 to 599 /),
    ]);
  });

  test("a whole script is fine, and so are functions in it", () => {
    const script = {
      models: ["m"],
      paceMs: 1,
      rules: [
        {
          match: { model: "m*", text: "a", tool: "t", toolResult: "r", call: 1 },
          answer: {
            text: "t",
            thinking: "t",
            refusal: "r",
            model: "m",
            id: "i",
            delayMs: 1,
            paceMs: 0,
            fault: "429:2",
            toolCalls: [
              { name: "f", id: "c", arguments: { a: 1 } },
              { name: "f", arguments: "{" },
            ],
            finishReason: "stop",
            usage: { inputTokens: 1, webFetchRequests: 2 },
          },
        },
        { answer: () => undefined },
      ],
      answers: [{}, () => ({})],
    };
    expect(issuesOf(script)).toEqual([]);
  });
});

describe("a script file", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tessen-script-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (text: string): string => {
    const file = join(folder, "script.json");
    writeFileSync(file, text);
    return file;
  };

  test("is JSON, with or without a byte order mark", () => {
    expect(readScript(write('\uFEFF{"answers":[{"text":"Hi"}]}'))).toEqual({ answers: [{ text: "Hi" }] });
  });

  test.each([
    ["", /cannot be read: /],
    ["{answers: []}", /cannot be read: /],
    ['{"answers":[{"txt":1}]}', /has 1 error:\n {2}\/answers\/0\/txt: is not known here/],
  ])("%j is told with the file's name", (text, message) => {
    const file = write(text);
    expect(() => readScript(file)).toThrow(message);
    expect(() => readScript(file)).toThrow(`The script ${file} `);
  });

  test("must be there", () => {
    expect(() => readScript(join(folder, "none.json"))).toThrow(/none\.json cannot be read: ENOENT/);
  });
});
