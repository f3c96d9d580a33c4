import { emitOnce } from "../../shared/emit-once.ts";

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

/** Emits a process warning. */
export function warn(code: ExecutorWarningCode, text: string, type = "Warning"): void {
  process.emitWarning(text, { code, type });
}

/** Emits a process warning, the first time only in this process. */
export function warnOnce(code: ExecutorWarningCode, text: string, type = "Warning"): void {
  emitOnce(code, text, { code, type });
}
