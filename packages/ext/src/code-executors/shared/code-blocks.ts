import { ValueError, type CodeBlock } from "@tesserae/core";
import type { CommandLineCodeResult } from "./command-line-code-result.ts";

/** What running one block gave, and what is left to do after the last one. */
export interface BlockResult {
  readonly exitCode: number;
  readonly output: string;
  /** The block's file on this machine. */
  readonly file?: string;
  /** Ends what the block left running, and deletes its file if that is temporary. */
  readonly release?: () => Promise<void>;
}

/** @throws {ValueError} for what is no list of code blocks. */
export function checkBlocks(blocks: readonly CodeBlock[]): void {
  const valid = (block: CodeBlock): boolean => typeof block?.code === "string" && typeof block.language === "string";
  if (Array.isArray(blocks) && blocks.every(valid)) return;
  throw new ValueError("Code blocks are a list of objects with the texts code and language.");
}

/** Runs blocks in order until one fails, releases them all, and joins what they gave. */
export async function runBlocks(
  blocks: readonly CodeBlock[],
  run: (block: CodeBlock) => Promise<BlockResult>,
): Promise<CommandLineCodeResult> {
  const results: BlockResult[] = [];
  try {
    for (const block of blocks) {
      const result = await run(block);
      results.push(result);
      if (result.exitCode !== 0) break;
    }
  } finally {
    await Promise.all(results.map(async (result) => result.release?.()));
  }
  const codeFile = results.find((result) => result.file !== undefined)?.file;
  return {
    exitCode: results.at(-1)?.exitCode ?? 0,
    output: results.map((result) => result.output).join(""),
    ...(codeFile === undefined ? {} : { codeFile }),
  };
}
