import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const NEVER = new Set(["node_modules", "dist", ".git", ".venv", "coverage"]);

/**
 * The files of the repository, as sorted paths with `/`, relative to `root`: those that git tracks or would track, so
 * that a new file is looked at before it is committed. Without git, all files but installed and built ones.
 */
export function listFiles(root: string): string[] {
  if (!existsSync(join(root, ".git"))) return walk(root, "").sort();
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const listed = execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const files = new Set(listed.split("\0").filter((file) => file !== "" && existsSync(join(root, file))));
  return [...files].sort();
}

function walk(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (NEVER.has(entry.name)) return [];
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? walk(root, path) : [path];
  });
}

/** The text of a file of the repository. */
export function readText(root: string, file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** True for files that a tool wrote or that were recorded: no rule for written code applies to them. */
export function isGenerated(file: string): boolean {
  return /(^|\/)(generated|fixtures|recorded|__snapshots__)\/|\.generated\.ts$|package-lock\.json$|^docs\/api\//.test(
    file,
  );
}

/** True for the sources of a package that users import: no tests, nothing generated. */
export function isLibrarySource(file: string): boolean {
  return /^packages\/[^/]+\/src\/.*\.tsx?$/.test(file) && !/\.(test|test-d)\.tsx?$/.test(file) && !isGenerated(file);
}
