import {
  CancelledError,
  renderPythonFunctionsFile,
  ValueError,
  type FunctionWithRequirementsStr,
} from "@tesserae/core";
import type { ProcessOutcome } from "../process/run-process.ts";
import { resolveInWorkDir, writeCodeFile } from "../shared/code-file.ts";
import { checkFunctionSources } from "./python-checks.ts";
import type { LocalSession } from "./session.ts";

const PIP_INSTALL = ["-m", "pip", "install", "-qqq", "--disable-pip-version-check", "--no-input"];

/** Ends a step of the set-up: nothing if it worked, else the error that says which step failed, and how. */
async function finish(step: string, running: Promise<ProcessOutcome>): Promise<void> {
  const outcome = await running;
  await outcome.release();
  if (outcome.reason === "cancelled") throw new CancelledError(`${step} was cancelled.`);
  if (outcome.reason === "timeout") throw new ValueError(`${step} timed out.`);
  if (outcome.reason === "failed") throw new ValueError(`${step} could not be started.`, { cause: outcome.error });
  if (outcome.exitCode !== 0) {
    throw new ValueError(
      `${step} failed with exit code ${outcome.exitCode}: ${outcome.stderr}${outcome.stdout}`.trimEnd(),
    );
  }
}

/**
 * Makes Python functions importable in a session's folder: checks their sources, writes them to `<module>.py`,
 * installs the packages they need with pip, and imports the module once.
 *
 * @throws {ValueError} when a step fails or takes longer than the executor's timeout.
 * @throws {CancelledError} when the signal is aborted.
 */
export async function setUpFunctions(
  session: LocalSession,
  functions: readonly FunctionWithRequirementsStr[],
  module: string,
  signal: AbortSignal,
): Promise<void> {
  const sources = functions.map((entry) => entry.source);
  await finish("Checking the functions", checkFunctionSources(session, sources, signal));
  try {
    const path = await resolveInWorkDir(session.folder, `${module}.py`);
    await writeCodeFile(path, renderPythonFunctionsFile(functions));
  } catch (error) {
    throw new ValueError(`The functions cannot be written to ${module}.py in ${session.folder}.`, { cause: error });
  }
  const python = session.command("python");
  const packages = [...new Set(functions.flatMap((entry) => entry.pythonPackages))];
  if (packages.length > 0) {
    const install = session.run(python, [...PIP_INSTALL, "--", ...packages], { signal });
    await finish(`Installing ${packages.join(", ")} with pip`, install);
  }
  await finish(`Importing the module ${module}`, session.run(python, ["-c", `import ${module}`], { signal }));
}
