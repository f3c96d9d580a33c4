import { expect, test } from "vitest";
import { checkUrlSecrets, joinUrl, maskUrl, trimPath, urlSecrets } from "./secret-url.ts";

test.each([
  ["https://host/v1", "https://host/v1"],
  ["http://u:p@ss@host/v1", "http://u:**********@host/v1"],
  ["http://token@host", "http://**********@host"],
  ["http://host/v1?a=1&b=&c#d", "http://host/v1?a=**********&b=&c#d"],
  ["http://host/@me?mail=a@b", "http://host/@me?mail=**********"],
  ["", ""],
])("%s is written as %s", (url, masked) => expect(maskUrl(url)).toBe(masked));

test("a masked URL is refused, a real one and none are not", () => {
  expect(() => checkUrlSecrets("baseUrl", maskUrl("http://u:p@h"))).toThrow(/baseUrl is masked/);
  for (const url of ["http://u:p@h?a=b", "", null, undefined]) {
    expect(() => checkUrlSecrets("baseUrl", url)).not.toThrow();
  }
});

test.each([
  ["http://h/v1", "/chat", "http://h/v1/chat"],
  ["http://h/v1/?k=a/", "/chat", "http://h/v1/chat?k=a/"],
  ["http://h?k=a", "/chat?v=1", "http://h/chat?v=1&k=a"],
  ["http://h/v1?#x", "/chat", "http://h/v1/chat"],
])("%s and %s make %s", (base, path, joined) => expect(joinUrl(base, path)).toBe(joined));

test("only slashes of the path are taken off", () => {
  expect(trimPath("http://h/v1//?k=a/")).toBe("http://h/v1?k=a/");
});

test("secrets are known as written and decoded; a version is none", () => {
  expect(urlSecrets("http://u:pw@h/?key=a%2Fb&api-version=2024-06-01")).toEqual(["pw", "a%2Fb", "a/b"]);
  expect(urlSecrets("no url")).toEqual([]);
});
