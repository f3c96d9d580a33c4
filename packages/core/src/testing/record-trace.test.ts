import { describe, expect, test } from "vitest";
import { callModel } from "../effects/call-model.ts";
import { callTool } from "../effects/call-tool.ts";
import { effect, scope } from "../effects/effect.ts";
import { traceAgent } from "../diagnostics/trace-agent.ts";
import { UserMessage } from "../models/messages.ts";
import { openRun } from "../run/open-run.ts";
import { StaticWorkbench } from "../tools/static-workbench.ts";
import { tool } from "../tools/function-tool.ts";
import { assertHappened, assertNeverHappened } from "./assert-trace.ts";
import { recordTrace } from "./record-trace.ts";
import { ScriptedClient, callsOf } from "./scripted-client.ts";

const weather = tool({
  name: "weather",
  description: "The weather.",
  parameters: { type: "object", properties: { city: { type: "string" } } },
  execute: ({ city }) => `${String(city)}: sunny`,
});

/** A run of one agent, which asks for a tool and answers. */
async function conversation(client: ScriptedClient): Promise<string> {
  const run = await openRun({ name: "team", kind: "Team", task: "go" });
  const said = await scope(run.context, "team", (team) =>
    scope(
      team,
      "analyst",
      (context) =>
        traceAgent(
          context,
          { name: "analyst", kind: "Analyst", messages: () => [] },
          async () => {
            const messages = [UserMessage({ content: "How is it?", source: "user" })];
            const { content } = await callModel(context, client, messages, { purpose: "reply" });
            const workbench = new StaticWorkbench({ tools: [weather] });
            for (const [index, call] of (typeof content === "string" ? [] : content).entries()) {
              const args = JSON.parse(call.arguments);
              await callTool(context, workbench, { name: call.name, arguments: args, callId: call.id, index });
            }
            const spec = { kind: "own", name: "look", request: () => null };
            await effect(context, spec, () => Promise.resolve("seen"));
            const answer = await callModel(context, client, messages, { purpose: "reflect" });
            return typeof answer.content === "string" ? answer.content : "";
          },
          (content) => ({ type: "TextMessage", source: "analyst", content }),
        ),
      { agent: "analyst" },
    ),
  );
  await run.end({ status: "finished" });
  return said;
}

const script = (): ScriptedClient => new ScriptedClient([callsOf(["weather", { city: "Lisbon" }]), "Sunny."]);

describe("a recorded trace", () => {
  test("has what happened as lines, indented by where it belongs", async () => {
    const { outcome, lines } = await recordTrace(() => conversation(script()));
    expect(outcome).toEqual({ value: "Sunny." });
    expect(lines).toEqual([
      "run team",
      "  agent analyst",
      '    model reply: weather({"city":"Lisbon"})',
      '    tool weather({"city":"Lisbon"}): Lisbon: sunny',
      "    own look: seen",
      "    model reflect: Sunny.",
    ]);
  });

  test("has the payloads, whole", async () => {
    const { entries } = await recordTrace(() => conversation(script()));
    const model = entries.find(({ kind }) => kind === "model");
    expect(model?.payload).toMatchObject({ agent: "analyst", usage: { inputTokens: 10 }, cost: 15 });
  });

  test("tells of what failed, and does not reject itself", async () => {
    const { outcome, lines } = await recordTrace(() => conversation(new ScriptedClient([new RangeError("too far")])));
    expect(outcome).toEqual({ error: expect.any(RangeError) });
    expect(lines.at(-1)).toBe("    model reply ! RangeError: too far");
  });

  test("has nothing of what others do at the same time", async () => {
    const [one, other] = await Promise.all([
      recordTrace(() => conversation(script())),
      recordTrace(() => conversation(new ScriptedClient(["Nothing.", "Nothing."]))),
      conversation(script()),
    ]);
    expect(one.lines).toHaveLength(6);
    expect(other.lines).toEqual([
      "run team",
      "  agent analyst",
      "    model reply: Nothing.",
      "    own look: seen",
      "    model reflect: Nothing.",
    ]);
  });
});

describe("an assertion on a trace", () => {
  const trace = { lines: ["run team", "  agent a", "    tool add({}): 1", "    tool add({}): 2"] };

  test("passes when the things happened in this order, whatever is between", () => {
    assertHappened(trace, "run team", "tool add", "tool add({}): 2");
    assertHappened(trace);
    assertNeverHappened(trace, "tool delete", "agent b");
  });

  test("fails when something is missing or comes too early, and shows the trace", () => {
    expect(() => assertHappened(trace, "tool add", "tool add", "tool add")).toThrow(
      '"tool add" did not happen after line 4.\n1: run team\n2:   agent a',
    );
    expect(() => assertHappened(trace, "agent a", "run team")).toThrow('"run team" did not happen after line 2.');
    expect(() => assertHappened({ lines: [] }, "run")).toThrow('"run" did not happen.\nNothing happened.');
  });

  test("fails when what must not happen did", () => {
    expect(() => assertNeverHappened(trace, "tool add({}): 2")).toThrow('"tool add({}): 2" happened, in line 4.');
  });
});
