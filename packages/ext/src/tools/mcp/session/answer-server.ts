import type { Client, ClientCapabilities } from "@modelcontextprotocol/client";
import { errorToText, type JsonObject } from "@tesserae/core";
import type { McpCallbacks } from "./callbacks.ts";
import type { McpSdk } from "./load-package.ts";

/** JSON-RPC's codes for what cannot be asked here, and for what went wrong. */
const INVALID_REQUEST = -32_600;
const METHOD_NOT_FOUND = -32_601;
const INTERNAL_ERROR = -32_603;

/** What the server is told that it may ask. */
export function capabilitiesOf(callbacks: McpCallbacks): ClientCapabilities {
  return {
    ...(callbacks.samplingCallback === undefined ? {} : { sampling: {} }),
    ...(callbacks.elicitationCallback === undefined ? {} : { elicitation: { form: {} } }),
    ...(callbacks.listRootsCallback === undefined ? {} : { roots: {} }),
  };
}

/** Lets the callbacks answer what the server asks; the rest is refused in the protocol's words. */
export function answerWith(client: Client, callbacks: McpCallbacks, sdk: McpSdk): void {
  const { samplingCallback, elicitationCallback, listRootsCallback } = callbacks;
  const attempt = async <T>(feature: string, callback: () => Promise<T>): Promise<T> => {
    try {
      return await callback();
    } catch (error) {
      throw new sdk.ProtocolError(INTERNAL_ERROR, `${feature} failed: ${errorToText(error)}`);
    }
  };
  if (samplingCallback !== undefined) {
    client.setRequestHandler("sampling/createMessage", async ({ params }, { mcpReq: { signal } }) => {
      const result = await attempt("Sampling", () => samplingCallback(params, { signal }));
      const { model, content, stopReason } = result;
      return { role: "assistant", model, content, ...(stopReason === undefined ? {} : { stopReason }) };
    });
  }
  if (elicitationCallback !== undefined) {
    client.setRequestHandler("elicitation/create", async ({ params }, { mcpReq: { signal } }) => {
      const { message } = params;
      // A schema came as JSON.
      const asked =
        "requestedSchema" in params ? { message, requestedSchema: params.requestedSchema as JsonObject } : { message };
      const { action, content } = await attempt("Elicitation", () => elicitationCallback(asked, { signal }));
      if (content === undefined) return { action };
      const mutable = Object.entries(content).map(([name, value]) => [
        name,
        typeof value === "object" ? [...value] : value,
      ]);
      return { action, content: Object.fromEntries(mutable) as Record<string, string | number | boolean | string[]> };
    });
  }
  if (listRootsCallback !== undefined) {
    client.setRequestHandler("roots/list", async (_request, { mcpReq: { signal } }) => {
      const roots = await attempt("Listing roots", () => listRootsCallback({ signal }));
      return { roots: roots.map(({ uri, name }) => (name === undefined ? { uri } : { uri, name })) };
    });
  }
  client.fallbackRequestHandler = ({ method }) => {
    const missing = PARTS[method];
    if (missing === undefined) throw new sdk.ProtocolError(METHOD_NOT_FOUND, `Method not found: ${method}`);
    throw new sdk.ProtocolError(INVALID_REQUEST, `This client has no ${missing}.`);
  };
}

/** What must be there for the protocol's requests to a client. */
const PARTS: { readonly [method: string]: string | undefined } = {
  "sampling/createMessage": "sampler",
  "elicitation/create": "elicitor",
  "roots/list": "provider of roots",
};
