import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exchangeOf, openLedgerAt, outcomeOf } from "../../../test/ledger-traffic.ts";
import { examineLedger } from "./examine-ledger.ts";

test("models without a price are named with where they were asked, the most frequent first", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tessera-examine-"));
  const { ledger, store, close } = openLedgerAt(join(folder, "tessera.db"));
  const ask = (model: string): void => void ledger.settle(exchangeOf(1, { model }), outcomeOf({ servedModel: model }));
  ask("gpt-4o");
  await ledger.flush();
  expect(examineLedger(store, Date.now()).map(({ state }) => state)).toEqual(["ok", "ok"]);
  for (const model of ["a", "b", "c", "d", "e", "f", "f"]) ask(`unknown-${model}`);
  await ledger.flush();
  expect(examineLedger(store, Date.now())[0]).toEqual({
    check: "prices",
    state: "warning",
    detail: expect.stringMatching(/^none is known of unknown-f at openai \(2\), .* and 1 more: set prices\.overrides/),
  });
  // A month later nobody needs to know.
  expect(examineLedger(store, Date.now() + 31 * 86_400_000)[0]?.state).toBe("ok");
  await close();
  rmSync(folder, { recursive: true, force: true });
});
