import { describe, expect, test } from "vitest";
import { proxyFor, proxyForAll, proxyFromEnvironment } from "./proxy.ts";

function host(env: Record<string, string>, url: string): string | undefined {
  const settings = proxyFromEnvironment(env);
  const proxy = settings === undefined ? undefined : proxyFor(settings, new URL(url));
  return proxy === undefined ? undefined : `${proxy.hostname}:${proxy.port}`;
}

describe("the environment", () => {
  test("names a proxy for each scheme; lower case goes first; none is none", () => {
    expect(host({}, "https://api.example.com")).toBeUndefined();
    expect(host({ HTTPS_PROXY: "" }, "https://api.example.com")).toBeUndefined();
    const env = { HTTPS_PROXY: "http://secure:1", HTTP_PROXY: "http://plain:2" };
    expect(host(env, "https://api.example.com")).toBe("secure:1");
    expect(host(env, "http://api.example.com")).toBe("plain:2");
    expect(host({ HTTPS_PROXY: "http://secure:1" }, "http://api.example.com")).toBeUndefined();
    expect(host({ HTTPS_PROXY: "http://upper:1", https_proxy: "http://lower:2" }, "https://a")).toBe("lower:2");
  });

  test("may leave out scheme and port", () => {
    expect(host({ HTTPS_PROXY: "proxy.corp" }, "https://a")).toBe("proxy.corp:80");
    expect(host({ HTTPS_PROXY: "proxy.corp:3128" }, "https://a")).toBe("proxy.corp:3128");
    expect(host({ HTTPS_PROXY: "https://proxy.corp" }, "https://a")).toBe("proxy.corp:443");
    expect(host({ HTTPS_PROXY: "http://[::1]:3128" }, "https://a")).toBe("::1:3128");
  });

  test.each(["socks5://proxy:1080", "http://", "::::"])("%j is refused without repeating a password", (value) => {
    expect(() => proxyFromEnvironment({ HTTPS_PROXY: value })).toThrow(/HTTPS_PROXY/);
  });

  test("a user and password become a header", () => {
    const basic = (url: string): string | undefined => proxyForAll(url).https?.authorization;
    expect(basic("http://me:p%40ss@proxy:1")).toBe(`Basic ${Buffer.from("me:p@ss").toString("base64")}`);
    expect(basic("http://me:100%@proxy:1")).toBe(`Basic ${Buffer.from("me:100%").toString("base64")}`);
    expect(basic("http://proxy:1")).toBeUndefined();
  });

  test.each([
    "http://localhost:11434",
    "http://127.0.0.1:1",
    "http://127.8.8.8",
    "http://[::1]:9",
    "http://a.localhost",
  ])("%s is on this machine and asked directly", (url) => {
    expect(host({ HTTP_PROXY: "http://proxy:1" }, url)).toBeUndefined();
    expect(proxyFor(proxyForAll("http://proxy:1"), new URL(url))).toBeDefined();
  });
});

describe("NO_PROXY", () => {
  test.each([
    ["*", "https://api.example.com", true],
    ["example.com", "https://example.com", true],
    ["example.com", "https://api.example.com", true],
    ["example.com", "https://badexample.com", false],
    [".example.com", "https://api.example.com", true],
    ["*.example.com", "https://api.example.com", true],
    ["EXAMPLE.com", "https://example.com", true],
    ["other, example.com", "https://example.com", true],
    ["other example.com", "https://example.com", true],
    ["example.com:443", "https://example.com", true],
    ["example.com:8443", "https://example.com", false],
    ["example.com:8443", "https://example.com:8443", true],
    ["10.0.0.1", "https://10.0.0.1", true],
    ["[fe80::1]:443", "https://[fe80::1]", true],
    ["fe80::1", "https://[fe80::1]", true],
    ["", "https://example.com", false],
    [", ,", "https://example.com", false],
    [".", "https://example.com", false],
  ])("%j and %s: direct is %s", (rules, url, direct) => {
    expect(host({ HTTPS_PROXY: "http://proxy:1", NO_PROXY: rules }, url) === undefined).toBe(direct);
  });
});
