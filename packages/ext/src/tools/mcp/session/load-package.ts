import type * as client from "@modelcontextprotocol/client";
import type * as stdio from "@modelcontextprotocol/client/stdio";
import { RuntimeError, isObject } from "@tesserae/core";

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

/**
 * What `load` gives.
 *
 * @throws RuntimeError `ERR_PACKAGE_MISSING` that says how to install the package when it is not there.
 */
export async function orSayWhatIsMissing<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if (!isObject(cause) || cause["code"] !== "ERR_MODULE_NOT_FOUND") throw cause;
    const message = `The package ${name} is not installed, or a package that it needs is not. Run: npm install ${name}`;
    throw new RuntimeError(message, { code: "ERR_PACKAGE_MISSING", cause });
  }
}
