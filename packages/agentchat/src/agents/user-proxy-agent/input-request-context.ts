import type { AsyncLocalStorage } from "node:async_hooks";
import { RuntimeError } from "@tesserae/core";

let requests: AsyncLocalStorage<string> | undefined;

/** Runs the function that asks a person, so that it can tell which request it answers. */
export function withRequestId<T>(requestId: string, ask: () => T): T {
  requests ??= new (process.getBuiltinModule("node:async_hooks").AsyncLocalStorage)<string>();
  return requests.run(requestId, ask);
}

/** The id of the request that an input function is answering; an error outside of one. */
export function inputRequestId(): string {
  const requestId = requests?.getStore();
  if (requestId === undefined) {
    throw new RuntimeError(
      "There is no input request here. Ask for its id inside the input function of a UserProxyAgent.",
    );
  }
  return requestId;
}
