import type { Upstream } from "../exchange.ts";
import type { FieldReader } from "./field-reader.ts";

const KINDS: readonly Upstream["kind"][] = ["openai", "anthropic", "openai-compatible"];
const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;
/** Parts of the gateway's own paths, which begin where upstreams are named. */
const TAKEN = new Set(["chat", "responses", "messages", "embeddings", "models", "tessera", "v1"]);

/** An upstream; `undefined` where something that it needs is missing or wrong. */
export function readUpstream(reader: FieldReader): Upstream | undefined {
  const id = reader.custom("id", "lower-case letters, digits and . _ - (at most 64)", (value) =>
    typeof value === "string" && ID.test(value) ? value : undefined,
  );
  if (id !== undefined && TAKEN.has(id)) reader.fail(`cannot be ${id}: it is a part of the gateway's own paths`, "id");
  const kind = reader.oneOf("kind", "openai-compatible", KINDS);
  const baseURL = reader.text("baseURL", undefined);
  const credentialEnv = reader.text("credentialEnv", undefined);
  const allowPrivate = reader.flag("allowPrivate", false);
  const pricesOf = reader.text("pricesOf", undefined);
  for (const name of ["id", "baseURL"]) if (!reader.has(name)) reader.fail("is missing", name);
  reader.end();
  if (id === undefined || baseURL === undefined) return undefined;
  const problem = urlProblem(baseURL, allowPrivate);
  if (problem !== undefined) reader.fail(problem, "baseURL");
  return {
    id,
    kind,
    baseURL: baseURL.replace(/\/+$/, ""),
    ...(credentialEnv === undefined ? {} : { credentialEnv }),
    ...(allowPrivate ? { allowPrivate } : {}),
    ...(pricesOf === undefined ? {} : { pricesOf }),
  };
}

function urlProblem(text: string, allowPrivate: boolean): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return "must be an http or https address, such as https://api.openai.com/v1";
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return "must be an address alone: keys go into the variable that credentialEnv names";
  }
  if (url.protocol === "https:" || allowPrivate) return undefined;
  return "must be https: a server of your own on plain http needs allowPrivate: true";
}
