import fc from "fast-check";
import { expect, test } from "vitest";
import { IdSource } from "../recorder/ids.ts";
import { SeenIds } from "./seen-ids.ts";

const hex = (number: number, length: number): string => number.toString(16).padStart(length, "0");

test("of all ids it says whether they have come before; of ours for certain", () => {
  const ours = fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.oneof(fc.nat({ max: 40 }), fc.constantFrom(4095, 4096, 0xffffffff)))
    .map(([process, count]) => `evt_${hex(process, 16)}${hex(count, 8)}`);
  const others = fc.oneof(
    fc.string({ maxLength: 3 }),
    fc.nat({ max: 9 }).map((count) => `evt_${hex(count, 32)}`),
    fc.constantFrom("evt_00000000000000010000000G", "EVT_000000000000000100000001", "evt_000000000000000100000001 "),
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(ours, others), { maxLength: 60 }), (ids) => {
      const seen = new SeenIds();
      const before = new Set<string>();
      for (const id of ids) {
        const isOurs = /^evt_[0-9a-f]{24}$/.test(id);
        expect(seen.add(id)).toBe(before.has(id) ? (isOurs ? "again" : "perhaps again") : "new");
        before.add(id);
      }
    }),
  );
});

test("ids that the recorder makes are ours, in whatever order they come", () => {
  const source = new IdSource();
  const ids = Array.from({ length: 20_000 }, () => source.nextEventId());
  const seen = new SeenIds();
  expect(new Set(ids.toReversed().map((id) => seen.add(id)))).toEqual(new Set(["new"]));
  expect(new Set(ids.map((id) => seen.add(id)))).toEqual(new Set(["again"]));
});

test("ids of more processes than can be are found again, too", () => {
  const ids = Array.from({ length: 5000 }, (_, process) => `evt_${hex(process, 16)}00000001`);
  const seen = new SeenIds();
  expect(new Set(ids.map((id) => seen.add(id)))).toEqual(new Set(["new"]));
  const sightings = ids.map((id) => seen.add(id));
  expect(sightings.slice(0, 4096).every((sighting) => sighting === "again")).toBe(true);
  expect(sightings.slice(4096).every((sighting) => sighting === "perhaps again")).toBe(true);
});
