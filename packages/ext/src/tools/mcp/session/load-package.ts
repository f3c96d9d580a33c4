import type * as client from "@modelcontextprotocol/client";
import type * as stdio from "@modelcontextprotocol/client/stdio";
import { orSayWhatIsMissing } from "../../../shared/or-say-what-is-missing.ts";

/** The package that the sessions are built on. */
export type McpSdk = typeof client;

/** Loads the client of the protocol: on first use, so that who has no server pays nothing. */
export function loadMcpSdk(): Promise<McpSdk> {
  return orSayWhatIsMissing("@modelcontextprotocol/client", () => import("@modelcontextprotocol/client"));
}

/** Loads what starts servers. */
export function loadMcpStdio(): Promise<typeof stdio> {
  return orSayWhatIsMissing("@modelcontextprotocol/client", () => import("@modelcontextprotocol/client/stdio"));
}
