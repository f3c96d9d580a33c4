import fc from "fast-check";
import { expect, test } from "vitest";
import { plainSecret } from "../../test/log/secrets.ts";
import { QuotedSecrets } from "./quoted-secrets.ts";
import { createRedactor } from "./redactor.ts";

const redactor = createRedactor();

/** A text as it may stand in a body: as its own, in a message, in the arguments of a tool call, and one deeper. */
const PLACES: readonly ((text: string) => unknown)[] = [
  (text) => text,
  (text) => ({ content: text, n: 1 }),
  (text) => [{ arguments: JSON.stringify({ text, after: 'a "b"' }) }],
  (text) => ({ a: JSON.stringify({ b: JSON.stringify({ text, c: ["d"] }) }) }),
];

/** What is left of a text in all its places, which is the same in each. */
function redacted(text: string): string {
  const left = PLACES.map((place) => {
    const value = place(text);
    const json = JSON.stringify(value);
    const { text: clean } = redactor.redactText(json);
    expect(redactor.redactText(clean)).toEqual({ text: clean, counts: {} });
    if (clean !== json) expect(redactor.mayMatch(json)).toBe(true);
    return innermost(JSON.parse(clean));
  });
  expect(new Set(left).size).toBe(1);
  return left[0] ?? "";
}

function innermost(value: unknown): string {
  if (typeof value === "string" && !/^\{"(?:b|text)":/.test(value)) return value;
  const inner: unknown = typeof value === "string" ? JSON.parse(value) : value;
  return innermost(Object.values(inner as object)[0]);
}

const MARK = "[REDACTED:text_field]";

test.each([
  ['password="X"'],
  ['password = "X"'],
  ['password: "X"'],
  ["password: 'X', user: 'ann'"],
  ["{'password': 'X', 'api_key': 'X'}"],
  ['const dbPassword: string = "X";'],
  ['api_key: str | None = "X"  # mine'],
  ['secret := "X"'],
  ["API_KEY=`X`"],
  ['token = "X"'],
  ['authorization: "X"'],
  ['os.environ["API_KEY"] = "X"'],
  ["config['client-secret'] = 'X'"],
  ['my password is password="X", and the other one is passwd: "X"'],
])("%s gives no secret away, whatever the text is in", (text) => {
  expect(redacted(text.replaceAll("X", "hunter 2 & more"))).toBe(text.replaceAll("X", MARK));
});

test("a value in double quotes may hold anything", () => {
  for (let number = 0; number < 50; number += 1) {
    const text = `password = ${JSON.stringify(plainSecret(number))}; next("one")`;
    expect(redacted(text)).toBe(`password = "${MARK}"; next("one")`);
  }
});

test.each([
  ['input("Password: ")\nname = input("Name: ")'],
  ['url = "?password=" + word + "&x=1"'],
  ['print("token: ", token, "api_key=")'],
  ['password="" secret: \'\' token: "the"'],
  ["the password: 'tis a long one"],
  ['input_tokens: "12", secretary = "Ann", "token": "a"'],
])("%s holds none", (text) => {
  expect(redacted(text)).toBe(text);
});

test("what nothing closes is taken out to its end, or in a long text to its first space", () => {
  expect(redacted('password="hunter2 and')).toBe(`password="${MARK}`);
  const rest = " and so on".repeat(500);
  expect(redacted(`password="hunter2${rest}`)).toBe(`password="${MARK}${rest}`);
});

test("names of the user's are known in quotes, too", () => {
  const own = createRedactor({ keys: ["pin.code"] });
  expect(own.redactText(String.raw`"pin.code: \"1234\" pinxcode: \"1\""`).text).toBe(
    String.raw`"pin.code: \"[REDACTED:text_field]\" pinxcode: \"1\""`,
  );
});

test("whatever stands around them, JSON stays JSON, and what is clean at a glance is clean", () => {
  const rules = new QuotedSecrets([]);
  const parts = fc.constantFrom(
    "password",
    "token",
    ":",
    "=",
    '"',
    "'",
    "`",
    "\\",
    " ",
    "\n",
    "]",
    "x",
    "str",
    ")",
    "é",
  );
  const texts = fc.array(parts, { maxLength: 14 }).map((all) => all.join(""));
  const nested = fc.tuple(texts, fc.nat(3)).map(([text, depth]) => {
    let json = JSON.stringify({ text });
    for (let level = 0; level < depth; level += 1) json = JSON.stringify({ json, text });
    return json;
  });
  fc.assert(
    fc.property(nested, (json) => {
      const counts = {};
      const text = rules.redact(json, counts);
      let value: unknown = JSON.parse(text);
      while (value !== null && typeof value === "object" && "json" in value) value = JSON.parse(String(value.json));
      if (!rules.mayMatch(json)) expect([text, counts]).toEqual([json, {}]);
    }),
    { numRuns: 5000 },
  );
});

test("texts made to be slow are not: a megabyte of beginnings", () => {
  for (const beginning of [
    'password:"',
    'password=\\"x',
    "password: '",
    "password : ",
    "token : x",
    "secret=`",
    "key'] =",
  ]) {
    const json = JSON.stringify({ content: beginning.repeat(1_000_000 / beginning.length) });
    expect(() => JSON.parse(redactor.redactText(json).text)).not.toThrow();
  }
});
