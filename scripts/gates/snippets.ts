import type { Findings, Gate } from "../lib/gate.ts";
import { listPages, readFences, syncPage } from "../lib/snippets.ts";
import { readText } from "../lib/tree.ts";

/** Code in the documentation is a region of a file in `examples/`, which the tests run, and it is up to date. */
export const snippets: Gate = {
  name: "snippets",
  async check(root): Promise<Findings> {
    const pages = listPages(root);
    const problems: string[] = [];
    let count = 0;
    for (const page of pages) {
      const before = readText(root, page);
      count += readFences(before).filter(({ file }) => file !== undefined).length;
      const synced = syncPage(root, page);
      problems.push(...synced.problems);
      if (synced.text !== before) problems.push(`${page}: a snippet differs from its source; run \`npm run sync\``);
    }
    return { problems, note: `${count} snippets on ${pages.length} pages` };
  },
};
