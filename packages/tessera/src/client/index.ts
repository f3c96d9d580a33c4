export {
  type ClientConfig,
  type ConfigOptions,
  type Provider,
  tesseraAnthropicConfig,
  tesseraConfig,
  tesseraOpenAIConfig,
} from "./config.ts";
export { currentWorkload, runWithWorkload } from "./workload-scope.ts";
