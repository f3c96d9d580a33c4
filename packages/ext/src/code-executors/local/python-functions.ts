import { renderPythonFunctionsFile, ValueError, type FunctionWithRequirementsStr } from "@tesserae/core";
import { resolveInWorkDir, writeCodeFile } from "../shared/code-file.ts";
import { checkFunctionSources } from "./python-checks.ts";
import type { LocalSession } from "./session.ts";
import { finish } from "./set-up-step.ts";

const PIP_INSTALL = ["-m", "pip", "install", "-qqq", "--disable-pip-version-check", "--no-input"];

/**
 * Makes Python functions importable in a session's folder: checks their sources, writes them to `<module>.py`,
 * installs the packages they need with pip, and imports the module once.
 *
 * @throws {ValueError} when a step fails or takes longer than the executor's timeout.
 * @throws {CancelledError} when the signal is aborted.
 */
export async function setUpPythonFunctions(
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
