export { ACADynamicSessionsCodeExecutor } from "./aca-dynamic-sessions-code-executor.ts";
export type { ACADynamicSessionsCodeExecutorOptions } from "./options.ts";
export type { SessionPoolCredential } from "./session-pool.ts";
