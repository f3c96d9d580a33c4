import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { installedWith, measureBundle, measureInstantiations, measureUnpacked } from "../../../scripts/lib/measure.ts";
import type { BenchOptions } from "../lib/options.ts";
import { figure, type Suite } from "../lib/report.ts";

const bench = resolve(import.meta.dirname, "../..");
const root = resolve(bench, "..");
const here = (file: string): string => resolve(import.meta.dirname, file);

/** What DESIGN asks for; `budgets.json`, which the gates hold, tells of each raise. */
const BUDGETS = { bundle: 45_000, install: 3_000_000, packages: 4, instantiations: 5000 };

/** Bytes to download and to unpack, packages to trust, types to check: ours and the AI SDK's, for the same program. */
export async function size(_options: BenchOptions): Promise<Suite> {
  const ours = {
    bundle: await measureBundle(join(root, "tests/consumers/budgets/agent-and-teams.js")),
    ...(await installed()),
    instantiations: await instantiations(root, "tests/consumers/instantiations"),
  };
  const peer = {
    bundle: await measureBundle(here("peers/ai-sdk.mjs")),
    ...installedPeer(["ai", "zod"]),
    instantiations: await instantiations(bench, "src/size/peers"),
  };
  const row = (what: string, a: number, b: number, scale = 1): string[] => [
    what,
    figure(a / scale),
    figure(b / scale),
    figure(a / b),
  ];
  return {
    title: "Size",
    note: "An agent with a tool, every team and every condition, against loops over agents of the AI SDK with a tool and zod.",
    table: [
      ["", "Tesserae", "AI SDK", "ratio"],
      row("program, minified and gzipped, kB", ours.bundle, peer.bundle, 1000),
      row("installed, MB", ours.install, peer.install, 1e6),
      row("packages", ours.packages, peer.packages),
      row("type instantiations of a tool and an agent", ours.instantiations, peer.instantiations),
    ],
    verdicts: [
      { what: "program", against: "bytes", value: ours.bundle, most: BUDGETS.bundle },
      { what: "installed", against: "bytes", value: ours.install, most: BUDGETS.install },
      { what: "packages", against: "packages", value: ours.packages, most: BUDGETS.packages },
      { what: "types", against: "instantiations", value: ours.instantiations, most: BUDGETS.instantiations },
    ],
  };
}

/** Types beyond those of a file that imports the schema library alone. */
async function instantiations(folder: string, programs: string): Promise<number> {
  const floor = await measureInstantiations(folder, `${programs}/schema-only.ts`);
  return (await measureInstantiations(folder, `${programs}/tool-and-agent.ts`)) - floor;
}

async function installed(): Promise<{ install: number; packages: number }> {
  const folders = installedWith(root, "@tesserae/agentchat");
  let install = 0;
  for (const folder of folders) install += await measureUnpacked(root, folder);
  return { install, packages: folders.length };
}

/** The same of packages that lie in `bench/node_modules`, with all that they depend on. */
function installedPeer(names: readonly string[]): { install: number; packages: number } {
  const folders = new Set<string>();
  const pending = [...names];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const folder = join(bench, "node_modules", name);
    if (folders.has(folder) || !existsSync(folder)) continue;
    folders.add(folder);
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      readonly dependencies?: Readonly<Record<string, string>>;
    };
    pending.push(...Object.keys(manifest.dependencies ?? {}));
  }
  let install = 0;
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) install += statSync(join(entry.parentPath, entry.name)).size;
    }
  }
  return { install, packages: folders.size };
}
