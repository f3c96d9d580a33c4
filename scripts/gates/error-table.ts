import { existsSync } from "node:fs";
import { join } from "node:path";
import { CODES_FILE, PAGE_FILE, readCodes, readSections } from "../lib/error-page.ts";
import type { Findings, Gate } from "../lib/gate.ts";
import { blankComments } from "../lib/imports.ts";
import { isLibrarySource, listFiles, readText } from "../lib/tree.ts";

/* Codes of Node's own that our sources compare with. */
const OF_NODE =
  /^ERR_(?:MODULE_NOT_FOUND|INVALID_ARG_\w+|STREAM_\w+|SOCKET_\w+|PACKAGE_\w+|UNSUPPORTED_\w+|HTTP_\w+|SERVER_\w+|CHILD_\w+|IPC_\w+|TLS_\w+|SSL_\w+|HTTP2_\w+|WORKER_\w+|OUT_OF_RANGE|INVALID_URL|UNKNOWN_FILE_EXTENSION|REQUIRE_\w+|DLOPEN_FAILED|NETWORK_\w+)$/;

function compare(codes: ReadonlyMap<string, string>, sections: ReadonlyMap<string, string>): string[] {
  const problems: string[] = [];
  for (const [code, text] of codes) {
    const written = sections.get(code);
    if (written === undefined) problems.push(`${PAGE_FILE}: ${code} is missing; run \`npm run sync\``);
    else if (written !== text)
      problems.push(`${PAGE_FILE}: ${code} says something else than the table; run \`npm run sync\``);
  }
  for (const code of sections.keys()) {
    if (!codes.has(code)) problems.push(`${PAGE_FILE}: ${code} is not in the table of ${CODES_FILE}`);
  }
  return problems;
}

function repeated(entries: readonly (readonly [string, string])[]): string[] {
  return entries
    .filter(([code], index) => entries.findIndex(([other]) => other === code) !== index)
    .map(([code]) => code);
}

/** The codes that the sources write, with a file each; those that end in `_` or stand in `startsWith` are prefixes. */
function readUses(root: string): { codes: Map<string, string>; prefixes: Set<string> } {
  const codes = new Map<string, string>();
  const prefixes = new Set<string>();
  for (const file of listFiles(root).filter(isLibrarySource)) {
    if (file === CODES_FILE) continue;
    const text = blankComments(readText(root, file));
    for (const [, before = "", code = ""] of text.matchAll(/(startsWith\()?["'`](ERR_[A-Z0-9_]+)/g)) {
      if (before !== "" || code.endsWith("_")) prefixes.add(code);
      else codes.set(code, file);
    }
  }
  return { codes, prefixes };
}

function compareWithSources(root: string, codes: ReadonlyMap<string, string>): string[] {
  const used = readUses(root);
  const isUsed = (code: string): boolean =>
    used.codes.has(code) || [...used.prefixes].some((prefix) => code.startsWith(prefix));
  const idle = [...codes.keys()].filter((code) => !isUsed(code));
  const foreign = [...used.codes].filter(([code]) => !codes.has(code) && !OF_NODE.test(code));
  return [
    ...idle.map((code) => `${CODES_FILE}: ${code} is thrown nowhere; remove the row`),
    ...foreign.map(([code, file]) => `${file}: ${code} is not in the table of ${CODES_FILE}`),
  ];
}

/** The table of error codes, the page of the documentation and the codes in the sources are the same set. */
export const errorTable: Gate = {
  name: "error table",
  async check(root): Promise<Findings> {
    if (!existsSync(join(root, CODES_FILE))) return { problems: [], note: "no table" };
    const rows = readCodes(readText(root, CODES_FILE));
    const mentioned = new Set(
      readText(root, CODES_FILE)
        .match(/^ {2}ERR_\w+/gm)
        ?.map((code) => code.trim()),
    );
    const page = existsSync(join(root, PAGE_FILE)) ? readText(root, PAGE_FILE) : "";
    const sections = readSections(page);
    const codes = new Map(rows);
    const problems = compare(codes, new Map(sections));
    for (const code of repeated(sections)) problems.push(`${PAGE_FILE}: ${code} is there twice`);
    for (const code of mentioned) {
      if (!codes.has(code)) problems.push(`${CODES_FILE}: the row of ${code} must be one string in double quotes`);
    }
    problems.push(...compareWithSources(root, codes));
    return { problems, note: `${codes.size} codes` };
  },
};
