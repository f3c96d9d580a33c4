import { describe, expect, test } from "vitest";
import { callModel } from "../effects/call-model.ts";
import { callTool } from "../effects/call-tool.ts";
import { scope } from "../effects/effect.ts";
import { ScriptedClient } from "../testing/scripted-client.ts";
import { tool } from "../tools/function-tool.ts";
import { StaticWorkbench } from "../tools/static-workbench.ts";
import { LimitError, type RunLimits } from "./limits.ts";
import { enterCall, enterTurn, limitsOn, openPartOfRun, type CallOfPart, type PartOfRun } from "./part-of-run.ts";
import { RunMeter } from "./meter.ts";
import { plainContext } from "./context.ts";

/** A whole that keeps what it is asked, and refuses what is listed. */
class Whole {
  readonly asked: (CallOfPart | "over")[] = [];
  readonly limits: RunLimits | undefined;
  refuses: LimitError | undefined;

  constructor(limits?: RunLimits) {
    this.limits = limits;
  }

  readonly enter = async (call: () => CallOfPart): Promise<() => void> => {
    this.asked.push(call());
    if (this.refuses !== undefined) throw this.refuses;
    return () => void this.asked.push("over");
  };

  open(limits?: RunLimits): Promise<PartOfRun> {
    return openPartOfRun({ name: "critic", task: null, limits }, this);
  }
}

const ask = ({ run }: PartOfRun, client: ScriptedClient): Promise<unknown> =>
  callModel(run.context, client, [{ type: "UserMessage", content: "hi", source: "user" }], {
    purpose: "reply",
    extraCreateArgs: { max_tokens: 7 },
  });

const NOTHING = { usage: { promptTokens: 0, completionTokens: 0 }, cost: 0, modelCalls: 0, toolCalls: 0, turns: 0 };

describe("a run that is a part of one in another process", () => {
  test("asks for every call before it is made, and says when it is over; it tells what it has used", async () => {
    const whole = new Whole({ maxCost: 1000, maxTokens: 1000 });
    const part = await whole.open();
    await ask(part, new ScriptedClient(["one"]));
    expect(whole.asked).toEqual([{ kind: "model", model: "scripted", cost: 100, tokens: 17 }, "over"]);
    expect(part.used()).toEqual({
      ...NOTHING,
      usage: { promptTokens: 10, completionTokens: 5 },
      cost: 15,
      modelCalls: 1,
    });
  });

  test("reckons nothing of which the whole has no limit", async () => {
    const whole = new Whole({ maxModelCalls: 9 });
    const client = Object.assign(new ScriptedClient(["one"]), {
      maxCost: () => expect.fail("was asked"),
      countTokens: () => expect.fail("was asked"),
    });
    await ask(await whole.open(), client);
    expect(whole.asked).toEqual([{ kind: "model", model: "scripted", cost: 0, tokens: 0 }, "over"]);
  });

  test("makes no call that the whole refuses, and has not used it", async () => {
    const whole = new Whole({ maxCost: 50 });
    whole.refuses = new LimitError("maxCost", "too dear", { allowed: 50, used: 0, wanted: 100 });
    const part = await whole.open({ maxModelCalls: 1, maxCost: 100 });
    const client = new ScriptedClient(["one"]);
    await expect(ask(part, client)).rejects.toBe(whole.refuses);
    expect(client.calls).toEqual([]);
    expect(part.used()).toEqual(NOTHING);
    whole.refuses = undefined;
    await ask(part, client);
    expect(client.calls).toHaveLength(1);
  });

  test("asks nobody for what it may not use itself", async () => {
    const whole = new Whole({ maxCost: 1000 });
    await expect(ask(await whole.open({ maxModelCalls: 0 }), new ScriptedClient(["one"]))).rejects.toThrow(LimitError);
    expect(whole.asked).toEqual([]);
  });

  test("asks for tools, for those too that are made of other calls", async () => {
    const whole = new Whole({ maxToolCalls: 2 });
    const part = await whole.open();
    const plain = tool({ name: "plain", description: "", parameters: { type: "object" }, execute: () => "1" });
    const composed = Object.assign(
      tool({ name: "composed", description: "", parameters: { type: "object" }, execute: () => "2" }),
      { composite: true },
    );
    const workbench = new StaticWorkbench({ tools: [plain, composed] });
    for (const [index, name] of ["plain", "composed"].entries()) {
      await callTool(part.run.context, workbench, { name, arguments: {}, callId: "", index }, {});
    }
    expect(whole.asked.filter((call) => call !== "over").map(({ kind }) => kind)).toEqual(["tool", "tool"]);
    expect(part.used()).toMatchObject({ toolCalls: 2 });
  });

  test("does not tell of a call that it still asks for", async () => {
    const whole = new Whole({ maxModelCalls: 9 });
    const part = await whole.open();
    const told: number[] = [];
    const enter = whole.enter;
    Object.assign(whole, { enter: (call: () => CallOfPart) => (told.push(part.used().modelCalls), enter(call)) });
    const client = new ScriptedClient(["one", "two"]);
    await Promise.all([ask(part, client), ask(part, client)]);
    expect(told).toEqual([0, 0]);
    expect(part.used()).toMatchObject({ modelCalls: 2 });
  });

  test("asks for the turns of its agents but the first; where the whole has none, it has none left either", async () => {
    const whole = new Whole({ maxTurns: 5 });
    const { run, used } = await whole.open({ maxTurns: 9 });
    const { context } = run;
    const turn = async (): Promise<void> => {
      context.meter?.countTurn();
      await scope(context, "a", () => Promise.resolve(), { agent: "a" });
    };
    await turn();
    await turn();
    expect(whole.asked).toEqual([{ kind: "turn", model: "", cost: 0, tokens: 0 }]);
    expect([used().turns, context.meter?.turnsLeft]).toEqual([2, 3]);
    const gone = new Error("gone");
    Object.assign(whole, { refuses: gone });
    await expect(turn()).rejects.toBe(gone);
    await expect(turn()).rejects.toBe(gone);
    expect(whole.asked).toHaveLength(3);
    whole.refuses = new LimitError("maxTurns", "no more turns");
    await expect(turn()).rejects.toBe(whole.refuses);
    expect([used().turns, context.meter?.turnsLeft, context.meter?.turnsTaken]).toEqual([2, 0, 2]);
  });

  test("asks for no turn twice, whoever takes it: an agent in a team, one that is elsewhere, one of a further part", async () => {
    const whole = new Whole({ maxTurns: 9 });
    const { run, used } = await whole.open();
    const { context } = run;
    const nothing = (): Promise<void> => Promise.resolve();
    await scope(
      context,
      "inner",
      (inner) => {
        inner.meter?.countTurn();
        return scope(inner, "a", nothing, { agent: "a" });
      },
      { agent: "inner" },
    );
    context.meter?.countTurn();
    await enterTurn(context);
    await enterCall(context, { kind: "turn", model: "", cost: 0, tokens: 0 });
    await scope(context, "inner", nothing, { agent: "inner" });
    expect(whole.asked).toHaveLength(2);
    expect(used().turns).toBe(3);
  });

  test("asks for no turn of which the whole has no limit", async () => {
    const whole = new Whole({ maxCost: 5 });
    const { run } = await whole.open();
    for (let count = 0; count < 3; count += 1) expect(enterTurn(run.context)).toBeUndefined();
    expect(whole.asked).toEqual([]);
    expect(enterTurn(plainContext())).toBeUndefined();
  });

  test("asks on for what is asked for in it, and counts it", async () => {
    const whole = new Whole({ maxCost: 1000 });
    const part = await whole.open({ maxModelCalls: 1 });
    const call: CallOfPart = { kind: "model", model: "far", cost: 3, tokens: 4 };
    await scope(part.run.context, "team", async (context) => {
      expect(limitsOn(context)).toEqual({ maxCost: 1000, maxModelCalls: 1, maxTurns: Infinity });
      const { over } = await enterCall(context, call);
      over();
      await expect(enterCall(context, call)).rejects.toMatchObject({ limit: "maxModelCalls" });
    });
    expect(whole.asked).toEqual([call, "over"]);
    expect(part.used()).toMatchObject({ modelCalls: 1 });
  });
});

describe("a call of a part, where the whole is led", () => {
  const leading = (limits: RunLimits): ReturnType<typeof plainContext> =>
    Object.assign(plainContext(), { meter: new RunMeter(limits) });
  const call = (init: Partial<CallOfPart> = {}): CallOfPart => ({
    kind: "model",
    model: "far",
    cost: 0,
    tokens: 0,
    ...init,
  });

  test.each([
    [{ maxModelCalls: 1 }, call()],
    [{ maxToolCalls: 1 }, call({ kind: "tool" })],
    [{ maxTurns: 1 }, call({ kind: "turn" })],
    [{ maxCost: 5 }, call({ cost: 3 })],
    [{ maxTokens: 5 }, call({ tokens: 3 })],
  ])("is set aside of %j, and refused when it could pass that", async (limits, wanted) => {
    const context = leading(limits);
    const { reservation } = await enterCall(context, wanted);
    await expect(enterCall(context, wanted)).rejects.toMatchObject({ limit: Object.keys(limits)[0] });
    expect(reservation).toEqual({ cost: wanted.cost, tokens: wanted.tokens });
  });

  test("of a model without a price is refused in words where money is limited", async () => {
    await expect(enterCall(leading({ maxCost: 5 }), call({ cost: undefined }))).rejects.toThrow(
      'the price of the model "far" is not known',
    );
  });

  test("outside of a run is free", async () => {
    expect((await enterCall(plainContext(), call())).reservation).toEqual({ cost: 0, tokens: 0 });
  });
});
