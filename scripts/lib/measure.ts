import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { type Manifest, readManifest, readPackages } from "./manifests.ts";
import { runTool, toolPath } from "./run-tool.ts";

/** The size of a program with all it imports, minified and gzipped, in bytes. Node's own modules stay outside. */
export async function measureBundle(entry: string): Promise<number> {
  const bundle = await rolldown({ input: entry, platform: "node", external: /^node:/ });
  try {
    const { output } = await bundle.generate({ format: "esm", minify: true });
    const chunks = output.map((each) => (each.type === "chunk" ? each.code : ""));
    return gzipSync(chunks.join("\n"), { level: 9 }).length;
  } finally {
    await bundle.close();
  }
}

/** The folders of a package and of everything that is installed with it, as found in `node_modules`. */
export function installedWith(root: string, name: string): string[] {
  const own = new Map(readPackages(root).map(({ folder, manifest }) => [manifest.name, folder]));
  const folders = new Map<string, string>();
  const pending = [name];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (folders.has(next)) continue;
    const folder = own.get(next) ?? `node_modules/${next}`;
    if (!existsSync(join(root, folder))) throw new Error(`${next} is not installed.`);
    folders.set(next, folder);
    const manifest: Manifest = readManifest(root, `${folder}/package.json`);
    pending.push(...Object.keys(manifest.dependencies ?? {}));
  }
  return [...folders.values()];
}

/** The bytes that an installation of a folder unpacks: what `npm pack` would put into the tarball. */
export async function measureUnpacked(root: string, folder: string): Promise<number> {
  if (folder.startsWith("node_modules/")) return sizeOf(join(root, folder));
  const child = spawn("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: join(root, folder),
    stdio: ["ignore", "pipe", "ignore"],
    shell: process.platform === "win32",
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  await once(child, "close");
  const size = /"unpackedSize":\s*(?<bytes>\d+)/.exec(output)?.groups?.["bytes"];
  if (size === undefined) throw new Error(`npm pack says nothing about ${folder}.`);
  return Number(size);
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

async function timeOfNode(args: readonly string[], cwd: string): Promise<number> {
  const begin = process.hrtime.bigint();
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk) => (errors += String(chunk)));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${String(code)}: ${errors.trim()}`);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

/**
 * What a program takes beyond an empty Node, as a share of the empty Node's time. The two alternate, and of each the
 * fastest of `rounds` counts: a busy machine only makes a process slower.
 */
export async function measureStart(program: string, cwd: string, rounds = 12): Promise<number> {
  const empty = join(cwd, "node_modules", ".cache", "empty.mjs");
  mkdirSync(join(empty, ".."), { recursive: true });
  writeFileSync(empty, "");
  let [best, floor] = [Infinity, Infinity];
  for (let round = 0; round < rounds; round += 1) {
    floor = Math.min(floor, await timeOfNode([empty], cwd));
    best = Math.min(best, await timeOfNode([program], cwd));
  }
  return (best - floor) / floor;
}

/** How many types the compiler instantiates for a file, in one thread: the count of several threads is not stable. */
export async function measureInstantiations(root: string, file: string): Promise<number> {
  const folder = join(root, "node_modules", ".cache", "instantiations");
  mkdirSync(folder, { recursive: true });
  const compilerOptions = {
    target: "ES2023",
    module: "NodeNext",
    types: [],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  };
  const lib = ["ES2023", "DOM", "ESNext.Disposable"];
  const tsconfig = join(folder, "tsconfig.json");
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions: { ...compilerOptions, lib }, files: [join(root, file)] }));
  const args = ["-p", tsconfig, "--extendedDiagnostics", "--singleThreaded", "--pretty", "false"];
  const { code, output } = await runTool(toolPath("typescript", "tsc"), args, root);
  rmSync(folder, { recursive: true, force: true });
  const count = /^Instantiations:\s+(?<count>\d+)/m.exec(output)?.groups?.["count"];
  if (code !== 0 || count === undefined) throw new Error(`${file} does not compile: ${output.split("\n")[0] ?? ""}`);
  return Number(count);
}

/** The text of a JSON file. */
export function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
