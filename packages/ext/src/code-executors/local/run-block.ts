import type { CodeBlock } from "@tesserae/core";
import { writeBlockFile } from "../shared/block-file.ts";
import type { BlockResult } from "../shared/code-blocks.ts";
import { inferLanguage } from "../shared/infer-language.ts";
import { findLanguage } from "../shared/languages.ts";
import { silencePip } from "../shared/silence-pip.ts";
import type { TemporaryFiles } from "../shared/temporary-files.ts";
import type { LocalExecutorSettings } from "./options.ts";
import { parsesAsPython } from "./python-checks.ts";
import type { LocalSession } from "./session.ts";

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
  const { folder } = session;
  const where = { folder, files: context.files, removeTemporary: settings.cleanupTempFiles };
  const file = await writeBlockFile(code, language.extension, where);
  if ("refused" in file) return { exitCode: 1, output: `\n${file.refused}` };
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
