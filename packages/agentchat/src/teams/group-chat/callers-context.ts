/**
 * Calls functions in the async context that is the present one now: in a team's runtime an agent then finds what its
 * caller has put there (the span of a request, a user's session), and not what was there when the team was made.
 */
export function callersContext(): <T>(body: () => T) => T {
  const hooks = globalThis.process?.getBuiltinModule?.("node:async_hooks");
  if (hooks === undefined) return callHere;
  const resource = new hooks.AsyncResource("TesseraeRun", { requireManualDestroy: true });
  return (body) => resource.runInAsyncScope(body);
}

function callHere<T>(body: () => T): T {
  return body();
}
