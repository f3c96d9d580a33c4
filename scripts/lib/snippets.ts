import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { listFiles, readText } from "./tree.ts";

/**
 * A fence in a page, with what it shows: a region of a file that runs.
 *
 *     ```ts source="examples/first-team.ts#run"
 *     …
 *     ```
 */
export interface Fence {
  readonly language: string;
  /** The path behind `source=`, from the root of the repository, without the region; undefined when there is none. */
  readonly file: string | undefined;
  readonly region: string | undefined;
  readonly body: string;
  readonly line: number;
}

const FENCE = /^```(?<language>\w+)(?<info>[^\n]*)\n(?<body>[\s\S]*?)^```[ \t]*$/gm;
const SOURCE = /source="(?<file>[^"#]+)(?:#(?<region>[\w-]+))?"/;
/** Languages whose snippets must come from files that run. */
const CODE = new Set(["ts", "tsx", "js", "mjs", "typescript", "javascript"]);

/** Every fence of a page of Markdown. */
export function readFences(page: string): Fence[] {
  return [...page.matchAll(FENCE)].map((match) => {
    const { language = "", info = "", body = "" } = match.groups ?? {};
    const source = SOURCE.exec(info)?.groups;
    const line = page.slice(0, match.index).split("\n").length;
    return { language, file: source?.["file"], region: source?.["region"], body, line };
  });
}

/** The lines between `//#region name` and its `//#endregion`, without their common indentation and other markers. */
export function readRegion(source: string, region: string | undefined): string | undefined {
  // The formatter of the pages takes blanks off the ends of lines.
  const lines = source
    .trimEnd()
    .split("\n")
    .map((line) => line.trimEnd());
  const marker = /^\s*\/\/\s?#(?:end)?region\b/;
  if (region === undefined) return `${lines.filter((line) => !marker.test(line)).join("\n")}\n`;
  const start = lines.findIndex((line) => new RegExp(`^\\s*//\\s?#region ${region}\\s*$`).test(line));
  if (start === -1) return undefined;
  let depth = 1;
  let end = start;
  while (depth > 0 && end < lines.length - 1) {
    end += 1;
    if (/#region\b/.test(lines[end] ?? "")) depth += 1;
    else if (/#endregion\b/.test(lines[end] ?? "")) depth -= 1;
  }
  if (depth > 0) return undefined;
  const inside = lines.slice(start + 1, end).filter((line) => !marker.test(line));
  const indents = inside.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const indent = Math.min(...indents);
  return `${inside.map((line) => line.slice(indent)).join("\n")}\n`;
}

/** What is wrong with the fences of a page, and the page with every snippet brought up to date. */
export interface SyncedPage {
  readonly text: string;
  readonly problems: readonly string[];
}

/** Brings the snippets of a page up to date. `file` names the page in problems. */
export function syncPage(root: string, file: string): SyncedPage {
  const page = readText(root, file);
  const problems: string[] = [];
  const text = page.replace(FENCE, (whole: string, language: string, info: string) => {
    const [fence] = readFences(whole);
    const where = `${file}:${page.slice(0, page.indexOf(whole)).split("\n").length}`;
    if (fence?.file === undefined) {
      if (CODE.has(language)) problems.push(`${where}: code without source="examples/…#region": nothing runs it`);
      return whole;
    }
    const source = normalize(fence.file);
    if (!source.startsWith("examples/")) {
      problems.push(`${where}: ${fence.file} is not in examples/, so no test runs it`);
      return whole;
    }
    const region = existsSync(join(root, source)) ? readRegion(readText(root, source), fence.region) : undefined;
    if (region === undefined) {
      problems.push(`${where}: ${fence.file} has no region ${fence.region ?? "(whole file)"}`);
      return whole;
    }
    return `\`\`\`${language}${info}\n${region}\`\`\``;
  });
  return { text, problems };
}

/** The pages of Markdown whose snippets are held up to date. */
export function listPages(root: string): string[] {
  const skipped = /(^|\/)(CHANGELOG\.md|node_modules\/|fixtures\/|recorded\/)|^docs\/api\/|^\.changeset\//;
  return listFiles(root).filter((file) => file.endsWith(".md") && !skipped.test(file) && dirname(file) !== "");
}
