import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Findings, Gate } from "../lib/gate.ts";
import { type Manifest, readManifest, readPackages } from "../lib/manifests.ts";
import { listFiles, readText } from "../lib/tree.ts";

const PAGE = "docs/dependencies.md";
const LINE = /^[-|*]\s*`(?<name>(?:@[\w.-]+\/)?[\w.-]+)`\s*[:|]\s*(?<reason>.*?)[\s|]*$/gm;
const SHORTEST_REASON = 15;

function dependenciesOf(manifest: Manifest): string[] {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = manifest;
  return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies });
}

/** Every dependency has a line of reason in docs/dependencies.md, and every line a dependency. */
export const dependencies: Gate = {
  name: "dependencies",
  async check(root): Promise<Findings> {
    const own = new Set(readPackages(root).map(({ manifest }) => manifest.name));
    const users = new Map<string, string>();
    for (const file of listFiles(root).filter((each) => /(^|\/)package\.json$/.test(each))) {
      for (const name of dependenciesOf(readManifest(root, file))) if (!own.has(name)) users.set(name, file);
    }
    const page = existsSync(join(root, PAGE)) ? readText(root, PAGE) : "";
    const reasons = new Map([...page.matchAll(LINE)].map(({ groups }) => [groups?.["name"], groups?.["reason"] ?? ""]));
    const problems: string[] = [];
    for (const [name, file] of users) {
      const reason = reasons.get(name);
      if (reason === undefined) problems.push(`${file}: ${name} has no line of reason in ${PAGE}`);
      else if (reason.length < SHORTEST_REASON) problems.push(`${PAGE}: the line of ${name} gives no reason`);
    }
    for (const name of reasons.keys()) {
      if (name !== undefined && !users.has(name)) problems.push(`${PAGE}: nothing depends on ${name}; remove its line`);
    }
    return { problems, note: `${users.size} dependencies` };
  },
};
