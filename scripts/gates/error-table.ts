import { existsSync } from "node:fs";
import { join } from "node:path";
import { CODES_FILE, PAGE_FILE, readCodes, readSections } from "../lib/error-page.ts";
import type { Findings, Gate } from "../lib/gate.ts";
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
    const used = new Map<string, string>();
    for (const file of listFiles(root).filter(isLibrarySource)) {
      if (file === CODES_FILE) continue;
      for (const [, code = ""] of readText(root, file).matchAll(/["'`](ERR_[A-Z0-9_]+)["'`]/g)) used.set(code, file);
    }
    for (const code of codes.keys()) {
      if (!used.has(code)) problems.push(`${CODES_FILE}: ${code} is thrown nowhere; remove the row`);
    }
    for (const [code, file] of used) {
      if (!codes.has(code) && !OF_NODE.test(code))
        problems.push(`${file}: ${code} is not in the table of ${CODES_FILE}`);
    }
    return { problems, note: `${codes.size} codes` };
  },
};
