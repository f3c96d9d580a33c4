import { MASKED_SECRET } from "@tesserae/core";
import { expect, test } from "vitest";
import { checkHeaders, maskHeaders } from "./secret-headers.ts";

test.each([
  "Authorization",
  "proxy-authorization",
  "Cookie",
  "api-key",
  "x-api-key",
  "X-ApiKey",
  "x-auth",
  "X-Auth-Key",
  "Ocp-Apim-Subscription-Key",
  "x-amz-security-token",
  "CF-Access-Client-Secret",
])("%s holds a secret", (name) => {
  expect(maskHeaders({ [name]: "s3" })).toEqual({ [name]: MASKED_SECRET });
});

test.each(["x-team", "x-author", "anthropic-beta", "keyboard", "user-agent"])("%s holds none", (name) => {
  expect(maskHeaders({ [name]: "a" })).toEqual({ [name]: "a" });
});

test("what was masked is refused by name; anything else, and nothing, is not", () => {
  expect(() => checkHeaders("defaultHeaders", { a: "b", "x-api-key": MASKED_SECRET })).toThrow(
    /defaultHeaders has the header "x-api-key" masked/,
  );
  for (const headers of [undefined, null, {}, { "x-api-key": "real" }]) {
    expect(() => checkHeaders("defaultHeaders", headers)).not.toThrow();
  }
});
