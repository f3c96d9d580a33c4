export {
  type ClientConfig,
  type ConfigOptions,
  runWithWorkload,
  tesseraAnthropicConfig,
  tesseraAnthropicConfig as tessera_anthropic_config,
  tesseraConfig,
  tesseraConfig as tessera_config,
  tesseraOpenAIConfig,
  tesseraOpenAIConfig as tessera_openai_config,
} from "@tesserae/tessera/client";
export type { TesseraClient } from "./agent-clients.ts";
export type { TesseraAnthropicOptions, TesseraOpenAIOptions, TesseraOptions, TesseraReport } from "./options.ts";
export {
  tesseraAnthropicClient,
  tesseraAnthropicClient as tessera_anthropic_client,
} from "./tessera-anthropic-client.ts";
export { tesseraOpenAIClient, tesseraOpenAIClient as tessera_openai_client } from "./tessera-openai-client.ts";
