import { describe, expect, test } from "vitest";
import { dumpComponent } from "../components/dump.ts";
import type { JsonObject } from "../json.ts";
import { answer } from "../journal/answer.ts";
import type { Journal } from "../journal/journal.ts";
import { recordTo, replayFrom, resumeFrom } from "../journal/journals.ts";
import { MemoryJournalStore } from "../journal/memory-store.ts";
import { readRun } from "../journal/read-run.ts";
import { MortalMachine } from "../journal/testing/mortal.ts";
import { settled, World } from "../journal/testing/world.ts";
import { plainContext } from "../run/context.ts";
import { openRun } from "../run/open-run.ts";
import type { RunContext } from "../run/run-context.ts";
import type { Run } from "../run/run.ts";
import { tool } from "../tools/function-tool.ts";
import { StaticWorkbench } from "../tools/static-workbench.ts";
import type {
  ApproveToolCall,
  RunApprovals,
  ToolApprovalRequest,
  ToolDecision,
  ToolPolicy,
} from "../tools/tool-policy.ts";
import { toolResultFromJson, toolResultToJson, toolResultToText } from "../tools/tool-result.ts";
import type { ToolResult } from "../tools/workbench.ts";
import { callTool, type CallToolOptions } from "./call-tool.ts";
import { scope } from "./effect.ts";

const EUROS = { type: "object", properties: { euros: { type: "integer" } }, required: ["euros"] } as const;

/** A shop: what was paid there is what the world has seen. */
class Shop {
  readonly paid: JsonObject[] = [];
  readonly bench: StaticWorkbench;

  constructor(requiresApproval: boolean | ((args: Record<string, unknown>) => boolean) | undefined = true) {
    const pay = tool({
      name: "pay",
      description: "Pays.",
      parameters: EUROS,
      requiresApproval,
      execute: (args) => {
        this.paid.push({ ...(args as JsonObject) });
        return `paid ${String(args["euros"])}`;
      },
    });
    this.bench = new StaticWorkbench({ tools: [pay] });
  }

  pay(context: RunContext, euros: unknown = 5, options: CallToolOptions = {}, index = 0): Promise<ToolResult> {
    const call = { name: "pay", arguments: { euros } as JsonObject, callId: "c1", index };
    return callTool(context, this.bench, call, { agent: "buyer", ...options });
  }
}

type Body<T> = (context: RunContext, run: Run) => Promise<T>;

/** A run of a buyer in a team; gives what the body gives, or the code of the error that ended it. */
async function run<T>(body: Body<T>, options: RunApprovals & { readonly journal?: Journal } = {}): Promise<T | string> {
  const opened = await openRun({ name: "x", task: "t", ...options });
  try {
    const value = await scope(opened.context, "team", (team) => scope(team, "buyer", (buyer) => body(buyer, opened)));
    await opened.end({ status: "finished", stopReason: JSON.stringify(value) });
    return value;
  } catch (error) {
    await opened.end({ status: "failed", error });
    return String((error as { code?: unknown }).code ?? error);
  }
}

const says =
  (decision: ToolDecision | boolean): ApproveToolCall =>
  () =>
    decision;

function text(result: ToolResult | string): string {
  return typeof result === "string" ? result : toolResultToText(result);
}

describe("a tool call that needs approval, in a run without a journal", () => {
  test("is put to whoever approves, with all that there is to know of it", async () => {
    const shop = new Shop();
    const requests: ToolApprovalRequest[] = [];
    const approve: ApproveToolCall = (request) => {
      requests.push(request);
      expect(shop.paid).toEqual([]);
      return true;
    };
    expect(text(await run((context) => shop.pay(context), { approve }))).toBe("paid 5");
    expect(requests).toEqual([
      {
        name: "pay",
        arguments: { euros: 5 },
        callId: "c1",
        agent: "buyer",
        path: "/team[0]/buyer[0]",
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
        prompt: 'buyer wants to call pay with {"euros":5}.',
      },
    ]);
  });

  test.each([
    ["of a tool that says so in words", "yes"],
    ["of a tool whose function answers in words", () => "yes"],
    ["of a tool whose function gives no answer", () => undefined],
  ])("%s is put to a person, too", async (_, requiresApproval) => {
    const shop = new Shop(false);
    const bench = Object.assign(Object.create(shop.bench) as StaticWorkbench, {
      toolTraits: () => ({ requiresApproval: requiresApproval as never }),
      callTool: shop.bench.callTool.bind(shop.bench),
    });
    const call = { name: "pay", arguments: { euros: 5 }, callId: "c1", index: 0 };
    const result = await run((context) => callTool(context, bench, call), { approve: says(false) });
    expect(result).toMatchObject({ refusal: { type: "denied" } });
    expect(shop.paid).toEqual([]);
  });

  test.each<readonly [ToolDecision | boolean, string]>([
    [false, ""],
    [{ approved: false }, ""],
    [{ approved: false, reason: "too dear" }, "too dear"],
  ])("that is denied (%j) is not made, and its result says so to program and model", async (decision, reason) => {
    const shop = new Shop();
    const result = await run((context) => shop.pay(context), { approve: says(decision) });
    expect(result).toMatchObject({ isError: true, refusal: { type: "denied", reason } });
    expect(text(result)).toMatch(/^The call of the tool "pay" was denied, and was not made\./);
    expect(text(result).endsWith(reason)).toBe(true);
    expect(shop.paid).toEqual([]);
  });

  test("is made with other arguments where these are given, and the model is told", async () => {
    const shop = new Shop();
    const result = await run((context) => shop.pay(context), {
      approve: says({ approved: true, arguments: { euros: 3 } }),
    });
    expect(shop.paid).toEqual([{ euros: 3 }]);
    expect(text(result)).toBe('The call was approved and made with other arguments: {"euros":3}\npaid 3');
  });

  test("is not made when nobody is there, or when the one who is asked fails or talks rubbish", async () => {
    const shop = new Shop();
    expect(await run((context) => shop.pay(context))).toBe("ERR_INPUT_WAITING");
    const failing: ApproveToolCall = () => Promise.reject(new Error("no terminal"));
    expect(await run((context) => shop.pay(context), { approve: failing })).toBe("ERR_APPROVAL");
    for (const rubbish of ["yes", 1, null, { approved: "true" }, { approved: true, arguments: 5 }]) {
      const approve = says(rubbish as unknown as boolean);
      expect(await run((context) => shop.pay(context), { approve })).toBe("ERR_APPROVAL");
    }
    expect(shop.paid).toEqual([]);
  });

  test("outside of any run waits too", async () => {
    const shop = new Shop();
    await expect(shop.pay(plainContext())).rejects.toMatchObject({ code: "ERR_INPUT_WAITING" });
  });
});

describe("a tool that decides by the arguments whether it needs approval", () => {
  const dear = new Shop(({ euros }) => Number(euros) > 10);

  test("is given them checked; what is harmless is not asked for", async () => {
    const asked: unknown[] = [];
    const approve: ApproveToolCall = ({ arguments: args }) => {
      asked.push(args);
      return false;
    };
    const both: Body<readonly string[]> = async (context) => [
      text(await dear.pay(context, "7", {}, 0)),
      text(await dear.pay(context, 70, {}, 1)),
    ];
    expect(await run(both, { approve })).toEqual(["paid 7", expect.stringContaining("denied")]);
    expect(asked).toEqual([{ euros: 70 }]);
  });

  test("is not asked about arguments that do not fit: the call fails by itself", async () => {
    const result = await run((context) => dear.pay(context, "a lot"));
    expect(result).toMatchObject({ isError: true });
    expect(text(result)).toMatch(/arguments of tool 'pay' are not valid/);
  });
});

describe("a policy", () => {
  const verdicts =
    (verdict: Awaited<ReturnType<ToolPolicy>>, seen: string[] = [], name = ""): ToolPolicy =>
    () => {
      seen.push(name);
      return verdict;
    };

  test.each([
    ["allow", "deny", true, "paid 5"],
    ["deny", "allow", false, "denied"],
    [undefined, "allow", true, "paid 5"],
    [undefined, "deny", false, "denied"],
    [undefined, undefined, true, "ERR_INPUT_WAITING"],
    [undefined, undefined, false, "paid 5"],
    ["ask", "allow", false, "ERR_INPUT_WAITING"],
  ] as const)(
    "of the run (%s) goes before that of the agent (%s), and both before the tool's own word (%s)",
    async (ofRun, ofAgent, own, expected) => {
      const verdict = (word: "allow" | "deny" | "ask" | undefined): Awaited<ReturnType<ToolPolicy>> =>
        word === "deny" ? { approved: false } : word;
      const shop = new Shop(own);
      const result = await run((context) => shop.pay(context, 5, { policy: verdicts(verdict(ofAgent)) }), {
        toolPolicy: verdicts(verdict(ofRun)),
      });
      expect(text(result)).toContain(expected);
      expect(shop.paid).toHaveLength(expected === "paid 5" ? 1 : 0);
    },
  );

  test("may change the arguments", async () => {
    const shop = new Shop(false);
    await run((context) => shop.pay(context), { toolPolicy: verdicts({ approved: true, arguments: { euros: 1 } }) });
    expect(shop.paid).toEqual([{ euros: 1 }]);
  });

  test("that throws or says what is no verdict keeps the call from being made", async () => {
    const shop = new Shop(false);
    const throwing: ToolPolicy = () => {
      throw new Error("the rules are gone");
    };
    expect(await run((context) => shop.pay(context), { toolPolicy: throwing })).toContain("the rules are gone");
    const mumbling = verdicts("perhaps" as unknown as "allow");
    expect(await run((context) => shop.pay(context), { toolPolicy: mumbling })).toBe("ERR_INVALID_ARGUMENT");
    expect(shop.paid).toEqual([]);
  });

  test("is asked once in a journaled run: a replay and a resume have its verdict", async () => {
    const store = new MemoryJournalStore();
    const seen: string[] = [];
    const shop = new Shop(false);
    const body: Body<string> = async (context) => text(await shop.pay(context));
    const toolPolicy = verdicts({ approved: false, reason: "no" }, seen, "asked");
    const first = await run(body, { toolPolicy, journal: recordTo(store, { runId: "r" }) });
    const changed = verdicts("allow", seen, "again");
    expect(await run(body, { toolPolicy: changed, journal: replayFrom(store, "r") })).toBe(first);
    expect(seen).toEqual(["asked"]);
    expect(shop.paid).toEqual([]);
  });
});

describe("a tool call that needs approval, in a run with a journal", () => {
  const body =
    (shop: Shop): Body<string> =>
    async (context) =>
      text(await shop.pay(context));

  async function waiting(store: MemoryJournalStore, shop: Shop): Promise<string> {
    expect(await run(body(shop), { journal: recordTo(store, { runId: "r" }) })).toBe("ERR_INPUT_WAITING");
    const [summary] = await store.list();
    expect(summary).toMatchObject({
      status: "waiting",
      inputs: [
        {
          path: "/team[0]/buyer[0]",
          prompt: 'buyer wants to call pay with {"euros":5}.',
          choices: ["approve", "deny"],
          tool: { name: "pay", arguments: { euros: 5 } },
        },
      ],
    });
    return summary?.inputs[0]?.requestId ?? "";
  }

  test.each<readonly [JsonObject | string, string, readonly JsonObject[]]>([
    ["approve", "paid 5", [{ euros: 5 }]],
    [{ approved: true }, "paid 5", [{ euros: 5 }]],
    [{ approved: true, arguments: { euros: 2 } }, "paid 2", [{ euros: 2 }]],
    ["deny", "was denied", []],
    [{ approved: false, reason: "too dear" }, "Reason: too dear", []],
  ])(
    "waits for an answer from anywhere (%j), and goes on with it; a replay is equal",
    async (value, expected, paid) => {
      const store = new MemoryJournalStore();
      const shop = new Shop();
      const requestId = await waiting(store, shop);
      await answer(store, "r", requestId, value);
      const result = await run(body(shop), { journal: resumeFrom(store, "r") });
      expect(result).toContain(expected);
      expect(shop.paid).toEqual(paid);
      expect(await run(body(shop), { journal: replayFrom(store, "r") })).toBe(result);
      expect(shop.paid).toEqual(paid);
    },
  );

  test("takes one answer, and none that decides nothing", async () => {
    const store = new MemoryJournalStore();
    const requestId = await waiting(store, new Shop());
    for (const value of ["perhaps", 1, {}, { approved: "yes" }, { approved: true, arguments: "x" }]) {
      await expect(answer(store, "r", requestId, value)).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    }
    await answer(store, "r", requestId, "deny");
    await expect(answer(store, "r", requestId, "approve")).rejects.toMatchObject({ code: "ERR_INPUT_ANSWERED" });
  });

  test("is put again under the same id by a resume without an answer", async () => {
    const store = new MemoryJournalStore();
    const shop = new Shop();
    const requestId = await waiting(store, shop);
    const asked: string[] = [];
    const approve: ApproveToolCall = (request) => {
      asked.push(request.requestId);
      return true;
    };
    expect(await run(body(shop), { approve, journal: resumeFrom(store, "r") })).toBe("paid 5");
    expect(asked).toEqual([requestId]);
  });

  test("is answered while it is put, by whoever has the run; what decides nothing leaves it open", async () => {
    const store = new MemoryJournalStore();
    const shop = new Shop();
    let tell: (requestId: string) => void = () => undefined;
    const asked = new Promise<string>((resolve) => (tell = resolve));
    const approve: ApproveToolCall = ({ requestId }) => {
      tell(requestId);
      return new Promise(() => undefined);
    };
    const deciding: Body<string> = async (context, opened) => {
      const paying = shop.pay(context);
      const requestId = await asked;
      await expect(opened.answer(requestId, "perhaps")).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
      await opened.answer(requestId, { approved: false, reason: "no" });
      return text(await paying);
    };
    expect(await run(deciding, { approve, journal: recordTo(store, { runId: "r" }) })).toContain("Reason: no");
    expect(shop.paid).toEqual([]);
  });

  test("beside another one: both are asked at once and answered in any order, from long arguments too", async () => {
    const store = new MemoryJournalStore();
    const note = "x".repeat(1000);
    const paid: string[] = [];
    const pay = tool({
      name: "pay",
      description: "Pays.",
      parameters: { type: "object", properties: { to: { type: "string" }, note: { type: "string" } } },
      requiresApproval: true,
      execute: ({ to }) => {
        paid.push(String(to));
        return `paid ${String(to)}`;
      },
    });
    const bench = new StaticWorkbench({ tools: [pay] });
    const both: Body<readonly string[]> = async (context) => {
      const names = ["Ada", "Bob"];
      const calls = names.map((to, index) =>
        callTool(context, bench, { name: "pay", arguments: { to, note }, callId: "", index }, { agent: "buyer" }),
      );
      const outcomes = await Promise.allSettled(calls);
      return outcomes.map((outcome) => {
        if (outcome.status === "rejected") throw outcome.reason;
        return text(outcome.value);
      });
    };
    const toolPolicy: ToolPolicy = () => undefined;
    expect(await run(both, { toolPolicy, journal: recordTo(store, { runId: "r" }) })).toBe("ERR_INPUT_WAITING");
    const { inputs } = (await readRun(store, "r")).summary;
    expect(inputs.map((input) => input.tool?.arguments)).toEqual([
      { to: "Ada", note },
      { to: "Bob", note },
    ]);
    const [ada, bob] = inputs.map(({ requestId }) => requestId);
    await answer(store, "r", bob ?? "", "approve");
    expect(await run(both, { toolPolicy, journal: resumeFrom(store, "r") })).toBe("ERR_INPUT_WAITING");
    expect((await readRun(store, "r")).summary.inputs.map(({ requestId }) => requestId)).toEqual([ada]);
    await answer(store, "r", ada ?? "", "deny");
    const result = await run(both, { toolPolicy, journal: resumeFrom(store, "r") });
    expect(result).toEqual([expect.stringContaining("denied"), "paid Bob"]);
    expect(paid).toEqual(["Bob"]);
  });

  test("survives a kill at every byte of the journal: it is never made without approval, and at most once", async () => {
    const length = await (async () => {
      const [machine, world] = [new MortalMachine(), new World()];
      const approve = says(true);
      await run(body(new Shop()), { approve, journal: recordTo(machine.start(world), { runId: "r", seed: "s" }) });
      return machine.written;
    })();
    for (let dieAfter = 0; dieAfter < length; dieAfter += 7) {
      const [machine, world] = [new MortalMachine(), new World()];
      const shop = new Shop();
      let asked = 0;
      const approve: ApproveToolCall = () => {
        asked += 1;
        expect(shop.paid).toEqual([]);
        return true;
      };
      const journal = recordTo(machine.start(world, dieAfter), { runId: "r", seed: "s" });
      await run(body(shop), { approve, journal }).catch(() => undefined);
      await settled(3);
      const store = machine.start(world);
      const resumed = await run(body(shop), { approve, journal: resumeFrom(store, "r") }).catch((error: unknown) =>
        String(error),
      );
      // A journal of which not even the first line was written is none.
      if (typeof resumed === "string" && /empty|no run/i.test(resumed)) continue;
      expect(resumed).toMatch(/^paid 5$|outcome is unknown/);
      expect(shop.paid.length).toBeLessThanOrEqual(1);
      expect(asked).toBeGreaterThan(0);
    }
  });
});

test("a tool's word can be overridden where it is shown, and stands in the JSON of a workbench", async () => {
  const shop = new Shop(false);
  const bench = new StaticWorkbench({ tools: shop.bench.tools, toolOverrides: { pay: { requiresApproval: true } } });
  const call = { name: "pay", arguments: { euros: 5 }, callId: "", index: 0 };
  expect(await run((context) => callTool(context, bench, call))).toBe("ERR_INPUT_WAITING");
  expect(dumpComponent(bench).config).toMatchObject({ tool_overrides: { pay: { requires_approval: true } } });
});

test("a refusal is written with its result and read again; one of another form is not read", () => {
  for (const refusal of [
    { type: "denied", reason: "" } as const,
    { type: "limit", reason: "x", limit: "maxCost" } as const,
  ]) {
    const result: ToolResult = { type: "ToolResult", name: "pay", result: [], isError: true, refusal };
    expect(toolResultFromJson(toolResultToJson(result))).toEqual(result);
  }
  for (const refusal of [null, { type: "limit", reason: "x" }, { type: "denied" }, { type: "else", reason: "x" }]) {
    expect(toolResultFromJson({ name: "pay", result: [], refusal })).not.toHaveProperty("refusal");
  }
});
