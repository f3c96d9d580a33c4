import { expect, test } from "vitest";
import { KnownSecrets } from "./known-secrets.ts";

function secrets(...keys: readonly string[]): KnownSecrets {
  const known = new KnownSecrets();
  for (const key of keys) known.learn({ authorization: `Bearer ${key}`, "x-team": "research-team" }, "http://h/v1");
  return known;
}

test("every key is masked wherever it stands, the longer first; other headers are told", () => {
  expect(secrets("sk-1", "sk-1234").mask("sk-1234, sk-1 of research-team")).toBe(
    "**********, ********** of research-team",
  );
});

test("the words that keyless servers are given are not masked", () => {
  expect(secrets("ollama", "EMPTY").mask("ollama is EMPTY")).toBe("ollama is EMPTY");
});

test("renewed tokens do not pile up: the oldest are forgotten", () => {
  const known = secrets(...Array.from({ length: 17 }, (_, index) => `token-${String.fromCodePoint(97 + index)}`));
  expect(known.mask("token-a token-q")).toBe("token-a **********");
});

test("a cause stays itself unless it, or what led to it, repeats a key", () => {
  const known = secrets("sk-1234");
  const clean = new Error("clean");
  expect(known.maskCause(clean)).toBe(clean);
  const masked = known.maskCause(new TypeError("outer", { cause: new Error("key sk-1234") }));
  expect(masked).toMatchObject({ name: "TypeError", message: "outer", cause: { message: "key **********" } });
  expect(String(Reflect.get(Object(Reflect.get(Object(masked), "cause")), "stack"))).not.toContain("sk-1234");
});

test("causes that go round in a circle end", () => {
  const first = new Error("key sk-1234");
  first.cause = new Error("second", { cause: first });
  expect(secrets("sk-1234").maskCause(first)).toMatchObject({ message: "key **********" });
});
