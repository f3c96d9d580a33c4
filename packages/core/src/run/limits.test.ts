import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { callModel } from "../effects/call-model.ts";
import { callTool } from "../effects/call-tool.ts";
import { scope } from "../effects/effect.ts";
import { performModelCall } from "../effects/perform-model-call.ts";
import { ScriptedClient } from "../effects/testing/scripted-client.ts";
import type { Journal } from "../journal/journal.ts";
import { recordTo, replayFrom, resumeFrom } from "../journal/journals.ts";
import { MemoryJournalStore } from "../journal/memory-store.ts";
import { MortalMachine } from "../journal/testing/mortal.ts";
import { settled, turn, World } from "../journal/testing/world.ts";
import { CreateResult, UserMessage, type LLMMessage } from "../models/messages.ts";
import { tool } from "../tools/function-tool.ts";
import { StaticWorkbench } from "../tools/static-workbench.ts";
import { LimitError, type RunLimits } from "./limits.ts";
import { openRun } from "./open-run.ts";
import type { Run } from "./run.ts";

const messages: readonly LLMMessage[] = [UserMessage({ content: "hello", source: "user" })];

/** What a call may cost at most, in pico-dollars: (10 + 100) tokens of 1,000. */
const WORST = 110_000;

/** A model whose answers cost from nothing up to the worst case, after some turns of the event loop; it counts the money. */
class DearClient extends ScriptedClient {
  spent = 0;
  readonly #costs: readonly number[];
  readonly #latencies: readonly number[];
  #at = 0;

  constructor(costs: readonly number[], latencies: readonly number[] = [0]) {
    super(["hi"]);
    this.#costs = costs;
    this.#latencies = latencies;
  }

  override async create(): Promise<CreateResult> {
    const at = this.#at;
    this.#at += 1;
    const cost = this.#costs[at % this.#costs.length] ?? WORST;
    // The provider bills what it has begun to answer.
    this.spent += cost;
    for (let left = this.#latencies[at % this.#latencies.length] ?? 0; left > 0; left -= 1) await turn();
    const usage = { promptTokens: 10, completionTokens: 5 };
    return CreateResult({ finishReason: "stop", content: `answer ${at}`, usage, cost });
  }
}

async function run<T>(
  journal: Journal | undefined,
  limits: RunLimits | undefined,
  body: (run: Run) => Promise<T>,
): Promise<T> {
  const opened = await openRun({ name: "x", task: "t", journal, limits });
  try {
    const value = await body(opened);
    await opened.end({ status: "finished", stopReason: JSON.stringify(value) });
    return value;
  } catch (error) {
    await opened.end({ status: "failed", error });
    throw error;
  }
}

/** Eight agents at once, one of them with another inside, who ask until they are refused; gives who got how far. */
const eight =
  (client: ScriptedClient, calls = 5) =>
  async ({ context }: Run): Promise<readonly string[]> => {
    const agent = (name: string): Promise<string> =>
      scope(context, name, (own) =>
        scope(own, "inner", async (inner) => {
          let said = 0;
          try {
            for (; said < calls; said += 1) {
              await callModel(said % 2 === 0 ? own : inner, client, messages, { purpose: "reply", agent: name });
            }
          } catch (error) {
            if (!(error instanceof LimitError)) throw error;
            return `${name} ${said} ${error.limit} ${JSON.stringify(error.account)}`;
          }
          return `${name} ${said}`;
        }),
      );
    return Promise.all(Array.from({ length: 8 }, (_, index) => agent(`a${index}`)));
  };

describe("the money of a run", () => {
  test("is never passed by eight agents at once, whatever calls cost and how long they take; a replay refuses the same", async () => {
    const cost = fc.integer({ min: 0, max: WORST });
    await fc.assert(
      fc.asyncProperty(
        fc.array(cost, { minLength: 1, maxLength: 10 }),
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 0, max: 20 * WORST }),
        fc.boolean(),
        async (costs, latencies, maxCost, journaled) => {
          const store = new MemoryJournalStore();
          const client = new DearClient(costs, latencies);
          const journal = journaled ? recordTo(store, { runId: "r" }) : undefined;
          const said = await run(journal, { maxCost }, eight(client));
          expect(client.spent).toBeLessThanOrEqual(maxCost);
          if (!journaled) return;
          const again = new DearClient([]);
          expect(await run(replayFrom(store, "r"), undefined, eight(again))).toEqual(said);
          expect(again.spent).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("that stands in the journal counts in a resumed run, and calls that were under way are reserved again", async () => {
    const latencies = [2, 0, 3, 1];
    const costs = [WORST / 2];
    const maxCost = 12 * WORST;
    const total = await (async () => {
      const [machine, world] = [new MortalMachine(), new World()];
      await run(
        recordTo(machine.start(world), { runId: "r", seed: "s" }),
        { maxCost },
        eight(new DearClient(costs, latencies)),
      );
      return machine.written;
    })();
    for (let dieAfter = 1; dieAfter < total; dieAfter += Math.ceil(total / 40)) {
      const [machine, world] = [new MortalMachine(), new World()];
      const first = new DearClient(costs, latencies);
      const journal = recordTo(machine.start(world, dieAfter), { runId: "r", seed: "s" });
      await run(journal, { maxCost }, eight(first)).catch(() => undefined);
      await settled(5);
      const store = machine.start(world);
      const [summary] = await store.list();
      if (summary === undefined) continue;
      const second = new DearClient(costs, latencies);
      await run(resumeFrom(store, "r"), undefined, eight(second));
      expect((summary.cost ?? 0) + second.spent).toBeLessThanOrEqual(maxCost);
    }
  });

  test("that is not enough is told as data, from a journal too", async () => {
    const store = new MemoryJournalStore();
    const ask = async ({ context }: Run): Promise<unknown> => {
      await callModel(context, new DearClient([30_000]), messages, { purpose: "reply" });
      try {
        return await callModel(context, new DearClient([0]), messages, { purpose: "reply" });
      } catch (error) {
        return error instanceof LimitError ? [error.limit, error.account] : error;
      }
    };
    const expected = ["maxCost", { allowed: 120_000, used: 30_000, wanted: WORST }];
    expect(await run(recordTo(store, { runId: "r" }), { maxCost: 120_000 }, ask)).toEqual(expected);
    expect(await run(replayFrom(store, "r"), undefined, ask)).toEqual(expected);
  });

  test.each([Number.NaN, -1])("is not known where a client says %d: the next call is refused", async (cost) => {
    const client = new DearClient([cost]);
    const outcome = await run(undefined, { maxCost: 1e9 }, async ({ context }) => {
      await callModel(context, client, messages, { purpose: "reply" });
      return callModel(context, client, messages, { purpose: "reply" }).catch((error: unknown) => error);
    });
    expect(outcome).toMatchObject({ limit: "maxCost" });
    expect(String(outcome)).toContain("but what it has cost is not known");
  });

  test("has no bound where a client cannot say what a call may cost", async () => {
    const client = Object.assign(new DearClient([0]), { maxCost: () => Number.NaN });
    const outcome = await run(undefined, { maxCost: 1e9 }, ({ context }) =>
      callModel(context, client, messages, { purpose: "reply" }).catch((error: unknown) => error),
    );
    expect(outcome).toBeInstanceOf(LimitError);
  });

  test("counts a call that a program makes of its client directly, in a tool too", async () => {
    const client = new DearClient([WORST]);
    const direct = (): Promise<CreateResult> => performModelCall(client, messages, {}, () => client.create());
    const asking = tool({
      name: "ask",
      description: "Asks a model.",
      parameters: { type: "object", properties: {} },
      execute: async () => (await direct()).content,
    });
    const bench = new StaticWorkbench({ tools: [asking] });
    await run(undefined, { maxCost: 1.5 * WORST }, async ({ context }) => {
      const call = { name: "ask", arguments: {}, callId: "" };
      expect(await callTool(context, bench, { ...call, index: 0 })).toMatchObject({ isError: false });
      expect(await callTool(context, bench, { ...call, index: 1 })).toMatchObject({
        isError: true,
        refusal: { type: "limit", limit: "maxCost", reason: expect.stringContaining("was refused") },
      });
      await expect(scope(context, "agent", () => direct())).rejects.toBeInstanceOf(LimitError);
    });
    expect(client.spent).toBe(WORST);
  });
});

test("tokens that no provider reports count as the most that was set aside for them; in a replay, too", async () => {
  const silent = new ScriptedClient(["hi"]);
  silent.create = () => {
    const usage = { promptTokens: 0, completionTokens: 0 };
    return Promise.resolve(CreateResult({ finishReason: "stop", content: "hi", usage }));
  };
  silent.countTokens = () => 10;
  const asking = async ({ context }: Run): Promise<number> => {
    for (let made = 0; ; made += 1) {
      try {
        await callModel(context, silent, messages, {
          purpose: "reply",
          agent: "a",
          extraCreateArgs: { max_tokens: 5 },
        });
      } catch (error) {
        expect(error).toMatchObject({ limit: "maxTokens", account: { allowed: 40, used: 30, wanted: 15 } });
        return made;
      }
    }
  };
  const store = new MemoryJournalStore();
  for (const journal of [undefined, recordTo(store, { runId: "r" })]) {
    expect(await run(journal, { maxTokens: 40 }, asking)).toBe(2);
  }
  expect(await run(replayFrom(store, "r"), undefined, asking)).toBe(2);
});

describe("a tool call that is one too many", () => {
  const add = tool({
    name: "add",
    description: "Adds.",
    parameters: { type: "object", properties: {} },
    repeat: "safe",
    execute: () => "2",
  });
  const composite = tool({
    name: "both",
    description: "Adds in steps.",
    parameters: { type: "object" },
    composite: true,
    execute: () => "3",
  });
  const bench = new StaticWorkbench({ tools: [add, composite] });

  test.each(["add", "both"])(
    "of %s is a result that tells program and model, with a journal and without",
    async (name) => {
      const store = new MemoryJournalStore();
      const calls = async ({ context }: Run): Promise<readonly unknown[]> => {
        const results: unknown[] = [];
        for (let index = 0; index < 3; index += 1) {
          const result = await callTool(context, bench, { name, arguments: {}, callId: "", index });
          results.push(result.refusal?.limit ?? result.isError);
        }
        return results;
      };
      const expected = [false, false, "maxToolCalls"];
      for (const journal of [undefined, recordTo(store, { runId: "r" })]) {
        expect(await run(journal, { maxToolCalls: 2 }, calls)).toEqual(expected);
      }
      expect(await run(replayFrom(store, "r"), undefined, calls)).toEqual(expected);
    },
  );
});

test.each<readonly [object, RegExp]>([
  [{ maxCost: Number.NaN }, /The limit maxCost must be a number, 0 or more, found the number NaN/],
  [{ maxTurns: "3" as never }, /The limit maxTurns must be a number, 0 or more, found a string/],
  [{ maxTokens: -1 }, /maxTokens/],
  [{ maxModelCalls: "3" }, /maxModelCalls must be a number/],
  [{ maxCosts: 5 }, /There is no limit "maxCosts". Limits are maxTurns, maxCost/],
])("limits that would protect from nothing are refused: %j", async (limits, says) => {
  const store = new MemoryJournalStore();
  for (const journal of [undefined, recordTo(store)]) {
    await expect(openRun({ name: "x", task: "t", limits, journal })).rejects.toThrow(says);
  }
  expect(await store.list()).toEqual([]);
});
