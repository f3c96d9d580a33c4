import { expect, test } from "vitest";
import { createUrlRedactor } from "./redact-url.ts";

test("credentials and secret parameters of an address are taken out, the rest stays to the letter", () => {
  const redactUrl = createUrlRedactor();
  expect(redactUrl("https://user:pa55@x.test:8080/a%20b/?model=m&key=AIzaX&sig=a%2Fb&q=1#f")).toBe(
    "https://[REDACTED:url_credentials]@x.test:8080/a%20b/?model=m&key=[REDACTED:url_query]&sig=[REDACTED:url_query]&q=1#f",
  );
  expect(redactUrl("https://s3.test/o?X-Amz-Credential=c&X-Amz-Date=d&x-id=1")).toBe(
    "https://s3.test/o?X-Amz-Credential=[REDACTED:url_query]&X-Amz-Date=[REDACTED:url_query]&x-id=1",
  );
  for (const name of [
    "API-KEY",
    "x-api-key",
    "subscription-key",
    "refresh_token",
    "id-token",
    "client_secret",
    "passwd",
  ]) {
    const address = `https://x.test/?a=1&${name}=`;
    expect(redactUrl(`${address}abc/def&monkey=1&top-secrets=2`)).toBe(
      `${address}[REDACTED:url_query]&monkey=1&top-secrets=2`,
    );
  }
  expect(redactUrl("https://x.test/?a=1&%6bey=abc&%4BEY=d%20e#f")).toBe(
    "https://x.test/?a=1&%6bey=[REDACTED:url_query]&%4BEY=[REDACTED:url_query]#f",
  );
  expect(redactUrl("https://api.openai.com/v1/chat/completions")).toBe("https://api.openai.com/v1/chat/completions");
});
