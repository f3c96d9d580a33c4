import { join, relative, sep } from "node:path";
import { isTesseraeError, type CodeBlock } from "@tesserae/core";
import { readFileName, resolveInWorkDir, temporaryFileName, writeCodeFile } from "../shared/code-file.ts";
import { findLanguage } from "../shared/languages.ts";
import { silencePip } from "../shared/silence-pip.ts";
import type { TemporaryFiles } from "../shared/temporary-files.ts";
import type { Container } from "./container.ts";
import { runInContainer, type ExecOptions } from "./exec.ts";

/** What running one block gave, and what is left to do after the last one. */
export interface BlockResult {
  readonly exitCode: number;
  readonly output: string;
  /** The file on this machine. */
  readonly file?: string;
  /** Forgets the temporary file. */
  readonly release?: () => Promise<void>;
}

/** Where a block runs. */
export interface BlockContext {
  readonly container: Container;
  /** The working folder on this machine, with links resolved. */
  readonly folder: string;
  readonly files: TemporaryFiles;
  readonly deleteTmpFiles: boolean;
  readonly exec: ExecOptions;
}

const NOT_FOUND = 127;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The text with a line of its own below it. */
function addLine(text: string, line: string): string {
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${line}`;
}

/** The command that runs a language's files in the image, which has no more than one of each. */
function commandOf(word: string): { readonly command: string; readonly extension: string } | undefined {
  const language = findLanguage(word);
  if (language === undefined || !["python", "bash", "sh"].includes(language.name)) return undefined;
  const [command] = language.commands;
  return command === undefined ? undefined : { command, extension: language.extension };
}

interface WrittenFile {
  readonly path: string;
  readonly release: () => Promise<void>;
}

/** Writes the block's file: the one that its first line names, else a temporary one. */
async function writeFileOf(code: string, extension: string, context: BlockContext): Promise<WrittenFile> {
  const { folder, files, deleteTmpFiles } = context;
  const name = readFileName(code);
  if (name !== undefined) {
    const path = await resolveInWorkDir(folder, name);
    await writeCodeFile(path, code);
    return { path, release: async () => {} };
  }
  const path = join(folder, temporaryFileName(code, extension));
  try {
    await files.enter(path, code);
  } catch (error) {
    await files.leave(path, false);
    throw error;
  }
  return { path, release: () => files.leave(path, deleteTmpFiles) };
}

/** Runs one code block. What the code or its author did wrong is in the result, never an exception. */
export async function runBlock(block: CodeBlock, context: BlockContext): Promise<BlockResult> {
  const { container, folder, exec } = context;
  const language = commandOf(block.language);
  if (language === undefined) {
    return {
      exitCode: 1,
      output: `\nUnsupported language: ${block.language} (this executor runs python, bash, sh, shell)`,
    };
  }
  const code = silencePip(block.code, language.command.startsWith("python") ? "python" : "sh");
  let file: WrittenFile;
  try {
    file = await writeFileOf(code, language.extension, context);
  } catch (error) {
    const text = isTesseraeError(error) ? error.message : `The code cannot be written to its file: ${messageOf(error)}`;
    return { exitCode: 1, output: `\n${text}` };
  }
  const inContainer = relative(folder, file.path).split(sep).join("/");
  try {
    // A name that begins with a hyphen would be read as an option.
    const argument = inContainer.startsWith("-") ? `./${inContainer}` : inContainer;
    const outcome = await runInContainer(container, [language.command, argument], exec);
    let { output } = outcome;
    if (outcome.reason === "timeout") {
      output = addLine(output, `Timeout: the code ran longer than ${exec.timeout} s and was stopped.`);
    } else if (outcome.reason === "cancelled") {
      output = addLine(output, "Code execution was cancelled.");
    } else if (outcome.reason === "failed") {
      output = `\nThe code could not be run: ${output}`;
    } else if (outcome.exitCode === NOT_FOUND && output === "") {
      output = `\nThe image has no timeout or no ${language.command}.`;
    }
    return { exitCode: outcome.exitCode, output, file: file.path, release: file.release };
  } catch (error) {
    await file.release();
    throw error;
  }
}
