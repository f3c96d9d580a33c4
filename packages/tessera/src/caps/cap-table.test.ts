import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openStore } from "../store/store.ts";
import { CapTable } from "./cap-table.ts";
import type { Cap } from "./cap.ts";

test("caps that were set by command go before those of the configuration, can take them away, and are kept", () => {
  const folder = mkdtempSync(join(tmpdir(), "tessera-caps-"));
  const store = openStore(join(folder, "tessera.db"));
  const cap: Cap = { scope: "workload", subject: "a", window: "day", unit: "usd", limit: 5n, mode: "block" };
  const other: Cap = { ...cap, subject: "b" };
  const huge: Cap = { ...cap, scope: "global", subject: "", limit: 10n ** 30n, mode: "warn" };
  const table = new CapTable(store);
  expect(table.over([cap, other])).toEqual([cap, other]);
  table.set({ ...cap, limit: 9n });
  table.set(huge);
  table.remove(other);
  expect(new CapTable(store).over([cap, other])).toEqual([{ ...cap, limit: 9n }, huge]);
  table.set(other);
  expect(table.over([])).toContainEqual(other);
  store.close();
  rmSync(folder, { recursive: true, force: true });
});
