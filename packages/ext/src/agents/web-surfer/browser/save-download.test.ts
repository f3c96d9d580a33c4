import { expect, test } from "vitest";
import { safeName } from "./save-download.ts";

test.each([
  ["report.pdf", "report.pdf"],
  ["../../etc/passwd", "passwd"],
  [String.raw`..\..\evil.exe`, "evil.exe"],
  ["/absolute", "absolute"],
  [".bashrc", "bashrc"],
  ["..", "download_"],
  ["", "download_"],
  ["con.txt", "download_con.txt"],
  ["a\u0000b\n.txt", "a_b_.txt"],
  ["name. ", "name"],
  ["a:b|c?.txt", "a_b_c_.txt"],
])("a download named %o is kept as %s", (suggested, name) => {
  expect(safeName(suggested)).toBe(name);
});

test("a name that is too long keeps its end", () => {
  expect(safeName(`${"a".repeat(500)}.txt`)).toMatch(/^a{146}\.txt$/);
});
