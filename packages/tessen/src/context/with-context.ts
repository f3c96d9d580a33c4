import { sharedState } from "../capture/state.ts";
import { placeWithin, type ContextMembers } from "./context-members.ts";

/**
 * Runs a function so that every event of it, also of what it begins and awaits, says to which run and agent it belongs:
 * for programs that do not use the framework. Gives what the function gives, and throws what it throws. While nothing
 * records, it only calls the function.
 */
export function withContext<T>(context: ContextMembers, fn: () => T): T {
  const session = sharedState().active?.session;
  if (session === undefined) return fn();
  const { frame, guard, frames } = session;
  const place = guard.run("framework", () =>
    placeWithin(frame.place, context, (problem) => guard.tell("context", problem)),
  );
  return place === undefined ? fn() : frames.run({ ...frame, place }, fn);
}
