import { describe, expect, test } from "vitest";
import type { Upstream } from "../../exchange.ts";
import { heldCredential, readCredentials } from "./credentials.ts";
import { readHead } from "./request-head.ts";

const read = (...headers: string[]) => readCredentials(readHead(headers));
const upstream = (kind: Upstream["kind"], credentialEnv?: string): Upstream => ({
  id: "u",
  kind,
  baseURL: "https://u.example",
  ...(credentialEnv === undefined ? {} : { credentialEnv }),
});

describe("the key of the gateway and that of the provider", () => {
  test.each([
    [
      ["x-tessera-api-key", "tk_a_b", "authorization", "Bearer sk-x"],
      { key: "tk_a_b", headers: ["authorization", "Bearer sk-x"], credential: "sk-x" },
    ],
    [
      ["authorization", "Bearer tk_a_b~sk-x"],
      { key: "tk_a_b", headers: ["authorization", "Bearer sk-x"], credential: "sk-x" },
    ],
    [["x-api-key", "tk_a_b~sk~y"], { key: "tk_a_b", headers: ["x-api-key", "sk~y"], credential: "sk~y" }],
    [["authorization", "Bearer tk_a_b"], { key: "tk_a_b", headers: [], credential: undefined }],
    [["authorization", "Bearer tk_a_b~"], { key: "tk_a_b", headers: [], credential: undefined }],
    [
      ["authorization", "Basic abc"],
      { key: undefined, headers: ["authorization", "Basic abc"], credential: "Basic abc" },
    ],
    [
      ["x-tessera-key", "tk_a_b", "authorization", "Bearer tk_a_b", "x-api-key", "sk-x"],
      { key: "tk_a_b", headers: ["x-api-key", "sk-x"], credential: "sk-x" },
    ],
    [[], { key: undefined, headers: [], credential: undefined }],
  ])("%j", (headers, expected) => {
    expect(read(...headers)).toEqual(expected);
  });

  test.each(["ta_a_b", "tk_a_b~ta_a_b"])("an admin key, as in %s, is refused: no provider must see it", (slot) => {
    const refused = expect.objectContaining({ status: 401, code: "tessera_key_invalid" }) as Error;
    expect(() => read("authorization", `Bearer ${slot}`)).toThrow(refused);
    expect(() => read("x-api-key", slot)).toThrow(refused);
  });

  test("two different keys of the gateway are refused", () => {
    expect(() => read("x-tessera-key", "tk_a_b", "authorization", "Bearer tk_c_d")).toThrow(/different keys/);
  });
});

describe("the key that the gateway holds", () => {
  const bare = { key: "tk_a_b", headers: [], credential: undefined };
  const environment = { HELD: "sk-held" };

  test("is presented as the upstream's kind wants it, where the caller has none", () => {
    expect(heldCredential(bare, upstream("openai-compatible", "HELD"), environment).headers).toEqual([
      "authorization",
      "Bearer sk-held",
    ]);
    expect(heldCredential(bare, upstream("anthropic", "HELD"), environment)).toMatchObject({
      headers: ["x-api-key", "sk-held"],
      credential: "sk-held",
    });
  });

  test("is left alone where the caller has one, where none is set, and where it is empty", () => {
    const own = { key: "tk_a_b", headers: ["x-api-key", "sk-x"], credential: "sk-x" };
    expect(heldCredential(own, upstream("anthropic", "HELD"), environment)).toBe(own);
    expect(heldCredential(bare, upstream("anthropic"), environment)).toBe(bare);
    expect(heldCredential(bare, upstream("anthropic", "HELD"), { HELD: "" })).toBe(bare);
  });
});
