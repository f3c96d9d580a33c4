import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { isPythonIdentifier, ValueError, type FunctionWithRequirementsStr, type Repeat } from "@tesserae/core";
import type { SessionPoolCredential } from "./session-pool.ts";

/** Options of {@link ACADynamicSessionsCodeExecutor}. */
export interface ACADynamicSessionsCodeExecutorOptions {
  /** The address of the session pool, as the portal shows it. */
  readonly poolManagementEndpoint: string;
  /** Where tokens come from, such as `new DefaultAzureCredential()` of `@azure/identity`. */
  readonly credential: SessionPoolCredential;
  /** Longest run of one code block, in seconds, at least 1. Default 60. */
  readonly timeout?: number;
  /** The folder on this machine that files are uploaded from and downloaded to. Default: a temporary folder. */
  readonly workDir?: string;
  /** Python functions that the code finds defined. Default none. */
  readonly functions?: readonly FunctionWithRequirementsStr[];
  /** What the functions' module would be called; they are defined in the session itself. Default `"functions"`. */
  readonly functionsModule?: string;
  /** Leave out the value of a block's last expression. Default false. */
  readonly suppressResultOutput?: boolean;
  /** The session: whoever names the same one shares its files and variables. Default: a random one. */
  readonly sessionId?: string;
  /** What resuming a run does with an execution that had begun and not ended. Default `"never"`: not run again. */
  readonly repeat?: Repeat;
}

/** Options with their defaults, checked. */
export interface SessionSettings {
  readonly poolManagementEndpoint: string;
  readonly timeout: number;
  readonly workDir: string | undefined;
  readonly functions: readonly FunctionWithRequirementsStr[];
  readonly suppressResultOutput: boolean;
  readonly sessionId: string;
  readonly repeat: Repeat;
}

const REPEATS: readonly unknown[] = ["safe", "never", "ask"] satisfies Repeat[];

function check(holds: boolean, option: string, value: unknown, allowed: string): void {
  if (holds) return;
  throw new ValueError(`The option ${option} is ${JSON.stringify(value) ?? String(value)}; it must be ${allowed}.`);
}

/** @throws {ValueError} naming the first option that cannot be used. */
export function resolveSessionOptions(options: ACADynamicSessionsCodeExecutorOptions): SessionSettings {
  const { poolManagementEndpoint, timeout = 60, workDir, functions = [], functionsModule = "functions" } = options;
  const { credential, suppressResultOutput = false, sessionId = randomUUID(), repeat = "never" } = options;
  check(typeof credential?.getToken === "function", "credential", typeof credential, "an object with getToken(scope)");
  check(Number.isFinite(timeout) && timeout >= 1, "timeout", timeout, "a number of seconds, 1 or more");
  check(
    workDir === undefined || (typeof workDir === "string" && workDir !== ""),
    "workDir",
    workDir,
    "the path of a folder",
  );
  check(isPythonIdentifier(functionsModule), "functionsModule", functionsModule, "a Python identifier");
  const python = Array.isArray(functions) && functions.every((entry) => "pythonPackages" in entry);
  check(python, "functions", functions, "a list of what FunctionWithRequirementsStr.fromString gives");
  check(typeof suppressResultOutput === "boolean", "suppressResultOutput", suppressResultOutput, "true or false");
  check(typeof sessionId === "string" && sessionId !== "", "sessionId", sessionId, "a text that is not empty");
  check(REPEATS.includes(repeat), "repeat", repeat, '"safe", "never" or "ask"');
  return {
    poolManagementEndpoint,
    timeout,
    workDir: workDir === undefined ? undefined : resolve(workDir),
    functions: [...functions],
    suppressResultOutput,
    sessionId,
    repeat,
  };
}
