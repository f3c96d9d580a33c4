import { ValueError } from "@tesserae/core";
import { processEnvironment, readVariable } from "../shared/environment.ts";
import { secondsToMilliseconds } from "../shared/seconds.ts";
import { userAgent } from "../shared/user-agent.ts";
import type { AnthropicOptions } from "./options.ts";

/** Where the key is looked for when no option has it. */
export const KEY_VARIABLE = "ANTHROPIC_API_KEY";
const BASE_URL_VARIABLE = "ANTHROPIC_BASE_URL";
const BASE_URL = "https://api.anthropic.com";

/** The version of the API that requests are written in; see `docs/decisions/0005-anthropic-version.md`. */
export const ANTHROPIC_VERSION = "2023-06-01";

/** Where a client's requests go, and with which headers. */
export interface Connection {
  /** Without a slash or `/v1` at its end. */
  readonly baseUrl: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number | null | undefined;
}

/** Reads the options, then the environment; called once for a client. */
export function readConnection(options: AnthropicOptions): Connection {
  const environment = processEnvironment();
  const apiKey = options.apiKey ?? readVariable(environment, KEY_VARIABLE);
  const given = lowerCase(options.defaultHeaders ?? {});
  const { "user-agent": agent, ...others } = given;
  return {
    baseUrl: readBaseUrl(options.baseUrl ?? readVariable(environment, BASE_URL_VARIABLE) ?? BASE_URL),
    headers: {
      "content-type": "application/json",
      "user-agent": userAgent(agent),
      "anthropic-version": ANTHROPIC_VERSION,
      ...(apiKey === undefined || apiKey === "" ? {} : { "x-api-key": apiKey }),
      ...others,
    },
    timeoutMs: secondsToMilliseconds("timeout", options.timeout),
  };
}

/** Header names are the same in any case; the last value counts. */
export function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function readBaseUrl(text: string): string {
  const isUrl = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (!isUrl) throw new ValueError(`baseUrl is ${JSON.stringify(text)}: it must be an absolute http: or https: URL.`);
  return text.replace(/\/+$/, "").replace(/\/v1$/, "");
}
