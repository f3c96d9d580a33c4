/**
 * Calls functions in the async context that is the present one now: in a team's runtime an agent then finds what its
 * caller has put there (the span of a request, a user's session), and not what was there when the team was made.
 */
export function callersContext(): <T>(body: () => T) => T {
  return globalThis.process?.getBuiltinModule?.("node:async_hooks")?.AsyncLocalStorage.snapshot() ?? callHere;
}

function callHere<T>(body: () => T): T {
  return body();
}
