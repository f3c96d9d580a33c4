import { RoundRobinGroupChat, type TaskResult } from "@tesserae/agentchat";
import { answer, MemoryJournalStore, readRun, recordTo, replayFrom, resumeFrom, tool } from "@tesserae/core";
import type { ModelPayload } from "@tesserae/wire/channels";
import { tracingChannel } from "node:diagnostics_channel";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { json } from "../../../testing/test-reply.ts";
import { called, ResponsesFixture, said, streamed, whole } from "../testing/responses-fixture.ts";
import type { OpenAIAgent } from "./openai-agent.ts";

let fixture: ResponsesFixture;
beforeEach(async () => void (fixture = await ResponsesFixture.start()));
afterEach(() => fixture.close());

let runs = 0;
const count = tool({
  name: "count",
  description: "Counts its calls",
  parameters: { type: "object", properties: {} },
  execute: () => String((runs += 1)),
});
beforeEach(() => void (runs = 0));

const team = (): RoundRobinGroupChat =>
  new RoundRobinGroupChat({
    participants: [
      fixture.agent({ name: "a", tools: [count], modelClientStream: true }),
      fixture.agent({ name: "b", tools: [count] }),
    ],
    maxTurns: 3,
  });

describe("a run", () => {
  test("is replayed without the server, to the letter", async () => {
    fixture.server.next(
      streamed("r1", ["On", "e"]),
      whole("r2", [called("c1", "count", {})]),
      whole("r3", [said("Two")]),
      streamed("r4", ["Three"]),
    );
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    const recorded = await team().run("Go", { journal });
    expect(fixture.bodies[3]).toMatchObject({ previous_response_id: "r1" });
    const replayed = await team().run(undefined, { journal: replayFrom(store, journal.runId ?? "") });
    expect(replayed.messages).toEqual(recorded.messages);
    expect(replayed.usage).toEqual(recorded.usage);
    expect(fixture.bodies).toHaveLength(4);
    expect(runs).toBe(1);
  });

  test("that broke off is resumed where it was: what was answered is not asked again, and the chain goes on", async () => {
    fixture.server.next(
      whole("r1", [called("c1", "count", {})]),
      json({ error: { message: "broken" } }, { status: 500 }),
    );
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    const agent = (): OpenAIAgent => fixture.agent({ tools: [count] });
    await expect(agent().run("Go", { journal })).rejects.toMatchObject({ code: "ERR_MODEL_SERVER" });
    fixture.server.next(whole("r2", [said("Done")]));
    const resumed = await agent().run(undefined, { journal: resumeFrom(store, journal.runId ?? "") });
    expect(resumed.messages.at(-1)).toMatchObject({ content: "Done" });
    expect(runs).toBe(1);
    expect(fixture.bodies).toHaveLength(3);
    expect(fixture.bodies[2]).toMatchObject({ previous_response_id: "r1", input: [{ call_id: "c1", output: "1" }] });
    expect(fixture.server.requests[2]?.headers["x-tesserae-effect"]).toBe(
      fixture.server.requests[1]?.headers["x-tesserae-effect"],
    );
  });

  test("waits for who must approve a call of an MCP server, and goes on when that was answered", async () => {
    const mcp = { type: "mcp", server_label: "docs", server_url: "https://mcp.example" };
    const request = { type: "mcp_approval_request", id: "m1", server_label: "docs", name: "read", arguments: "{}" };
    fixture.server.next(whole("r1", [request]));
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    await expect(fixture.agent({ tools: [mcp] }).run("Read", { journal })).rejects.toMatchObject({
      code: "ERR_INPUT_WAITING",
    });
    const runId = journal.runId ?? "";
    const [input] = (await readRun(store, runId)).summary.inputs;
    await answer(store, runId, input?.requestId ?? "", "approve");
    fixture.server.next(whole("r2", [said("Read it")]));
    const resumed = await fixture.agent({ tools: [mcp] }).run(undefined, { journal: resumeFrom(store, runId) });
    expect(resumed.messages.at(-1)).toMatchObject({ content: "Read it" });
    expect(fixture.bodies[1]).toMatchObject({ input: [{ approval_request_id: "m1", approve: true }] });
  });
});

describe("the seam", () => {
  test("refuses a call that the run may not make", async () => {
    fixture.server.next(whole("r1", [called("c1", "count", {})]));
    const running = fixture.agent({ tools: [count] }).run("Go", { limits: { maxModelCalls: 1 } });
    await expect(running).rejects.toMatchObject({ code: "ERR_LIMIT_MODEL_CALLS" });
    expect(fixture.bodies).toHaveLength(1);
  });

  test("sets aside what a call can cost at most, so that no money is spent beyond the limit", async () => {
    const running = fixture.agent({ maxOutputTokens: 1000 }).run("Go", { limits: { maxCost: 1000 } });
    await expect(running).rejects.toMatchObject({ code: "ERR_LIMIT_COST" });
    expect(fixture.bodies).toHaveLength(0);
  });

  test("tells subscribers of each call: its agent, provider, model, parameters, usage and cost; no secret", async () => {
    const payloads: ModelPayload[] = [];
    const channel = tracingChannel<string, ModelPayload>("tesserae:model");
    const ignore = (): void => undefined;
    const handlers = {
      start: ignore,
      end: ignore,
      asyncStart: ignore,
      error: ignore,
      asyncEnd: (payload: ModelPayload) => void payloads.push(payload),
    };
    const mcp = {
      type: "mcp",
      server_label: "d",
      server_url: "https://m.example",
      require_approval: "never",
      headers: { "x-key": "secret-1" },
      authorization: "secret-2",
    };
    fixture.server.next(whole("r1", [said("One")]));
    channel.subscribe(handlers);
    let result: TaskResult;
    try {
      result = await fixture.agent({ tools: [mcp] }).run("Go");
    } finally {
      channel.unsubscribe(handlers);
    }
    expect(result.messages.at(-1)).toMatchObject({ content: "One" });
    expect(fixture.bodies[0]).toMatchObject({ tools: [{ headers: { "x-key": "secret-1" } }] });
    expect(payloads).toMatchObject([
      {
        agent: "helper",
        purpose: "reply",
        provider: "openai",
        model: "gpt-4.1",
        request: { parameters: { temperature: 1, store: true, truncation: "disabled" } },
        response: { text: "One" },
      },
    ]);
    expect(JSON.stringify(payloads)).not.toMatch(/secret-/);
  });

  test("lets middleware change a call", async () => {
    fixture.server.next(whole("r1", [said("One")]));
    await fixture
      .agent({ middleware: [{ modelCall: (_call, next) => next({ extraCreateArgs: { top_p: 0.5 } }) }] })
      .run("Go");
    expect(fixture.bodies[0]).toMatchObject({ top_p: 0.5 });
  });
});
