import { ValueError } from "@tesserae/core";
import { processEnvironment, readVariable } from "../shared/environment.ts";
import { secondsToMilliseconds } from "../shared/seconds.ts";
import { checkUrlSecrets, maskUrl, trimPath } from "../shared/secret-url.ts";
import { userAgent } from "../shared/user-agent.ts";
import type { AnthropicOptions } from "./options.ts";

/** Where the key is looked for when no option has it. */
export const KEY_VARIABLE = "ANTHROPIC_API_KEY";
const BASE_URL_VARIABLE = "ANTHROPIC_BASE_URL";
const BASE_URL = "https://api.anthropic.com";

/** The version of the API that requests are written in; see `docs/decisions/0024-anthropic-version.md`. */
export const ANTHROPIC_VERSION = "2023-06-01";

/** Where a client's requests go, and with which headers. */
export interface Connection {
  /** Without a slash or `/v1` at its end. */
  readonly baseUrl: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number | null | undefined;
  /** True when there is no key, and the address is the provider's own, which answers nobody without one. */
  readonly keyMissing: boolean;
}

/** Reads the options, then the environment; called once for a client. */
export function readConnection(options: AnthropicOptions): Connection {
  const { environment = processEnvironment() } = options;
  const apiKey = options.apiKey ?? readVariable(environment, KEY_VARIABLE);
  const { "user-agent": agent, ...others } = lowerCase(options.defaultHeaders ?? {});
  const baseUrl = readBaseUrl(options.baseUrl ?? readVariable(environment, BASE_URL_VARIABLE) ?? BASE_URL);
  const headers: Readonly<Record<string, string>> = {
    "content-type": "application/json",
    "user-agent": userAgent(agent),
    "anthropic-version": ANTHROPIC_VERSION,
    ...(apiKey === undefined || apiKey === "" ? {} : { "x-api-key": apiKey }),
    ...others,
  };
  const hasKey = headers["x-api-key"] !== undefined || headers["authorization"] !== undefined;
  return {
    baseUrl,
    headers,
    timeoutMs: secondsToMilliseconds("timeout", options.timeout),
    keyMissing: !hasKey && baseUrl === BASE_URL,
  };
}

/** Header names are the same in any case; the last value counts. */
export function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function readBaseUrl(text: string): string {
  checkUrlSecrets("baseUrl", text);
  const isUrl = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (!isUrl)
    throw new ValueError(`baseUrl is ${JSON.stringify(maskUrl(text))}: it must be an absolute http: or https: URL.`);
  return trimPath(text).replace(/\/v1(?=\?|$)/, "");
}
