import type { FunctionWithRequirements, FunctionWithRequirementsStr } from "@tesserae/core";
import { setUpJavaScriptFunctions } from "./javascript-functions.ts";
import { setUpPythonFunctions } from "./python-functions.ts";
import type { LocalSession } from "./session.ts";

/** A function that code may import: Python's as text, JavaScript's as a function. */
export type ExecutorFunction = FunctionWithRequirementsStr | FunctionWithRequirements;

/** True for one of Python. */
export function isPythonFunction(entry: ExecutorFunction): entry is FunctionWithRequirementsStr {
  return "pythonPackages" in entry;
}

/** The functions by language. */
export function splitFunctions(functions: readonly ExecutorFunction[]): {
  readonly python: readonly FunctionWithRequirementsStr[];
  readonly javaScript: readonly FunctionWithRequirements[];
} {
  const javaScript = functions.filter((entry): entry is FunctionWithRequirements => !isPythonFunction(entry));
  return { python: functions.filter(isPythonFunction), javaScript };
}

/**
 * Makes the functions importable in a session's folder, each by the code of its language.
 *
 * @throws {ValueError} when a step fails or takes longer than the executor's timeout.
 * @throws {CancelledError} when the signal is aborted.
 */
export async function setUpFunctions(
  session: LocalSession,
  functions: readonly ExecutorFunction[],
  module: string,
  signal: AbortSignal,
): Promise<void> {
  const { python, javaScript } = splitFunctions(functions);
  if (python.length > 0) await setUpPythonFunctions(session, python, module, signal);
  if (javaScript.length > 0) await setUpJavaScriptFunctions(session, javaScript, module, signal);
}
