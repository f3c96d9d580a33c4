import fc from "fast-check";
import { expect, test } from "vitest";
import { secretMemberHint, secretMemberSource } from "./secret-members.ts";

const KEYS: readonly (readonly string[])[] = [[], ["pin_no", "Login-Code"], ["x", "weird."]];

test.each(KEYS)("the quick look finds a secret member exactly where there is one (%j, %j)", (...keys) => {
  const [whole, quick] = [new RegExp(secretMemberSource(keys), "i"), new RegExp(secretMemberHint(keys), "i")];
  const name = fc.oneof(
    fc.constantFrom(
      "api_key",
      "apiKEY",
      "API-Key",
      "client_secret",
      "token",
      "access_token",
      "cookie",
      "monkey",
      "Cookies",
    ),
    fc.constantFrom("pin_no", "PINno", "login_code", "x", "weird.", "weird"),
    fc.string(),
  );
  const space = fc.constantFrom("", " ", "\n\t", "\\n");
  const slashes = fc.constantFrom("", "\\", "\\\\\\");
  const part = fc.tuple(slashes, name, slashes, space).map(([a, b, c, d]) => `${a}"${b}${c}"${d}:`);
  fc.assert(
    fc.property(fc.array(fc.oneof(part, fc.string()), { maxLength: 6 }), (parts) => {
      const text = parts.join("");
      expect(quick.test(text)).toBe(whole.test(text));
    }),
    { numRuns: 2000 },
  );
});
