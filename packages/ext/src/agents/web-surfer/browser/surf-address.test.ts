import { describe, expect, test } from "vitest";
import { checkedAddress, searchAddress, typedAddress } from "./surf-address.ts";

const SEARCH = "https://search.example/?q={q}&again={q}";

describe("what is typed into the address bar", () => {
  test.each([
    ["https://example.com/a b", "https://example.com/a b"],
    ["http://example.com", "http://example.com"],
    ["about:blank", "about:blank"],
    ["file:///etc/hosts", "file:///etc/hosts"],
    ["data:text/html,x y", "data:text/html,x y"],
    [" example.com ", "https://example.com"],
    ["two words", "https://search.example/?q=two+words&again=two+words"],
    ["javascript:alert(1)", "https://javascript:alert(1)"],
  ])("%o leads to %s", (typed, url) => {
    expect(typedAddress(typed, SEARCH)).toBe(url);
  });

  test("a query is encoded", () => {
    expect(searchAddress("a&b=c $& ü", "https://s.example/?q={q}")).toBe(
      "https://s.example/?q=a%26b%3Dc+%24%26+%C3%BC",
    );
  });
});

describe("an address", () => {
  test.each(["https://example.com/", "http://a/", "about:blank", "data:text/plain,x"])("%s may be opened", (url) => {
    expect(checkedAddress(url, false).href).toBe(new URL(url).href);
  });

  test.each([
    "file:///etc/passwd",
    "FILE:///x",
    "javascript:alert(1)",
    "chrome://settings",
    "view-source:http://a",
    "ftp://a",
    "ws://a",
  ])("%s may not", (url) => {
    expect(() => checkedAddress(url, false)).toThrow("out of bounds for the browser");
  });

  test("of a file may be opened where files are allowed", () => {
    expect(checkedAddress("file:///x", true).protocol).toBe("file:");
    expect(() => checkedAddress("nonsense", true)).toThrow("is no address");
  });
});
