import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const BIN = resolve(import.meta.dirname, "../../packages/tesserae/bin");

/** A small copy of the repository: the real launcher beside a `main` of the test's own. */
export interface Clone extends AsyncDisposable {
  readonly root: string;
  /** The launcher to start. */
  readonly launcher: string;
}

/** What to put into the copy. */
export interface CloneOptions {
  /** The source of `src/main.ts`, in a clone. */
  readonly source?: string;
  /** The source of `dist/main.js`, in an installed package. */
  readonly dist?: string;
  /** The name in the root's `package.json`; another name than the workspace's makes it an installed package. */
  readonly rootName?: string;
  /** Puts a pinned Node into `node_modules`: a link to the running one, or a file that cannot start. */
  readonly pinned?: "running" | "broken";
}

/** Lays out a clone, or an installed package, in a temporary folder. */
export async function makeClone(options: CloneOptions): Promise<Clone> {
  const root = await mkdtemp(join(tmpdir(), "tesserae-launcher-"));
  const folder = join(root, "packages", "tesserae");
  await cp(BIN, join(folder, "bin"), { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const name = options.rootName ?? "tesserae-workspace";
  await writeFile(join(root, "package.json"), JSON.stringify({ name, optionalDependencies: { "node-of-test": "1" } }));
  if (options.source !== undefined) await writeInto(join(folder, "src"), "main.ts", options.source);
  if (options.dist !== undefined) await writeInto(join(folder, "dist"), "main.js", options.dist);
  if (options.pinned !== undefined) await pin(join(root, "node_modules", "node-of-test", "bin"), options.pinned);
  return {
    root,
    launcher: join(folder, "bin", "tesserae.js"),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

async function writeInto(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), text);
}

async function pin(folder: string, kind: "running" | "broken"): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, "node");
  if (kind === "running") return symlink(process.execPath, file);
  await writeFile(file, "#!/nonexistent/interpreter\n");
  await chmod(file, 0o755);
}

/** Starts the launcher; `pretend` makes it believe that it runs on that Node version. */
export function start(clone: Clone, args: readonly string[], pretend?: string): ChildProcess {
  const preload = join(import.meta.dirname, "pretend-version.cjs");
  const flags = pretend === undefined ? [] : ["--require", preload];
  const env = { ...process.env, PRETEND_NODE_VERSION: pretend };
  return spawn(process.execPath, [...flags, clone.launcher, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
}

/** How a process ended, and what it wrote. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the launcher to its end. */
export async function run(clone: Clone, args: readonly string[], pretend?: string): Promise<Outcome> {
  return finish(start(clone, args, pretend));
}

/** Waits for the end of a process and collects what it writes until then. */
export async function finish(child: ChildProcess): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => (stdout += String(chunk)));
  child.stderr?.on("data", (chunk) => (stderr += String(chunk)));
  await once(child, "close");
  return { code: child.exitCode, signal: child.signalCode, stdout, stderr };
}

/** Waits until the process has written `text` to its standard output. */
export async function sees(child: ChildProcess, text: string): Promise<string> {
  let seen = "";
  return new Promise((done, failed) => {
    child.stdout?.on("data", (chunk) => {
      seen += String(chunk);
      if (seen.includes(text)) done(seen);
    });
    child.once("close", () => failed(new Error(`ended before it wrote ${JSON.stringify(text)}: ${seen}`)));
  });
}
