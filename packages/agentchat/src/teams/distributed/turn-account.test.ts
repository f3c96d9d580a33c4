import { LimitError, type CallOfPart, type JsonObject } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { TurnAccount, type TellLeader } from "./turn-account.ts";

const CALL: CallOfPart = { kind: "model", model: "far", cost: undefined, tokens: 7 };
const USED = { usage: { promptTokens: 1, completionTokens: 2 }, cost: 3, modelCalls: 4, toolCalls: 5, turns: 6 };
const WRITTEN = {
  usage: { prompt_tokens: 1, completion_tokens: 2 },
  cost: 3,
  model_calls: 4,
  tool_calls: 5,
  turns: 6,
};

/** A leader that gives an answer, and keeps what it is told. */
function leader(answer: unknown = {}): { readonly told: JsonObject[]; readonly tell: TellLeader } {
  const told: JsonObject[] = [];
  return {
    told,
    tell: async (notice, json) => {
      told.push({ notice, ...json });
      return answer;
    },
  };
}

describe("the account of a turn", () => {
  test("asks for a call by its number and tells when it is over; an answer says all that was used", async () => {
    const { told, tell } = leader();
    const account = new TurnAccount({ run: "r", account: { id: "1", limits: { max_cost: 5 } } }, tell);
    account.used = () => USED;
    expect(account.limits).toEqual({ maxCost: 5 });
    const over = await account.enter(() => CALL, undefined);
    over();
    const place = { run: "r", account: "1" };
    expect(told).toEqual([
      { notice: "tesserae.AdmitCall", ...place, call: "1", kind: "model", model: "far", cost: null, tokens: 7 },
      { notice: "tesserae.CallOver", ...place, call: "1", used: WRITTEN },
    ]);
    expect(account.told()).toEqual({ ...place, used: WRITTEN });
  });

  test("asks nothing in a run without limits, where it only tells", async () => {
    const { told, tell } = leader();
    const account = new TurnAccount({ run: "r", account: { id: "1" } }, tell);
    account.used = () => USED;
    (await account.enter(() => expect.fail("was reckoned"), undefined))();
    expect(told.map(({ notice }) => notice)).toEqual(["tesserae.CallOver"]);
  });

  test("asks nothing of which the run has no limit", async () => {
    const { told, tell } = leader();
    const account = new TurnAccount({ run: "r", account: { id: "1", limits: { max_tool_calls: 5 } } }, tell);
    account.used = () => USED;
    await account.enter(() => CALL, undefined);
    await account.enter(() => ({ ...CALL, kind: "turn" }), undefined);
    expect(told).toEqual([]);
    await account.enter(() => ({ ...CALL, kind: "tool" }), undefined);
    expect(told.map(({ notice }) => notice)).toEqual(["tesserae.AdmitCall"]);
  });

  test.each([{}, { run: "r" }, { run: "r", account: "1" }, { account: { limits: { max_cost: 5 } } }])(
    "asks and tells nothing where nobody keeps one: %j",
    async (request) => {
      const { told, tell } = leader();
      const account = new TurnAccount(request, tell);
      account.used = () => USED;
      (await account.enter(() => CALL, undefined))();
      expect([told, account.told(), account.limits]).toEqual([[], {}, undefined]);
    },
  );

  test("gives a refusal as the limit's error", async () => {
    const request = { run: "r", account: { id: "1", limits: { max_cost: 5 } } };
    const account = { allowed: 5, used: 5, wanted: 1 };
    const refused = new TurnAccount(request, leader({ refused: "no more", limit: "maxCost", account }).tell);
    const error = await refused.enter(() => CALL, undefined).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LimitError);
    expect(error).toMatchObject({ message: "no more", limit: "maxCost", account });
    const other = new TurnAccount(request, leader({ refused: "no more", limit: "maxHope" }).tell);
    await expect(other.enter(() => CALL, undefined)).rejects.toThrow("no more");
  });

  test("makes no call where nobody answers, and fails at nothing else for it", async () => {
    const gone: TellLeader = () => Promise.reject(new Error("gone"));
    const limited = new TurnAccount({ run: "r", account: { id: "1", limits: { max_tokens: 5 } } }, gone);
    await expect(limited.enter(() => CALL, undefined)).rejects.toThrow("gone");
    (await new TurnAccount({ run: "r", account: { id: "1" } }, gone).enter(() => CALL, undefined))();
  });

  test("takes no limit that is no number", () => {
    const request = { run: "r", account: { id: "1", limits: { max_cost: "5" } } };
    expect(() => new TurnAccount(request, leader().tell)).toThrow("/max_cost must be a number, 0 or more");
  });
});
