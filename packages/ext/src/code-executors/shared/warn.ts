/** The codes of the warnings that code executors emit. A code never changes its meaning. */
export type ExecutorWarningCode =
  | "TESSERAE_CODE_RUNS_UNSANDBOXED"
  | "TESSERAE_WORK_DIR_IS_CURRENT"
  | "TESSERAE_RESTART_DOES_NOTHING"
  | "TESSERAE_FILE_NOT_DELETED"
  | "TESSERAE_CONFIG_INCOMPLETE"
  | "TESSERAE_UNKNOWN_CONFIG_KEY"
  | "TESSERAE_DOCKER_UNAVAILABLE"
  | "TESSERAE_CONTAINER_NOT_STOPPED";

/** Where the codes already told are kept: the process, so that two copies of the package do not tell them twice. */
const TOLD = Symbol.for("tesserae.ext.warned");

/** Emits a process warning. */
export function warn(code: ExecutorWarningCode, text: string, type = "Warning"): void {
  process.emitWarning(text, { code, type });
}

/** Emits a process warning, the first time only in this process. */
export function warnOnce(code: ExecutorWarningCode, text: string, type = "Warning"): void {
  const known: unknown = Reflect.get(process, TOLD);
  const told = known instanceof Set ? known : new Set();
  if (known !== told) Object.defineProperty(process, TOLD, { value: told });
  if (told.has(code)) return;
  told.add(code);
  warn(code, text, type);
}
