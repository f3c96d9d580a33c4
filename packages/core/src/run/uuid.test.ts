import { expect, test } from "vitest";
import { randomUuid, uuidFromHex } from "./uuid.ts";

const V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("random ids are UUIDs of version 4, and no two are equal", () => {
  // More than are drawn at a time.
  const ids = Array.from({ length: 2000 }, () => randomUuid());
  expect(ids.filter((id) => !V4.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

test("every digit of a random id takes every value that it may", () => {
  const ids = Array.from({ length: 2000 }, () => randomUuid());
  for (const place of [0, 1, 9, 20, 35]) expect(new Set(ids.map((id) => id[place])).size).toBe(16);
  expect(new Set(ids.map((id) => id[19])).size).toBe(4);
});

test("a digest gives a UUID of version 4", () => {
  expect(uuidFromHex("0123456789abcdef0123456789abcdef")).toMatch(V4);
});
