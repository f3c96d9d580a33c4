import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const REPOSITORY = resolve(import.meta.dirname, "../..");

/** How a tool ended. */
export interface ToolResult {
  readonly code: number;
  /** What it wrote, standard output first, without colours. */
  readonly output: string;
  readonly stdout: string;
}

/** The script of a command that a dependency of the repository brings: `toolPath("typescript", "tsc")`. */
export function toolPath(dependency: string, command: string): string {
  const folder = join(REPOSITORY, "node_modules", dependency);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { bin?: unknown };
  const file = typeof manifest.bin === "string" ? manifest.bin : Reflect.get(Object(manifest.bin), command);
  if (typeof file !== "string") throw new Error(`${dependency} has no command ${command}.`);
  return join(folder, file);
}

/** Runs a command of a dependency with this Node, in the folder `cwd`. It never rejects because the tool fails. */
export function runTool(script: string, args: readonly string[], cwd: string): Promise<ToolResult> {
  return runNode([script, ...args], cwd);
}

/** Runs this Node. */
export function runNode(args: readonly string[], cwd: string): Promise<ToolResult> {
  // Tools that call npm find it where this script was started from; the pinned Node comes first for what npm starts.
  const env = {
    ...process.env,
    NO_COLOR: "1",
    FORCE_COLOR: undefined,
    PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
  };
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      done({ code, output: `${stdout}${stderr}`.trim(), stdout });
    });
  });
}

/** The packages' folders that are not built, as problems. */
export function notBuilt(root: string, folders: readonly string[]): string[] {
  return folders
    .filter((folder) => !existsSync(join(root, folder, "dist")))
    .map((folder) => `${folder} is not built; run \`npm run build\` first`);
}
