import { expect, test } from "vitest";
import { redacted } from "./redact.ts";

test.each([
  "sk-proj-abcDEF123_-456",
  "sk-ant-api03-abc-DEF",
  "tk_ABCD1234_secretsecretsecret",
  "ta_ABCD1234_secretsecretsecret",
  "tk_ABCD1234_secret~sk-abcdef",
  "Bearer whatever.it/is=",
  "Bearer%20whatever",
  "AIzaSyA1234567890",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_123",
])("%s does not get into a log, alone, in a message, or in a URL", (secret) => {
  for (const text of [secret, `Incorrect API key provided: ${secret}.`, `https://x.example/?key=${secret}&a=1`]) {
    expect(redacted(text)).toContain("[redacted]");
    expect(redacted(text)).not.toContain(secret.slice(4, 12));
  }
});

test("what is no key stays", () => {
  const text =
    '{"request_id":"tsr_01ARZ3NDEKTSV4RRFFQ69G5FAV","model":"gpt-4o","workload":"task-1/ask-me","risk-level":1}';
  expect(redacted(text)).toBe(text);
});
