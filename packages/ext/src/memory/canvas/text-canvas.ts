import { ValueError } from "@tesserae/core";
import { loadDiff } from "./load-diff.ts";

/** How many lines stand around a change in a diff. */
const CONTEXT_LINES = 3;
/** How many lines around a change may differ from the file, for a patch to be applied. */
const FUZZ = 2;

/** What begins a snapshot. */
export const SNAPSHOT_BEGIN = "=== CANVAS FILES ===";
const SNAPSHOT_END = "=== END OF CANVAS ===";

/**
 * Text files that several agents write, in memory, with all their revisions. Needs the package `diff` for diffs and patches.
 */
export class TextCanvas {
  /** The texts of each file's revisions, from revision 1 on. */
  readonly #files = new Map<string, string[]>();

  /** Files with the texts of their revisions, oldest first, as {@link TextCanvas.revisions} gives them. */
  constructor(files: Readonly<Record<string, readonly string[]>> = {}) {
    for (const [name, revisions] of Object.entries(files)) {
      if (revisions.length > 0) this.#files.set(name, [...revisions]);
    }
  }

  /** Every file with the texts of its revisions, oldest first. */
  revisions(): Record<string, readonly string[]> {
    return Object.fromEntries(Array.from(this.#files, ([name, revisions]) => [name, [...revisions]]));
  }

  /** Every file's latest revision. */
  listFiles(): Record<string, number> {
    return Object.fromEntries(Array.from(this.#files, ([name, { length }]) => [name, length]));
  }

  /** The latest text of a file; empty when there is no such file. */
  getLatestContent(filename: string): string {
    return this.#files.get(filename)?.at(-1) ?? "";
  }

  /** The text of one revision; empty when there is none. */
  getRevisionContent(filename: string, revision: number): string {
    return revision < 1 ? "" : (this.#files.get(filename)?.[revision - 1] ?? "");
  }

  /**
   * Makes a file, or a new revision of it.
   *
   * @throws ValueError for bytes that are no UTF-8 text.
   */
  addOrUpdateFile(filename: string, newContent: string | Uint8Array): void {
    const text = textOf(newContent);
    const revisions = this.#files.get(filename);
    if (revisions === undefined) this.#files.set(filename, [text]);
    else revisions.push(text);
  }

  /** A unified diff of two revisions; empty when they are equal or not there. */
  getDiff(filename: string, fromRevision: number, toRevision: number): string {
    const before = this.getRevisionContent(filename, fromRevision);
    const after = this.getRevisionContent(filename, toRevision);
    if (before === after) return "";
    const { createTwoFilesPatch, FILE_HEADERS_ONLY } = loadDiff();
    const [from, to] = [`${filename}@r${fromRevision}`, `${filename}@r${toRevision}`];
    const options = { context: CONTEXT_LINES, headerOptions: FILE_HEADERS_ONLY };
    return createTwoFilesPatch(from, to, before, after, undefined, undefined, options);
  }

  /** What changed from each revision of a file to the next, from the first on. */
  getRevisionDiffs(filename: string): readonly string[] {
    const revisions = this.#files.get(filename) ?? [];
    return revisions.slice(1).map((_, index) => this.getDiff(filename, index + 1, index + 2));
  }

  /**
   * Applies a unified diff to the latest revision, as a new one. A change may stand elsewhere than the diff says, and up to
   * two lines around it may differ; of a diff of several files the first is taken, whatever its name.
   *
   * @throws ValueError for a file that is not there, a diff without a change, and one that does not fit.
   */
  applyPatch(filename: string, patchData: string | Uint8Array): void {
    if (!this.#files.has(filename)) {
      throw new ValueError(`The canvas has no file ${JSON.stringify(filename)}: make it first, with update_file.`);
    }
    const { applyPatch, parsePatch } = loadDiff();
    const patch = parsed(parsePatch, textOf(patchData));
    const before = this.getLatestContent(filename);
    const after = applyPatch(before, patch, { fuzzFactor: FUZZ });
    if (after === false) {
      throw new ValueError(
        `The patch does not fit ${JSON.stringify(filename)} (rev ${this.listFiles()[filename] ?? 0}): its lines are not those ` +
          "of the file. Make it anew from the latest text, or replace the file with update_file.",
      );
    }
    this.addOrUpdateFile(filename, after);
  }

  /** Every file's latest text, for a model. */
  getAllContentsForContext(): string {
    const files = Array.from(
      this.#files,
      ([name, texts]) => `File: ${name} (rev ${texts.length}):\n${texts.at(-1) ?? ""}\n`,
    );
    return [SNAPSHOT_BEGIN, ...files, SNAPSHOT_END].join("\n");
  }

  /** Takes out all files. */
  clear(): void {
    this.#files.clear();
  }
}

type Parse = ReturnType<typeof loadDiff>["parsePatch"];

function parsed(parsePatch: Parse, text: string): ReturnType<Parse>[number] {
  let patches: ReturnType<Parse>;
  try {
    patches = parsePatch(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ValueError(`The patch is no unified diff: ${why}`, { cause });
  }
  const [first] = patches;
  if (first !== undefined && first.hunks.length > 0) return first;
  throw new ValueError("The patch is empty: it has no change, which begins with a line such as @@ -1,3 +1,4 @@.");
}

function textOf(content: string | Uint8Array): string {
  if (typeof content === "string") return content;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch (cause) {
    throw new ValueError("A canvas holds text, and these bytes are no UTF-8.", { cause });
  }
}
