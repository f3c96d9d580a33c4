import { relative, sep } from "node:path";
import type { CodeBlock } from "@tesserae/core";
import { writeBlockFile, type BlockFiles } from "../shared/block-file.ts";
import type { BlockResult } from "../shared/code-blocks.ts";
import { findLanguage } from "../shared/languages.ts";
import { silencePip } from "../shared/silence-pip.ts";
import type { Container } from "./container.ts";
import { runInContainer, type ExecOptions } from "./exec.ts";

/** Where a block runs. */
export interface BlockContext {
  readonly container: Container;
  /** In the working folder on this machine, with links resolved. */
  readonly files: BlockFiles;
  readonly exec: ExecOptions;
}

const NOT_FOUND = 127;

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

/** Runs one code block. What the code or its author did wrong is in the result, never an exception. */
export async function runBlock(block: CodeBlock, context: BlockContext): Promise<BlockResult> {
  const { container, files, exec } = context;
  const language = commandOf(block.language);
  if (language === undefined) {
    return {
      exitCode: 1,
      output: `\nUnsupported language: ${block.language} (this executor runs python, bash, sh, shell)`,
    };
  }
  const code = silencePip(block.code, language.command.startsWith("python") ? "python" : "sh");
  const file = await writeBlockFile(code, language.extension, files);
  if ("refused" in file) return { exitCode: 1, output: `\n${file.refused}` };
  const inContainer = relative(files.folder, file.path).split(sep).join("/");
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
