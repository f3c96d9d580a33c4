export { createOllamaAssembler, decodeOllama } from "./assembler.ts";
export type { OllamaMessage, OllamaRequest, OllamaResponse } from "./types.ts";
