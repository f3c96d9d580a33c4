import fc from "fast-check";
import { expect, test } from "vitest";
import { addressSecret, plainSecret, SHAPED_SECRETS } from "../../test/log/secrets.ts";
import { createRedactor } from "./redactor.ts";
import { ValueRules } from "./value-rules.ts";

const redactor = createRedactor();

const SECRET_NAMES =
  "api_key apikey secret client_secret password passwd authorization cookie private_key access_token refresh_token Authorization x-api-key Set-Cookie apiKey OPENAI_API_KEY".split(
    " ",
  );

/** Places in which a secret may stand in a body, as JSON text. */
const PLACES: readonly ((secret: string) => string)[] = [
  (secret) => JSON.stringify({ content: secret }),
  (secret) => JSON.stringify({ content: `my key:\n${secret}\nuse it` }),
  (secret) => JSON.stringify({ content: `a"quoted"${secret}"text"\\` }),
  (secret) => JSON.stringify([{ arguments: JSON.stringify({ note: [`\t${secret}`] }) }]),
  (secret) => JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ c: `x\n${secret}` }) }) }),
  (secret) => JSON.stringify({ [secret]: 1 }),
  (secret) => JSON.stringify({ content: `密钥${secret}` }).replaceAll("密钥", "\\u5bc6\\u94a5"),
  (secret) => JSON.stringify({ url: `https://x.test/a?b=${secret}&c=1` }),
];

test.each(Object.entries(SHAPED_SECRETS))("a secret known by its shape (%s) is found wherever it stands", (_, make) => {
  for (let number = 0; number < 100; number += 1) {
    const secret = make(number);
    for (const place of PLACES) {
      const { counts, text } = redactor.redactText(place(secret));
      for (const part of secret.split("\n").filter((line) => line !== "" && !line.startsWith("--"))) {
        expect(text).not.toContain(part);
      }
      expect(() => JSON.parse(text)).not.toThrow();
      expect(Object.keys(counts)).toHaveLength(1);
    }
  }
});

test.each(SECRET_NAMES)("the value of a member %s is taken out at every depth of JSON in JSON", (name) => {
  for (let number = 0; number < 50; number += 1) {
    const secret = plainSecret(number);
    const flat = { before: 1, [name]: secret, after: [secret.length] };
    const clean = { ...flat, [name]: "[REDACTED:key_name]" };
    expect(JSON.parse(redactor.redactText(JSON.stringify(flat, null, number % 3)).text)).toEqual(clean);
    let nested: unknown = flat;
    let expected: unknown = clean;
    for (let depth = 0; depth < 3; depth += 1) {
      nested = { tool: JSON.stringify(nested), [name]: secret };
      expected = { tool: JSON.stringify(expected), [name]: "[REDACTED:key_name]" };
      expect(JSON.parse(redactor.redactText(JSON.stringify(nested)).text)).toEqual(expected);
    }
  }
});

test("numbers and lists of a secret member are taken out; objects, true, false and null stay", () => {
  const value = {
    password: 123_456,
    cookie: ["a=1", "b=2"],
    secret: { type: "string" },
    api_key: null,
    has_password: true,
    passwd: "",
  };
  expect(JSON.parse(redactor.redactText(JSON.stringify(value)).text)).toEqual({
    ...value,
    password: "[REDACTED:key_name]",
    cookie: ["[REDACTED:key_name]", "[REDACTED:key_name]"],
  });
});

test("names that only resemble a secret's leave their values", () => {
  const value = {
    input_tokens: 12,
    total_tokens: 3,
    token: "<|end|>",
    secretary: "Ann",
    keys: ["a"],
    "cookie-jar": "no",
  };
  const json = JSON.stringify(value);
  expect(redactor.redactText(json)).toEqual({ text: json, counts: {} });
});

test.each(["key", "api_key", "apikey", "token", "access_token", "sig", "signature", "password", "X-Amz-Signature"])(
  "the parameter %s of a URL is taken out and the rest of the URL stays",
  (name) => {
    const secret = addressSecret(7);
    for (const url of [
      `https://x.test/p?${name}=${secret}&z=1`,
      `https://x.test/p?a=b&${name}=${secret}`,
      `see https://x.test/?z=1&${name}=${secret}#f`,
    ]) {
      const clean = url.replace(secret, "[REDACTED:url_query]");
      expect(JSON.parse(redactor.redactText(JSON.stringify({ url })).text)).toEqual({ url: clean });
      const deeper = JSON.stringify({ tool: JSON.stringify({ url }) });
      expect(JSON.parse(redactor.redactText(deeper).text)).toEqual({ tool: JSON.stringify({ url: clean }) });
    }
    const escaped = String.raw`{"u":"https:\/\/x.test\/?a=1\u0026${name}=ab\/cd${secret}\u0026z=1"}`;
    expect(JSON.parse(redactor.redactText(escaped).text)).toEqual({
      u: `https://x.test/?a=1&${name}=[REDACTED:url_query]&z=1`,
    });
  },
);

/** The letters of a name at odd places percent-encoded, in capitals and in small letters in turn. */
function halfEncoded(name: string): string {
  const letters = Array.from(name, (letter, place) => {
    if (place % 2 === 0) return letter;
    const code = (place % 4 === 1 ? letter.toUpperCase() : letter).charCodeAt(0).toString(16);
    return `%${place % 3 === 0 ? code.toUpperCase() : code}`;
  });
  return letters.join("");
}

test.each(["key", "api_key", "token", "access_token", "sig", "password", "client-secret", "authorization"])(
  "the parameter %s is known where its name is percent-encoded",
  (name) => {
    const secret = addressSecret(5);
    for (const written of [halfEncoded(name), `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`]) {
      const url = `https://x.test/p?a=1&${written}=${secret}&z=1`;
      const { text } = redactor.redactText(JSON.stringify({ url }));
      expect(JSON.parse(text)).toEqual({ url: url.replace(secret, "[REDACTED:url_query]") });
    }
  },
);

test.each(["password", "passwd", "token", "api_key", "apikey", "client_secret", "ACCESS_TOKEN", "%70assword"])(
  "%s= gives a secret away in a form and in text, whatever the text is in",
  (name) => {
    const secret = addressSecret(9);
    for (const body of [
      `${name}=${secret}`,
      `${name}=${secret}&user=ann`,
      `user=ann&${name}=${secret}`,
      `user%5B${name}%5D=${secret}&user[${name}]=${secret}`,
      `Log in with ${name}=${secret} and go on`,
      `A=1\n${name}=${secret}\nMY_${name}=${secret}`,
      `["--${name}=${secret}"]`,
    ]) {
      for (const value of [body, { content: body }, { tool: JSON.stringify({ body }) }]) {
        const { text } = redactor.redactText(JSON.stringify(value));
        expect(text).not.toContain(secret.slice(2));
        expect(text).toContain("REDACTED:");
        expect(() => JSON.parse(text)).not.toThrow();
        const escaped = redactor.redactText(JSON.stringify(value).replaceAll("=", "\\u003d")).text;
        expect(escaped).not.toContain(secret.slice(2));
        expect(() => JSON.parse(escaped)).not.toThrow();
      }
    }
  },
);

test.each(["key", "api_key", "token", "sig", "X-Amz-Signature", "password"])(
  "the parameter %s is known where it is percent-encoded with all that is around it, once, twice and thrice",
  (name) => {
    let secret = addressSecret(6);
    let addresses = [
      `https://y.test/p?${name}=${secret}&z=1`,
      `https://y.test/?z=1&${name}=${secret}#f`,
      `${name}=${secret}&z=1`,
    ];
    for (let times = 0; times < 3; times += 1) {
      secret = encodeURIComponent(secret);
      addresses = addresses.map(encodeURIComponent);
      for (const address of addresses) {
        const json = JSON.stringify([{ u: `https://x.test/?next=${address}&a=1` }, `state=${address}`]);
        const { text } = redactor.redactText(json);
        expect(text).toBe(json.replaceAll(secret, "[REDACTED:url_query]"));
        expect(redactor.redactText(text)).toEqual({ text, counts: {} });
      }
    }
    const harmless = JSON.stringify("https://x.test/?q=monkey%3D1%26max_tokens%3D9&n=design%3D2");
    expect(redactor.redactText(harmless).text).toBe(harmless);
  },
);

test("code that hands a variable on, compares, or sets to what is no text stays", () => {
  const json = JSON.stringify({
    content:
      "connect(token=token)\nmake(api_key=self.settings.key, n=1)\nlogin(password=get_password())\n" +
      'if (token==other) secret=>use; api_key="" max_tokens=5 sorted(x, key=lambda y: y)',
  });
  expect(redactor.redactText(json)).toEqual({ text: json, counts: {} });
});

test("name and password in an address are taken out", () => {
  const secret = addressSecret(3);
  const value = { dsn: `postgres://app:${secret}@db.test:5432/x`, plain: "http://localhost:8080/@me?a=b@c" };
  const clean = { ...value, dsn: "postgres://[REDACTED:url_credentials]@db.test:5432/x" };
  expect(JSON.parse(redactor.redactText(JSON.stringify(value)).text)).toEqual(clean);
  const slashes = JSON.stringify(value).replaceAll("/", "\\/");
  expect(JSON.parse(redactor.redactText(slashes).text)).toEqual(clean);
});

test("a private key that is cut off is taken out to its end", () => {
  const pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7";
  for (const value of [
    { a: pem, b: 1 },
    { a: JSON.stringify({ pem }), b: 1 },
  ]) {
    const { text } = redactor.redactText(JSON.stringify(value));
    expect(text).not.toContain("MIIEv");
    expect(JSON.parse(text)).toMatchObject({ b: 1 });
  }
});

test("words that begin or end like a key stay", () => {
  const json = JSON.stringify({
    content: "The task-based risk-adjusted disk-encryption-with-tpm-module, desk-sharing; Bearer of bad news. AKIA",
    image: "eyJust.a.word",
  });
  expect(redactor.redactText(json)).toEqual({ text: json, counts: {} });
});

test("what is counted is what was found", () => {
  const { counts } = redactor.redactText(
    JSON.stringify({ a: SHAPED_SECRETS["jwt"]?.(1), b: [SHAPED_SECRETS["jwt"]?.(2)], password: "x" }),
  );
  expect(counts).toEqual({ jwt: 2, key_name: 1 });
});

/** Texts in which secrets, parts of secrets, quotes and escapes meet by chance. */
const fragment = fc.oneof(
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom(
    "sk-",
    "sk-ant-",
    "AKIA",
    "eyJ",
    ".",
    '"',
    "\\",
    "\n",
    "\\n",
    "\\u0041",
    "?key=",
    "&sig=",
    "&%73ig=",
    "token=",
    "%26token%3D",
    "password: '",
    "password = ",
    "u003d",
    "://a:b",
    "@",
  ),
  fc.constantFrom(
    '"password":',
    '"api_key":"',
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "Bearer ",
    "/",
  ),
  fc
    .integer({ min: 0, max: 99 })
    .chain((n) => fc.constantFrom(...Object.values(SHAPED_SECRETS).map((make) => make(n)))),
);
const messyText = fc.array(fragment, { maxLength: 8 }).map((parts) => parts.join(""));
const messyJson = fc
  .letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      messyText,
      fc.double(),
      fc.constantFrom(null, true, 1),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.oneof(messyText, fc.constantFrom(...SECRET_NAMES)), tie("value"), { maxKeys: 4 }),
      tie("value").map((value) => JSON.stringify(value) ?? ""),
    ),
  }))
  .value.map((value) => JSON.stringify(value));

test("whatever the text, JSON stays JSON of the same shape, and a second time changes nothing", () => {
  const all = createRedactor({ pii: true, patterns: { own: '[a-z]{2}\\W|\\\\.|"' }, keys: ["extra"] });
  fc.assert(
    fc.property(messyJson, fc.constantFrom(redactor, all), (json, rules) => {
      const { text } = rules.redactText(json);
      expect(() => JSON.parse(text)).not.toThrow();
      expect(shapeOf(text)).toBe(shapeOf(json));
      if (rules === redactor) expect(redactor.redactText(text)).toEqual({ text, counts: {} });
    }),
    { numRuns: 3000 },
  );
});

test("text that is taken for clean at a glance is clean", () => {
  const rules = new ValueRules();
  fc.assert(
    fc.property(messyText, (text) => {
      if (!redactor.mayMatch(text)) expect(rules.redact(text, {})).toBe(text);
    }),
    { numRuns: 5000 },
  );
});

/** The structure of JSON text: strings and numbers are all alike. */
function shapeOf(json: string): string {
  return json.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g, "text");
}

test("rules of the user's own see the text of a string, not its escapes", () => {
  const own = createRedactor({ patterns: { badge: "B-\\d+", line: "^a\\n.*$" }, keys: ["pin code"] });
  const { counts, text } = own.redactText(String.raw`{"x":"\u0042-12 and B-7","y":"a\nb\"c","pin code":"1","n":1.0}`);
  expect(text).toBe(
    String.raw`{"x":"[REDACTED:badge] and [REDACTED:badge]","y":"[REDACTED:line]","pin code":"[REDACTED:key_name]","n":1.0}`,
  );
  expect(counts).toEqual({ badge: 2, line: 1, key_name: 1 });
});

test("personal data is taken out when asked for: addresses, telephone numbers, cards with a right sum", () => {
  const personal = createRedactor({ pii: true });
  const value = {
    text: "ann@example.org, +49 30 1234567, 4111 1111 1111 1111, 4111 1111 1111 1112",
    n: 4111111111111111,
  };
  expect(JSON.parse(personal.redactText(JSON.stringify(value)).text)).toEqual({
    text: "[REDACTED:email], [REDACTED:phone], [REDACTED:card], 4111 1111 1111 1112",
    n: 4111111111111111,
  });
  expect(redactor.redactText(JSON.stringify(value)).counts).toEqual({});
});

test("switched off, everything stays", () => {
  const json = JSON.stringify({ password: "x", key: SHAPED_SECRETS["jwt"]?.(1) });
  expect(createRedactor({ enabled: false }).redactText(json)).toEqual({ text: json, counts: {} });
});

test("texts made to be slow are not: a megabyte of beginnings that never end", () => {
  for (const beginning of [
    "eyJ-",
    "-----BEGIN PRIVATE KEY-----<",
    "://a:",
    '\\"',
    "bearer  ",
    "sk-",
    "?key=",
    "token=",
    "token\\",
    "token=a.",
    "&x-amz-",
    "@:",
    "[ ",
  ]) {
    const json = JSON.stringify({ content: beginning.repeat(1_000_000 / beginning.length) });
    expect(() => JSON.parse(redactor.redactText(json).text)).not.toThrow();
  }
});
