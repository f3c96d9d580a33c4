export { clientFromLlmConfig, type LlmConfigOptions } from "./client-from-llm-config.ts";
