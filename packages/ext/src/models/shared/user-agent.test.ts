import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { userAgent } from "./user-agent.ts";

test("the user agent has the package's version, before the caller's own", () => {
  const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  expect(userAgent()).toBe(`tesserae/${version}`);
  expect(userAgent("")).toBe(`tesserae/${version}`);
  expect(userAgent("app/2")).toBe(`tesserae/${version} app/2`);
});
