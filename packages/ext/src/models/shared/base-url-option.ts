import { ValueError } from "@tesserae/core";

/** The address of a server, in both spellings. */
export interface BaseUrlOptions {
  readonly baseUrl?: string | null | undefined;
  readonly baseURL?: string | null | undefined;
}

/**
 * The options with the address under `baseUrl`. The vendors' SDKs spell it `baseURL`, and so does what the gateway's config
 * functions give: a key that was meant for the gateway must not go to the provider because of a letter.
 *
 * @throws ValueError when both are given and differ.
 */
export function withBaseUrl<Options extends BaseUrlOptions>(options: Options): Options {
  const { baseURL, baseUrl } = options;
  if (baseURL === undefined || baseURL === null) return options;
  if (baseUrl !== undefined && baseUrl !== null && baseUrl !== baseURL) {
    throw new ValueError("baseUrl and baseURL are two spellings of one option, and differ: give one of them.");
  }
  const given = { ...options, baseUrl: baseURL };
  Reflect.deleteProperty(given, "baseURL");
  return given;
}
