import { describe, expect, test } from "vitest";
import { proxyForAll } from "./proxy.ts";
import { TargetReader } from "./target.ts";

describe("TargetReader", () => {
  test("reads an address once while the same one is asked", () => {
    const reader = new TargetReader(undefined);
    const first = reader.read("http://127.0.0.1:8080/v1/chat?a=1");
    expect(first).toMatchObject({ secure: false, hostname: "127.0.0.1", port: 8080, path: "/v1/chat?a=1" });
    expect(reader.read("http://127.0.0.1:8080/v1/chat?a=1")).toBe(first);
    expect(reader.read("https://example.org/v1")).toMatchObject({ secure: true, port: 443, path: "/v1" });
    expect(reader.read("http://127.0.0.1:8080/v1/chat?a=1")).toEqual(first);
  });

  test("refuses what is no address each time, and keeps what it had", () => {
    const reader = new TargetReader(undefined);
    const known = reader.read("http://localhost/");
    for (let time = 0; time < 2; time += 1) expect(() => reader.read("nowhere")).toThrow("nowhere");
    expect(reader.read("http://localhost/")).toBe(known);
  });

  test("names the proxy of the transport", () => {
    const reader = new TargetReader(proxyForAll("http://proxy:3128"));
    expect(reader.read("http://example.org/v1")).toMatchObject({
      path: "http://example.org/v1",
      proxy: { port: 3128 },
    });
  });
});
