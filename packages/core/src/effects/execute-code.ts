import type { CodeBlock, CodeExecutor, CodeResult } from "../code-executor/code-executor.ts";
import { isTesseraeError } from "../errors/tesserae-error.ts";
import { isObject, type Json } from "../json.ts";
import type { RunContext } from "../run/run-context.ts";
import { effect } from "./effect.ts";
import { withoutUndefined } from "./without-undefined.ts";

/**
 * Runs code blocks: one leaf `exec`. An execution whose outcome a crash left unknown gives exit code 1 and an output
 * that says so.
 */
export async function executeCode(
  context: RunContext,
  executor: CodeExecutor,
  blocks: readonly CodeBlock[],
): Promise<CodeResult> {
  try {
    return await effect<CodeResult>(
      context,
      {
        kind: "exec",
        name: "code",
        repeat: executor.repeat ?? "never",
        request: () => ({
          blocks: blocks.map(({ code, language }) => ({ code, language })),
          executor: withoutUndefined(executor.describe?.() ?? null),
        }),
        codec: { encode: ({ exitCode, output }) => ({ exit_code: exitCode, output }), decode: resultFromJson },
      },
      ({ signal }) => executor.executeCodeBlocks(blocks, signal === undefined ? {} : { signal }),
    );
  } catch (error) {
    if (!isTesseraeError(error, "ERR_EFFECT_IN_DOUBT")) throw error;
    return {
      exitCode: 1,
      output:
        "The program was interrupted while this code ran. Its outcome is unknown: it may have taken effect or not, " +
        "and it was not run again. Find out what happened before you run it again.",
    };
  }
}

function resultFromJson(json: Json): CodeResult {
  const { exit_code: exitCode, output } = isObject(json) ? json : {};
  return { exitCode: Number(exitCode ?? 1), output: typeof output === "string" ? output : "" };
}
