import { join } from "node:path";
import {
  CancelledError,
  renderPythonFunctionsFile,
  ValueError,
  type FunctionWithRequirementsStr,
} from "@tesserae/core";
import { resolveInWorkDir, writeCodeFile } from "../shared/code-file.ts";
import type { Container } from "./container.ts";
import { runInContainer, type ExecOptions } from "./exec.ts";

const PIP_INSTALL = ["python", "-m", "pip", "install", "-qqq", "--disable-pip-version-check", "--no-input", "--"];

/**
 * Makes Python functions importable in the container: writes them to `<module>.py` in the working folder, installs the
 * packages they need with pip, and imports the module once.
 *
 * @throws {ValueError} when a step fails or takes longer than the executor's timeout.
 * @throws {CancelledError} when the signal is aborted.
 */
export async function setUpFunctions(
  container: Container,
  folder: string,
  functions: readonly FunctionWithRequirementsStr[],
  module: string,
  exec: ExecOptions,
): Promise<void> {
  const step = async (what: string, command: readonly string[]): Promise<void> => {
    const { reason, exitCode, output } = await runInContainer(container, command, exec);
    if (reason === "cancelled") throw new CancelledError(`${what} was cancelled.`);
    if (reason === "timeout") throw new ValueError(`${what} timed out.`);
    if (exitCode !== 0) throw new ValueError(`${what} failed with exit code ${exitCode}: ${output}`.trimEnd());
  };
  try {
    await writeCodeFile(await resolveInWorkDir(folder, `${module}.py`), renderPythonFunctionsFile(functions));
  } catch (error) {
    throw new ValueError(`The functions cannot be written to ${join(folder, module)}.py.`, { cause: error });
  }
  const packages = [...new Set(functions.flatMap((entry) => entry.pythonPackages))];
  if (packages.length > 0) await step(`Installing ${packages.join(", ")} with pip`, [...PIP_INSTALL, ...packages]);
  await step(`Importing the module ${module}`, ["python", "-c", `import ${module}`]);
}
