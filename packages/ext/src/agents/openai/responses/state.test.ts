import { tool, type JsonObject } from "@tesserae/core";
import { answerInput, pendingInputs } from "@tesserae/agentchat";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { called, PIXEL, ResponsesFixture, said, whole } from "../testing/responses-fixture.ts";
import type { OpenAIAgent } from "./openai-agent.ts";
import { decodeHistory } from "./decode-history.ts";
import { encodeInput } from "./encode-input.ts";

let fixture: ResponsesFixture;
beforeEach(async () => void (fixture = await ResponsesFixture.start()));
afterEach(() => fixture.close());

const ask = tool({
  name: "ask",
  description: "d",
  parameters: { type: "object", properties: {} },
  execute: () => "42",
});

describe("the state", () => {
  test("is AutoGen's: the id of the last answer, and the conversation as input items", async () => {
    fixture.server.next(whole("resp_1", [said("Hello")]));
    const agent = fixture.agent();
    await agent.run("Hi");
    expect(await agent.saveState()).toEqual({
      type: "OpenAIAgentState",
      response_id: "resp_1",
      history: [
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Hello" },
      ],
    });
  });

  test("of Python's is loaded: the next turn carries what is new, and the id", async () => {
    fixture.server.next(whole("resp_8", [said("Fine")]));
    const agent = fixture.agent();
    const history = [
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello" },
    ];
    const state = { type: "OpenAIAgentState", response_id: "resp_7", history };
    await agent.loadState(state);
    expect(await agent.saveState()).toEqual(state);
    await agent.run("How are you?");
    expect(fixture.bodies[0]).toMatchObject({
      input: [{ role: "user", content: "How are you?" }],
      previous_response_id: "resp_7",
    });
  });

  test("holds tools and what OpenAI's tools did; another agent goes on from it", async () => {
    const search = { type: "web_search_call", id: "ws_1", status: "completed" };
    fixture.server.next(
      whole("r1", [called("c1", "ask", {})]),
      whole("r2", [search, said("42")]),
      whole("r3", [said("Yes")]),
    );
    const first = fixture.agent({ tools: [ask] });
    await first.run("Ask");
    const state = await first.saveState();
    expect(state["history"]).toEqual([
      { role: "user", content: "Ask" },
      { type: "function_call", call_id: "c1", name: "ask", arguments: "{}" },
      { type: "function_call_output", call_id: "c1", output: "42" },
      search,
      said("42"),
    ]);
    const second = fixture.agent({ tools: [ask], store: false });
    await second.loadState(JSON.parse(JSON.stringify(state)) as JsonObject);
    expect(await second.saveState()).toEqual(state);
    await second.run("Sure?");
    expect(fixture.bodies[2]).toMatchObject({
      input: [{ role: "system" }, ...(state["history"] as JsonObject[]), { role: "user", content: "Sure?" }],
    });
  });

  test.each([true, false])(
    "in which a call waits for approval holds the question; with the answer another agent goes on (kept by OpenAI: %s)",
    async (store) => {
      fixture.server.next(
        whole("r1", [said("Hello")]),
        whole("r2", [called("c1", "ask", {})]),
        whole("r3", [said("It is 42.")]),
      );
      const asking = tool({
        name: "ask",
        description: "d",
        parameters: { type: "object", properties: {} },
        requiresApproval: true,
        execute: () => "42",
      });
      const make = (): OpenAIAgent => fixture.agent({ tools: [asking], store });
      const first = make();
      await first.run("Hi");
      await expect(first.run("Ask")).rejects.toMatchObject({ code: "ERR_INPUT_WAITING" });
      const state = JSON.parse(JSON.stringify(await first.saveState())) as JsonObject;
      const [question] = pendingInputs(state);
      expect(question).toMatchObject({ path: "/helper[0]", tool: { name: "ask" } });
      // Who knows nothing of this asks the agent again.
      expect(state).toMatchObject({ history: [{ content: "Hi" }, { content: "Hello" }] });
      const second = make();
      await second.loadState(answerInput(state, question?.requestId ?? "", "approve"));
      const { messages } = await second.run();
      expect(messages.at(-1)).toMatchObject({ content: "It is 42." });
      expect(fixture.bodies).toHaveLength(3);
      const output = { type: "function_call_output", call_id: "c1", output: "42" };
      expect(fixture.bodies[2]?.["input"]).toMatchObject(
        store
          ? [output]
          : [
              { role: "system" },
              { content: "Hi" },
              { content: "Hello" },
              { content: "Ask" },
              { type: "function_call", call_id: "c1" },
              output,
            ],
      );
      expect(await second.saveState()).not.toHaveProperty("open_turn");
    },
  );

  test("without an answer is nothing but an id, if it has one", async () => {
    const agent = fixture.agent();
    const state = { type: "OpenAIAgentState", response_id: "resp_1", history: [] };
    await agent.loadState(state);
    expect(await agent.saveState()).toEqual(state);
    await expect(agent.loadState({ history: "none" })).rejects.toThrow(/history/);
  });
});

test("items of a history come back as they were, whatever they are", () => {
  const text = fc.string();
  const id = fc.constantFrom("a", "b");
  const item = fc.oneof(
    fc.record({ role: fc.constantFrom("system", "user", "assistant"), content: text }),
    fc.record({ type: fc.constant("function_call"), call_id: id, name: fc.constant("f"), arguments: text }),
    fc.record({ type: fc.constant("function_call_output"), call_id: id, output: text }),
    fc.record({ type: fc.constant("reasoning"), id, summary: fc.constant([]) }),
    fc.record({ type: fc.constant("mcp_approval_request"), id, server_label: text, name: text, arguments: text }),
    fc.record({
      type: fc.constant("mcp_approval_response"),
      approval_request_id: id,
      approve: fc.constant(true),
    }),
    fc.record({
      role: fc.constant("user"),
      content: fc.array(
        fc.oneof(
          fc.record({ type: fc.constant("input_text"), text }),
          fc.constant({ type: "input_image", image_url: `data:image/png;base64,${PIXEL}`, detail: "auto" }),
          fc.constant({ type: "input_image", image_url: "https://a.example/b.png", detail: "high" }),
          fc.constant({ type: "input_file", file_id: "file_1" }),
          fc.constant({ type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0=" }),
          fc.record({ type: fc.constant("input_of_tomorrow"), text }),
        ),
      ),
    }),
    fc.record({ type: fc.constant("item_of_tomorrow"), data: fc.jsonValue() }),
  );
  fc.assert(
    fc.property(fc.array(item), fc.option(id, { nil: undefined }), (items, responseId) => {
      const given = items as readonly JsonObject[];
      expect(encodeInput(decodeHistory(given, responseId), true)).toEqual(given);
    }),
  );
});
