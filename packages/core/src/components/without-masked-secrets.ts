import { isObject, type Json } from "../json.ts";
import { MASKED_SECRET } from "./dump.ts";

/** The JSON of a component without masked secrets: what is made of it takes them from the environment. */
export function withoutMaskedSecrets(json: Json): Json {
  if (Array.isArray(json)) return json.map((item: Json) => withoutMaskedSecrets(item));
  if (!isObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json)
      .filter(([, value]) => value !== MASKED_SECRET)
      .map(([key, value]) => [key, withoutMaskedSecrets(value)]),
  );
}
