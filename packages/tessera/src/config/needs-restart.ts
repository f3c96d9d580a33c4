import { isDeepStrictEqual } from "node:util";
import type { Settings } from "./settings.ts";

/** What a gateway takes up when it starts, and cannot change while it runs. */
const AT_START: Readonly<Record<string, (settings: Settings) => unknown>> = {
  "listen.data": ({ listen }) => listen.data,
  "auth.pepperEnv": ({ auth }) => auth.pepperEnv,
  store: ({ store }) => store,
  "cache.maxBytes": ({ cache }) => cache.maxBytes,
  "cache.encryptionKeyEnv": ({ cache }) => cache.encryptionKeyEnv,
  ledger: ({ ledger }) => ledger,
};

/** The settings that differ and hold from the next start on. */
export function needRestart(before: Settings, after: Settings): readonly string[] {
  return Object.entries(AT_START)
    .filter(([, part]) => !isDeepStrictEqual(part(before), part(after)))
    .map(([name]) => name);
}
