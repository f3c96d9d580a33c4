import type { CodeResult } from "@tesserae/core";

/** What running code gave, in words for a model or a person. The fragments that Python's users match on are kept. */
export function executionText({ exitCode, output }: CodeResult): string {
  if (output.trim() === "") {
    return `The code produced no output to console. The POSIX exit code was: ${exitCode}. Print what you want to see.`;
  }
  if (exitCode === 0) return output;
  return `The code exited with an error (POSIX exit code: ${exitCode}).\nOutput:\n${output}`;
}
