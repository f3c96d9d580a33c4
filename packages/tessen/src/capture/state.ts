import type { Session } from "./session.ts";
import type { TessenHandle } from "./handle.ts";

/** The recording that runs. */
export interface Active {
  readonly handle: TessenHandle;
  readonly session: Session;
  /** The options it was begun with, to tell another `init` that asks for something else. */
  readonly asked: string;
  /** Patches a client, or a class of clients; false when it is none that is known. */
  readonly instrument: (target: unknown) => boolean;
  /** Ends it at once, with everything on disk. */
  readonly stop: () => void;
}

/** What all copies and versions of tessen in a process (or worker thread) share, so that none records twice. */
export interface SharedState {
  active: Active | undefined;
}

const STATE: unique symbol = Symbol.for("tessen.state.v1");

/** The shared state; made by whoever comes first. */
export function sharedState(): SharedState {
  const found: unknown = Reflect.get(globalThis, STATE);
  if (isState(found)) return found;
  const made: SharedState = { active: undefined };
  Object.defineProperty(globalThis, STATE, { value: made, configurable: true });
  return made;
}

function isState(value: unknown): value is SharedState {
  return typeof value === "object" && value !== null && "active" in value;
}
