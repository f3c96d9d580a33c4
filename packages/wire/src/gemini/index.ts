export { createGeminiAssembler, decodeGemini } from "./assembler.ts";
export type { GeminiProviderData } from "./parts.ts";
export type { GeminiContent, GeminiPart, GeminiRequest, GeminiResponse } from "./types.ts";
