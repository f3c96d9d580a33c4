import {
  AgentId,
  openPartOfRun,
  openRun,
  plainContext,
  type JsonObject,
  type RunContext,
  type RunLimits,
} from "@tesserae/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TextMessage, ToolCallExecutionEvent } from "../../messages/factories.ts";
import { usedToJson } from "./account-json.ts";
import { RemoteTurn } from "./remote-turn.ts";

const ACTOR = new AgentId("critic_essay", "essay");

/** What was used by so many calls. */
function used(calls: number, price: number | null = 15): JsonObject {
  return usedToJson({
    usage: { promptTokens: 10 * calls, completionTokens: 5 * calls, reasoningTokens: calls },
    cost: price === null ? undefined : price * calls,
    modelCalls: calls,
    toolCalls: 2 * calls,
    turns: 1,
  });
}

const asked = (call: string, init: JsonObject = {}): JsonObject => ({
  call,
  kind: "model",
  model: "far",
  cost: 0,
  tokens: 0,
  ...init,
});

const totals = ({ meter }: RunContext): unknown => ({
  usage: meter?.usage,
  cost: meter?.cost,
  calls: [meter?.modelCalls, meter?.toolCalls, meter?.turns],
});

async function inRun(limits: RunLimits, body: (run: RunContext) => Promise<void>): Promise<void> {
  const run = await openRun({ name: "team", task: null, limits });
  await body(run.context);
  await run.end({ status: "finished" });
}

describe("a turn of a participant in another process", () => {
  test("counts from its beginning, and tells the limits of the run and the turns that are left", async () => {
    await inRun({ maxTurns: 3, maxCost: 50, maxDurationMs: 1e6 }, async (run) => {
      expect(new RemoteTurn(ACTOR, "1", run).request).toEqual({ id: "1", limits: { max_turns: 3, max_cost: 50 } });
      expect(new RemoteTurn(ACTOR, "2", run).request).toEqual({ id: "2", limits: { max_turns: 2, max_cost: 50 } });
      expect(run.meter?.turns).toBe(2);
    });
    expect(new RemoteTurn(ACTOR, "1", plainContext()).request).toEqual({ id: "1" });
  });

  test("has used the most that it told, whatever comes twice, late, or not at all", async () => {
    const reports = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(reports, fc.integer({ min: 0, max: 9 }), async (told, admitted) =>
        inRun({}, async (run) => {
          const turn = new RemoteTurn(ACTOR, "1", run);
          for (let call = 0; call < admitted; call += 1) await turn.admit(asked(String(call)));
          for (const calls of told) turn.count({ used: used(calls) });
          const most = Math.max(...told);
          expect(totals(run)).toEqual({
            usage: { promptTokens: 10 * most, completionTokens: 5 * most, reasoningTokens: most },
            cost: 15 * most,
            calls: [Math.max(most, admitted), 2 * most, 1],
          });
        }),
      ),
    );
  });

  test("has paid what nobody knows as soon as it says so", async () => {
    await inRun({}, async (run) => {
      const turn = new RemoteTurn(ACTOR, "1", run);
      turn.count({ used: used(1) });
      turn.count({ used: used(2, null) });
      turn.count({ used: used(3, null) });
      expect(totals(run)).toMatchObject({ usage: { promptTokens: 30 }, cost: undefined });
    });
  });

  const cases: readonly (readonly [RunLimits, JsonObject])[] = [
    [{ maxModelCalls: 1 }, {}],
    [{ maxToolCalls: 1 }, { kind: "tool" }],
    [{ maxTurns: 3 }, { kind: "turn" }],
    [{ maxCost: 5 }, { cost: 3 }],
    [{ maxTokens: 5 }, { tokens: 3 }],
  ];
  test.each(cases)("is refused what could pass %j, and told why", async (limits, call) => {
    await inRun(limits, async (run) => {
      const [one, other] = [new RemoteTurn(ACTOR, "1", run), new RemoteTurn(ACTOR, "2", run)];
      expect(await one.admit(asked("1", call))).toEqual({});
      const [limit] = Object.keys(limits);
      const account = { allowed: expect.any(Number), used: expect.any(Number), wanted: expect.any(Number) };
      expect(await other.admit(asked("1", call))).toEqual({ refused: expect.any(String), limit, account });
    });
  });

  test("sets nothing aside for a call that is over, nor for any when it is over itself", async () => {
    await inRun({ maxCost: 5 }, async (run) => {
      const turn = new RemoteTurn(ACTOR, "1", run);
      const call = asked("1", { cost: 5 });
      await turn.admit(call);
      expect(await turn.admit(call)).toHaveProperty("refused");
      turn.count({ call: "1" });
      turn.count({ call: "1" });
      expect(await turn.admit(call)).toEqual({});
      expect(await turn.admit(call)).toHaveProperty("refused");
      turn.end();
      turn.end();
      expect(await new RemoteTurn(ACTOR, "2", run).admit(call)).toEqual({});
    });
  });

  test("of a run that is a part itself is told of there when a call is over, with what it has used", async () => {
    const told: unknown[] = [];
    const part = await openPartOfRun(
      { name: "team", task: null },
      { limits: undefined, enter: async () => () => void told.push(part.used().modelCalls) },
    );
    const turn = new RemoteTurn(ACTOR, "1", part.run.context);
    await turn.admit(asked("1"));
    await turn.admit(asked("2"));
    turn.count({ call: "1", used: used(4) });
    turn.end();
    expect(told).toEqual([4, 4]);
  });

  test("makes no call after its end", async () => {
    await inRun({ maxCost: 5 }, async (run) => {
      const turn = new RemoteTurn(ACTOR, "1", run);
      turn.end();
      await expect(turn.admit(asked("1", { cost: 5 }))).rejects.toThrow("The turn is over");
      expect(await new RemoteTurn(ACTOR, "2", run).admit(asked("1", { cost: 5 }))).toEqual({});
    });
  });

  test("that tells nothing has used what its messages say, and paid what nobody knows", async () => {
    const modelsUsage = { promptTokens: 3, completionTokens: 4 };
    const results = [{ content: "3", name: "add", callId: "1", isError: false }];
    const said = [
      TextMessage({ content: "I add.", source: "a", modelsUsage }),
      ToolCallExecutionEvent({ content: results, source: "a" }),
      TextMessage({ content: "3", source: "a", modelsUsage }),
    ];
    await inRun({}, async (run) => {
      new RemoteTurn(ACTOR, "1", run).hear(said.slice(1, 2));
      expect(totals(run)).toMatchObject({ cost: 0, calls: [0, 1, 1] });
      const told = new RemoteTurn(ACTOR, "2", run);
      told.count({ used: used(1) });
      told.hear(said);
      expect(totals(run)).toMatchObject({ cost: 15, calls: [1, 3, 2] });
      new RemoteTurn(ACTOR, "3", run).hear(said);
      expect(totals(run)).toMatchObject({ usage: { promptTokens: 16, completionTokens: 13 }, cost: undefined });
      expect(totals(run)).toMatchObject({ calls: [3, 4, 3] });
    });
  });

  test.each([
    { ...used(1), cost: -1 },
    { ...used(1), model_calls: "many" },
    { ...used(1), usage: { prompt_tokens: "5", completion_tokens: 0 } },
    {},
  ])("cannot take anything back, or tell what is no number: %j", async (told) => {
    await inRun({}, async (run) => {
      expect(() => new RemoteTurn(ACTOR, "1", run).count({ used: told })).toThrow(/must be/);
      expect(totals(run)).toMatchObject({ cost: 0, calls: [0, 0, 1] });
    });
  });

  test("cannot ask for less than nothing", async () => {
    await inRun({ maxCost: 5 }, async (run) => {
      const turn = new RemoteTurn(ACTOR, "1", run);
      await expect(turn.admit(asked("1", { cost: -5 }))).rejects.toThrow("/cost must be a number");
      await expect(turn.admit(asked("1", { kind: "other" }))).rejects.toThrow('"model", "tool" or "turn"');
      expect(await turn.admit(asked("1", { cost: null }))).toMatchObject({ limit: "maxCost", account: null });
    });
  });
});
