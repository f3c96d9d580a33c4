export { createDefaultCodeExecutor } from "./create-default-code-executor.ts";
export { extractMarkdownCodeBlocks } from "./shared/markdown-blocks.ts";
export { inferLanguage } from "./shared/infer-language.ts";
export type { CommandLineCodeResult } from "./shared/command-line-code-result.ts";
export type { ExecutorWarningCode } from "./shared/warn.ts";
