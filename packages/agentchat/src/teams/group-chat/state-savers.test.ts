import type { JsonObject } from "@tesserae/core";
import { expect, test } from "vitest";
import { deferred, type Deferred } from "../../deferred.ts";
import { StateSavers } from "./state-savers.ts";

const speaking = (who: string): JsonObject => ({ agent_states: { manager: { active_speakers: [who] } } });

/** Savers whose states are given by hand, in the order in which they are asked for. */
function byHand(): { readonly savers: StateSavers; readonly asked: Deferred<JsonObject>[] } {
  const asked: Deferred<JsonObject>[] = [];
  const savers = new StateSavers(() => {
    const state = deferred<JsonObject>();
    asked.push(state);
    return state.promise;
  });
  return { savers, asked };
}

test("a run that ends while it is looked at whether all wait for a person gives its state to who waits", async () => {
  const { savers, asked } = byHand();
  const waiting = savers.wait();
  const ended = savers.after();
  asked[1]?.resolve({ ended: true });
  asked[0]?.resolve(speaking("a"));
  await ended;
  expect(await waiting).toEqual({ ended: true });
});

test("who comes while a state is saved is not given that one", async () => {
  const { savers, asked } = byHand();
  const early = savers.wait();
  const turnOver = savers.after();
  const late = savers.wait();
  asked[1]?.resolve({ turn: 1 });
  await turnOver;
  expect(await early).toEqual({ turn: 1 });
  const nextTurn = savers.after();
  asked[0]?.resolve(speaking("a"));
  asked[2]?.resolve(speaking("a"));
  asked[3]?.resolve({ turn: 2 });
  await nextTurn;
  expect(await late).toEqual({ turn: 2 });
  expect(savers.after()).toBeUndefined();
});

test("a state that cannot be saved is told to who waits, and to nobody else", async () => {
  const { savers, asked } = byHand();
  const waiting = savers.wait();
  const turnOver = savers.after();
  asked[1]?.reject(new Error("full"));
  await turnOver;
  await expect(waiting).rejects.toThrow("full");
  expect(savers.after()).toBeUndefined();
});
