import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

/** All sources of the packages as one text, in which a text that was broken over lines is whole. */
function sources(): string {
  const files = readdirSync(join(ROOT, "packages"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test|\.d)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /\/packages\/[^/]+\/src\//.test(path));
  return files
    .map((path) => readFileSync(path, "utf8"))
    .join("\n")
    .replace(/(["'`])\s*\+\s*["'`]/g, "");
}

/** The parts of a message that are the same whatever it is about: what stands between names, numbers and addresses. */
function fixedParts(message: string): readonly string[] {
  return message
    .split(/…|[.:?!]\s|"[^"]*"|'[^']*'|https?:\S+|[A-Z][A-Z_]+[A-Z]|\(\*+\)|\d+|\/config\/\w+/)
    .map((part) => part.replace(/^[\s.:,]+|[\s.:,]+$/g, ""))
    .filter((part) => part.length >= 8);
}

const page = readFileSync(join(ROOT, "docs", "troubleshooting.md"), "utf8");
/** What is seen, in the headings of the entries: `**…**` at the start of a paragraph. */
const headings = [...page.matchAll(/^\*\*([^]*?)\*\*/gm)].map(([, heading = ""]) => heading);
const quoted = headings
  .flatMap((heading) => [...heading.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text.replaceAll("\n", " ")))
  .filter((text) => !/^(ERR|TESSERAE)_/.test(text));
const codes = [...new Set(page.match(/\b(?:ERR|TESSERAE|TESSEN)_[A-Z_]+\b|\btessera_[a-z_]+\b/g))].filter(
  (code) => code !== "ERR_UNKNOWN_FILE_EXTENSION", // Node's
);
const text = sources();

test("the page has entries", () => {
  expect(quoted.length).toBeGreaterThan(15);
  expect(codes.length).toBeGreaterThan(15);
});

test.each(quoted)("%s is what a program of ours says", (message) => {
  expect(fixedParts(message)).not.toEqual([]);
  expect(fixedParts(message).filter((part) => !text.includes(part))).toEqual([]);
});

test.each(codes)("%s is a name of ours", (code) => {
  expect(text.includes(code)).toBe(true);
});
