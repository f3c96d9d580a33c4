import { ValueError } from "@tesserae/core";
import { runProcess, type ProcessOutcome } from "../process/run-process.ts";
import { buildEnvironment, prependFolder } from "../shared/environment.ts";
import { findProgram } from "../shared/find-program.ts";
import { languageToCommand } from "../shared/languages.ts";
import { openWorkFolder } from "../shared/work-folder.ts";
import { isPythonFunction } from "./executor-functions.ts";
import { findNpm, type NpmCommand } from "./find-npm.ts";
import type { LocalExecutorSettings } from "./options.ts";

/** What an executor has between `start` and `stop`: a folder to work in, and an environment to run programs in. */
export interface LocalSession {
  readonly folder: string;
  /** The program that runs a language. Throws a ValueError when none is installed. */
  command(language: string): string;
  /** How npm is started; undefined where there is none. */
  npm(): NpmCommand | undefined;
  run(program: string, args: readonly string[], options?: RunOptions): Promise<ProcessOutcome>;
  /** Removes the folder, if it was a temporary one. */
  close(): Promise<void>;
}

/** What may differ between two programs of a session. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly input?: string;
}

function environmentFor(settings: LocalExecutorSettings, folder: string): NodeJS.ProcessEnv {
  let environment: NodeJS.ProcessEnv = {
    // What was printed before a timeout must not be lost in Python's buffer, and output is read as UTF-8.
    PYTHONUNBUFFERED: "1",
    PYTHONIOENCODING: "utf-8",
    ...buildEnvironment(settings.environment, process.env),
  };
  if (settings.virtualEnvContext !== undefined) {
    environment = prependFolder(environment, "PATH", settings.virtualEnvContext.binPath);
  }
  // A script in a folder further down has that folder on its path, not the working folder.
  return !settings.functions.some(isPythonFunction) ? environment : prependFolder(environment, "PYTHONPATH", folder);
}

/**
 * Opens the working folder and reads the environment, which is read again at the next start.
 *
 * @throws {ValueError} when the working folder cannot be made or written to.
 */
export async function openSession(settings: LocalExecutorSettings): Promise<LocalSession> {
  const { folder, close } = await openWorkFolder(settings.workDir);
  const environment = environmentFor(settings, folder);
  const python = settings.virtualEnvContext?.envExe ?? settings.pythonPath;
  const find = (program: string): string | undefined => findProgram(program, environment);
  return {
    folder,
    command(language) {
      // A Python asked for by its minor version is that one or none.
      if (python === undefined || !/^(?:py|python|python3)$/i.test(language)) return languageToCommand(language, find);
      const found = find(python);
      if (found !== undefined) return found;
      throw new ValueError(`There is no Python to run at ${python}: check virtualEnvContext or pythonPath.`);
    },
    npm: () => findNpm(process.execPath, find),
    run: (program, args, options = {}) =>
      runProcess({
        program,
        args,
        cwd: folder,
        env: environment,
        timeoutMs: settings.timeout * 1000,
        maxOutputBytes: settings.maxOutputBytes,
        interleave: settings.interleave,
        ...options,
      }),
    close,
  };
}
