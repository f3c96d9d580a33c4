import { describe, expect, test } from "vitest";
import { compileSchema } from "./compile-schema.ts";
import { FORMATS } from "./formats.ts";
import { nearest } from "./nearest.ts";

const cases: Readonly<Record<string, readonly [good: readonly unknown[], bad: readonly unknown[]]>> = {
  uuid: [
    ["123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-72D3-A456-426614174000"],
    ["123e4567", "123e4567e89b12d3a456426614174000", ""],
  ],
  uuid1: [["123e4567-e89b-12d3-a456-426614174000"], ["123e4567-e89b-42d3-a456-426614174000"]],
  uuid2: [["123e4567-e89b-22d3-a456-426614174000"], ["123e4567-e89b-42d3-a456-426614174000"]],
  uuid3: [["123e4567-e89b-32d3-a456-426614174000"], ["123e4567-e89b-42d3-a456-426614174000"]],
  uuid4: [["123e4567-e89b-42d3-a456-426614174000"], ["123e4567-e89b-12d3-a456-426614174000"]],
  uuid5: [["123e4567-e89b-52d3-a456-426614174000"], ["123e4567-e89b-42d3-a456-426614174000"]],
  email: [
    ["a@b.de", "jörg.x+y@müller.example"],
    ["a", "a@b", "@b.de", "a@@b.de", "a b@c.de", "a..b@c.de", "a@-b.de"],
  ],
  uri: [
    ["https://example.com/a?b=c#d", "urn:isbn:123", "mailto:a@b.de"],
    ["example.com", "/a", "https://a b", "http://%zz", ""],
  ],
  hostname: [
    ["example.com", "localhost", "a-b.c", "1.2.3.4"],
    ["-a.com", "a_b", "a..b", "", `${"a".repeat(64)}.com`],
  ],
  ipv4: [
    ["0.0.0.0", "255.255.255.255"],
    ["256.0.0.1", "1.2.3", "01.2.3.4", "1.2.3.4."],
  ],
  ipv6: [
    ["::", "::1", "fe80::1%eth0", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "1::8"],
    ["1", ":::", "1::2::3", "1:2:3:4:5:6:7:8:9", "12345::", "::1.2.3", "1:2:3:4:5:6:7::8:9"],
  ],
  "ipv4-network": [
    ["10.0.0.0/8", "10.0.0.1"],
    ["10.0.0.0/33", "10.0.0/8", "10.0.0.0/"],
  ],
  "ipv6-network": [
    ["fe80::/10", "::1"],
    ["fe80::/129", "x/10"],
  ],
  "date-time": [
    ["2026-01-31T12:00:00Z", "2024-02-29t23:59:60.123+05:30", "2026-01-31 12:00:00", "2026-01-31T12:00"],
    ["2026-02-29T00:00:00Z", "2026-01-31", "2026-01-31T24:00:00Z", "x"],
  ],
  date: [
    ["2024-02-29", "2000-02-29"],
    ["1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "26-01-01"],
  ],
  time: [
    ["12:00:00Z", "23:59:59.5-08:00", "12:00"],
    ["24:00:00", "12:60:00", "12", "12:00:00+25:00"],
  ],
  duration: [
    ["P1D", "PT90S", "P1Y2M3DT4H5M6.5S", "P2W"],
    ["P", "PT", "1D", "P1S", "P1DT", "PT1"],
  ],
  byte: [
    ["", "aGVsbG8=", "aGVsbG8", "YQ=="],
    ["a", "a===", "a b c d", "ä"],
  ],
  binary: [["any"], []],
  password: [["any"], []],
  path: [
    ["/tmp/a", "a b", "C:\\x"],
    ["", "a\0b"],
  ],
  json: [
    ['{"a":1}', "null"],
    ["{a:1}", ""],
  ],
  int32: [
    [0, -2147483648, 2147483647],
    [2147483648, 1.5],
  ],
  int64: [
    [0, -9223372036854775808, 2 ** 53],
    [9223372036854775808, 0.5],
  ],
  float: [[1.5], []],
  double: [[1.5], []],
  decimal: [[1.5], []],
};

describe("formats", () => {
  test("all of them are covered here", () => {
    expect(Object.keys(cases).toSorted()).toEqual(Object.keys(FORMATS).toSorted());
  });

  test.each(Object.entries(cases))("%s", (format, [good, bad]) => {
    const compiled = compileSchema({ format });
    for (const value of good) expect(compiled.is(value), String(value)).toBe(true);
    for (const value of bad) expect(compiled.is(value), String(value)).toBe(false);
    // A format says nothing about other types.
    expect(compiled.is(null)).toBe(true);
    expect(compiled.is([])).toBe(true);
  });

  test("one that is not known is an annotation, unless it shall be an error", () => {
    expect(compileSchema({ format: "color" }).is("x")).toBe(true);
    expect(compileSchema({ format: "constructor" }).is("x")).toBe(true);
    expect(() => compileSchema({ format: "color" }, { unknownFormats: "error" })).toThrow('"color"');
  });

  test.each(["uri", "email", "hostname", "ipv6", "duration", "byte", "date-time", "time"])(
    "%s takes a hostile text of a million characters",
    (format) => {
      const compiled = compileSchema({ format });
      for (const part of ["a", "a.", "1", ":", "a@", "P1", "=", "%", "-"]) compiled.is(`${part.repeat(300_000)}!`);
    },
  );
});

describe("nearest", () => {
  test.each([
    ["nmae", "name"],
    ["maxTokens", "max_tokens"],
    ["colour", "color"],
    ["Model", "model"],
    ["zzz", undefined],
    ["w", undefined],
    ["", undefined],
    ["x".repeat(10_000), undefined],
  ])("%s → %s", (key, expected) => {
    expect(nearest(key, ["name", "max_tokens", "color", "model", "x", "y"])).toBe(expected);
  });
});
