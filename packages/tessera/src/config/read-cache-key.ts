import { GatewayError } from "./gateway-error.ts";

const KEY_BYTES = 32;
const HEX = /^[0-9a-f]{64}$/i;
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/**
 * The key that the cache is encrypted with on disk, from the environment variable that `cache.encryptionKeyEnv` names;
 * `undefined` where it names none.
 *
 * @throws GatewayError `ERR_INVALID_ARGUMENT` where the variable is not set, or does not hold 32 bytes.
 */
export function readCacheKey(
  variable: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Uint8Array | undefined {
  if (variable === undefined) return undefined;
  const text = environment[variable]?.trim() ?? "";
  const key = Buffer.from(text, HEX.test(text) ? "hex" : "base64");
  if ((HEX.test(text) || BASE64.test(text)) && key.length === KEY_BYTES) return key;
  const what = text === "" ? "is not set" : "does not hold 32 bytes as hexadecimal digits or base64";
  throw new GatewayError(
    "ERR_INVALID_ARGUMENT",
    `The environment variable ${variable}, which cache.encryptionKeyEnv names, ${what}. A key is made by: openssl rand -hex 32`,
  );
}
