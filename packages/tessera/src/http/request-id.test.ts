import { expect, test } from "vitest";
import { RequestIds } from "./request-id.ts";

test("ids are ULIDs, which differ, and follow the time", () => {
  const ids = new RequestIds();
  const made = Array.from({ length: 5000 }, (_, index) => ids.next(1_800_000_000_000 + Math.floor(index / 10)));
  expect(new Set(made).size).toBe(5000);
  for (const id of made) expect(id).toMatch(/^tsr_[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  const times = made.map((id) => id.slice(0, 14));
  expect(times.toSorted()).toEqual(times);
  // 01ARYZ6S41 is the beginning of the ULID of this time in the specification of ULIDs.
  expect(ids.next(1_469_918_176_385).slice(0, 14)).toBe("tsr_01ARYZ6S41");
});
