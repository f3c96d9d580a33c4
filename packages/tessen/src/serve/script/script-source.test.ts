import { describe, expect, test } from "vitest";
import { readTrafficRequest, type TrafficRequest } from "../traffic-request.ts";
import { scriptSource } from "./script-source.ts";
import type { RuleMatch, TrafficScript } from "./script.ts";

function request(path: string, body: object, call = 1): TrafficRequest {
  return readTrafficRequest({ method: "POST", path, headers: {}, bytes: Buffer.from(JSON.stringify(body)) }, call);
}

const user = { role: "user", content: "How is the weather in Paris?" };
const chat = { model: "gpt-5-mini", messages: [{ role: "system", content: "Be short." }, user] };

/** The same conversation in each protocol: a tool has just returned. */
const afterTool = {
  "/v1/chat/completions": {
    model: "gpt-5-mini",
    messages: [
      user,
      {
        role: "assistant",
        content: null,
        tool_calls: [
          { id: "one", type: "function", function: { name: "weather", arguments: "{}" } },
          { id: "two", type: "function", function: { name: "time", arguments: "{}" } },
        ],
      },
      { role: "tool", tool_call_id: "one", content: "rain" },
      { role: "tool", tool_call_id: "two", content: [{ type: "text", text: "noon" }] },
    ],
  },
  "/v1/responses": {
    model: "gpt-5-mini",
    input: [
      { role: "user", content: [{ type: "input_text", text: user.content }] },
      { type: "function_call", call_id: "one", name: "weather", arguments: "{}" },
      { type: "function_call", call_id: "two", name: "time", arguments: "{}" },
      { type: "function_call_output", call_id: "one", output: "rain" },
      { type: "function_call_output", call_id: "two", output: [{ type: "input_text", text: "noon" }] },
    ],
  },
  "/v1/messages": {
    model: "gpt-5-mini",
    messages: [
      user,
      {
        role: "assistant",
        content: [
          { type: "tool_use", id: "one", name: "weather", input: {} },
          { type: "tool_use", id: "two", name: "time", input: {} },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "one", content: "rain" },
          { type: "tool_result", tool_use_id: "two", content: [{ type: "text", text: "noon" }] },
        ],
      },
    ],
  },
};

describe.each(Object.entries(afterTool))("at %s", (path, body) => {
  test("the results that have just come are those since the model spoke", () => {
    expect(request(path, body)).toMatchObject({
      model: "gpt-5-mini",
      lastText: "",
      toolResults: [
        { id: "one", name: "weather", text: "rain" },
        { id: "two", name: "time", text: "noon" },
      ],
    });
  });

  test.each<readonly [RuleMatch, boolean]>([
    [{}, true],
    [{ model: "gpt-5-mini" }, true],
    [{ model: "gpt-5" }, false],
    [{ model: "gpt-*" }, true],
    [{ model: "*mini" }, true],
    [{ model: "g.*" }, false],
    [{ tool: "weather" }, true],
    [{ tool: "stocks" }, false],
    [{ toolResult: "ai" }, true],
    [{ tool: "weather", toolResult: "rain" }, true],
    [{ tool: "time", toolResult: "rain" }, false],
    // The last message is the tools'.
    [{ text: "Paris" }, false],
    [{ call: 1 }, true],
    [{ call: 2 }, false],
    [{ model: "gpt-*", tool: "time", call: 2 }, false],
  ])("%j matches: %j", async (match, expected) => {
    const source = scriptSource({ rules: [{ match, answer: { text: "yes" } }] });
    expect((await source.answer(request(path, body))) !== undefined).toBe(expected);
  });
});

test.each([
  ["/v1/chat/completions", { messages: [user] }],
  ["/v1/messages", { messages: [{ role: "user", content: [{ type: "text", text: user.content }] }] }],
  ["/v1/responses", { input: user.content }],
  ["/v1/responses", { input: [{ role: "user", content: [{ type: "input_text", text: user.content }] }] }],
])("the text of the last message at %s", (path, body) => {
  expect(request(path, { model: "m", ...body })).toMatchObject({ lastText: user.content, toolResults: [] });
});

describe("the order of a script", () => {
  const texts = async (script: TrafficScript, calls: number): Promise<unknown[]> => {
    const source = scriptSource(script);
    const found: unknown[] = [];
    for (let call = 1; call <= calls; call += 1) {
      const answered = await source.answer(request("/v1/chat/completions", chat, call));
      found.push(answered && [answered.from, Reflect.get(answered.answer, "text")]);
    }
    return found;
  };

  test("answers are given in order, each once", async () => {
    expect(await texts({ answers: [{ text: "one" }, { text: "two" }] }, 3)).toEqual([
      ["script /answers/0", "one"],
      ["script /answers/1", "two"],
      undefined,
    ]);
  });

  test("the first rule that matches decides; a used-up list leaves it to the next one; answers come last", async () => {
    const script: TrafficScript = {
      rules: [
        { match: { model: "claude*" }, answer: { text: "no" } },
        { match: { text: "weather" }, answers: [{ text: "first" }] },
        { match: { call: 3 }, answer: { text: "third" } },
      ],
      answers: [{ text: "left" }],
    };
    expect(await texts(script, 4)).toEqual([
      ["script /rules/1/answers/0", "first"],
      ["script /answers/0", "left"],
      ["script /rules/2", "third"],
      undefined,
    ]);
  });

  test("a function answers from the request, or leaves it to the next rule", async () => {
    const script: TrafficScript = {
      rules: [
        { answer: ({ call }) => (call === 1 ? { text: "by function" } : undefined) },
        { answer: async () => ({ text: "later" }) },
      ],
    };
    expect(await texts(script, 2)).toEqual([
      ["script /rules/0", "by function"],
      ["script /rules/1", "later"],
    ]);
  });

  test("calls at the same time get different answers", async () => {
    const source = scriptSource({ answers: [async () => ({ text: "one" }), { text: "two" }] });
    const found = await Promise.all(
      [1, 2].map(async (call) => source.answer(request("/v1/chat/completions", chat, call))),
    );
    expect(found.map((each) => Reflect.get(each?.answer ?? {}, "text"))).toEqual(["one", "two"]);
  });

  test("a function may not answer with something else", async () => {
    const wrong: unknown = { txt: "x" };
    const source = scriptSource(() => wrong as object);
    await expect(source.answer(request("/v1/chat/completions", chat))).rejects.toThrow("/txt: is not known here");
  });
});

describe("what comes nearest to a request without an answer", () => {
  test.each<readonly [TrafficScript, string]>([
    [
      {
        rules: [
          { match: { text: "news", model: "x" }, answer: {} },
          { match: { text: "news" }, answer: {} },
        ],
      },
      'Nearest is the script\'s rule /rules/1, but its text "news" is not in the last message "How is the weather in Paris?".',
    ],
    [
      { rules: [{ match: { model: "claude-*", call: 2 }, answer: {} }] },
      'Nearest is the script\'s rule /rules/0, but its model is "claude-*", not "gpt-5-mini", and it is for call 2, and this is call 1.',
    ],
    [
      { rules: [{ match: { tool: "weather", toolResult: "rain" }, answer: {} }] },
      'Nearest is the script\'s rule /rules/0, but it wants a result of the tool "weather" with "rain", and no tool has just returned anything.',
    ],
    [{ answers: [] }, "Nearest is the script's answers, whose 0 answers are used up."],
    [{ rules: [{ answer: () => undefined }] }, "Nearest is the script's rule /rules/0, whose function gave no answer."],
  ])("%j", (script, sentence) => {
    expect(scriptSource(script).nearest(request("/v1/chat/completions", chat))).toBe(sentence);
  });
});

test("the models of a script are those it names and those its rules are for", () => {
  const script = {
    models: ["one"],
    rules: [
      { match: { model: "two" }, answer: {} },
      { match: { model: "o*" }, answer: {} },
    ],
  };
  expect(scriptSource(script).models).toEqual(["one", "two"]);
});
