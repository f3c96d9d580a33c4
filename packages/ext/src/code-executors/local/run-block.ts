import { join } from "node:path";
import { isTesseraeError, type CodeBlock } from "@tesserae/core";
import { readFileName, resolveInWorkDir, temporaryFileName, writeCodeFile } from "../shared/code-file.ts";
import { inferLanguage } from "../shared/infer-language.ts";
import { findLanguage } from "../shared/languages.ts";
import { silencePip } from "../shared/silence-pip.ts";
import type { LocalExecutorSettings } from "./options.ts";
import { parsesAsPython } from "./python-checks.ts";
import type { LocalSession } from "./session.ts";
import type { TemporaryFiles } from "../shared/temporary-files.ts";

/** What running one block gave, and what is left to do after the last one. */
export interface BlockResult {
  readonly exitCode: number;
  readonly output: string;
  readonly file?: string;
  /** Ends background processes and deletes the temporary file. */
  readonly release?: () => Promise<void>;
}

/** Where a block runs. */
export interface BlockContext {
  readonly session: LocalSession;
  readonly settings: LocalExecutorSettings;
  readonly files: TemporaryFiles;
  readonly signal: AbortSignal;
}

/** Exit codes as shells and `timeout` give them. */
const NOT_FOUND = 127;
const CANCELLED = 125;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The text with a line of its own below it. */
function addLine(text: string, line: string): string {
  return `${text}${text.endsWith("\n") ? "" : "\n"}${line}`;
}

async function languageOf(block: CodeBlock, { session, signal }: BlockContext): Promise<string> {
  const word = block.language.trim();
  if (word !== "") return word;
  try {
    return await inferLanguage(block.code, (code) => parsesAsPython(session, code, signal));
  } catch {
    // Without a Python there is nobody to ask, and nobody to run it.
    return "unknown";
  }
}

interface WrittenFile {
  readonly path: string;
  readonly release: () => Promise<void>;
}

/** Writes the block's file: the one that its first line names, else a temporary one. */
async function writeFileOf(code: string, extension: string, context: BlockContext): Promise<WrittenFile> {
  const { session, settings, files } = context;
  const name = readFileName(code);
  if (name !== undefined) {
    const path = await resolveInWorkDir(session.folder, name);
    await writeCodeFile(path, code);
    return { path, release: async () => {} };
  }
  const path = join(session.folder, temporaryFileName(code, extension));
  const release = (): Promise<void> => files.leave(path, settings.cleanupTempFiles);
  try {
    await files.enter(path, code);
  } catch (error) {
    await files.leave(path, false);
    throw error;
  }
  return { path, release };
}

/** Runs one code block. What the code or its author did wrong is in the result, never an exception. */
export async function runBlock(block: CodeBlock, context: BlockContext): Promise<BlockResult> {
  const { session, settings, signal } = context;
  const word = await languageOf(block, context);
  if (signal.aborted) return { exitCode: CANCELLED, output: "\nCancelled: the code was not run." };
  const language = findLanguage(word);
  if (language === undefined || !settings.allowedLanguages.includes(language.name)) {
    const hint = `this executor runs ${settings.allowedLanguages.join(", ") || "none"}`;
    return { exitCode: 1, output: `\nunknown language ${word} (${hint})` };
  }
  const code = silencePip(block.code, language.name);
  let file: WrittenFile;
  try {
    file = await writeFileOf(code, language.extension, context);
  } catch (error) {
    const text = isTesseraeError(error) ? error.message : `The code cannot be written to its file: ${messageOf(error)}`;
    return { exitCode: 1, output: `\n${text}` };
  }
  let program: string;
  try {
    program = session.command(word);
  } catch (error) {
    return { exitCode: NOT_FOUND, output: `\n${messageOf(error)}`, file: file.path, release: file.release };
  }
  const outcome = await session.run(program, [...language.args, file.path], { signal });
  let output = outcome.stderr + outcome.stdout;
  if (outcome.reason === "timeout") {
    output = addLine(output, `Timeout: the code ran longer than ${settings.timeout} s and was stopped.`);
  } else if (outcome.reason === "cancelled") {
    output = addLine(output, "Cancelled: the code was stopped.");
  } else if (outcome.reason === "failed") {
    output = addLine(output, `The code could not be run: ${messageOf(outcome.error)}`);
  }
  const release = async (): Promise<void> => {
    await outcome.release();
    await file.release();
  };
  return { exitCode: outcome.exitCode, output, file: file.path, release };
}
