import { currentRun, raceSignal } from "@tesserae/core";
import { deferred, type Deferred } from "../deferred.ts";
import type { InputFunction } from "../agents/user-proxy-agent/user-proxy-agent.ts";
import { inputRequestId } from "../agents/user-proxy-agent/input-request-context.ts";

/**
 * Holds a question to a person back until the console has printed everything before it. The console tells it of each
 * request it has seen; requests that are seen before somebody waits for them are remembered.
 */
export class UserInputManager {
  readonly #ask: InputFunction;
  readonly #seen = new Map<string, Deferred<void>>();

  constructor(ask: InputFunction) {
    this.#ask = ask;
  }

  /** The input function for a `UserProxyAgent`. */
  getWrappedCallback(): InputFunction {
    return async (prompt, signal) => {
      const requestId = inputRequestId();
      try {
        await (isSilentRun() ? nextTask() : raceSignal(this.#event(requestId).promise, signal));
      } finally {
        this.#seen.delete(requestId);
      }
      return this.#ask(prompt, signal);
    };
  }

  /** The console has seen the request. */
  notifyEventReceived(requestId: string): void {
    this.#event(requestId).resolve();
  }

  #event(requestId: string): Deferred<void> {
    let event = this.#seen.get(requestId);
    if (event === undefined) {
      event = deferred<void>();
      this.#seen.set(requestId, event);
    }
    return event;
  }
}

/** A run that goes on from a journal does not show again what it has shown: the request may be among that. */
function isSilentRun(): boolean {
  const mode = currentRun()?.session?.mode;
  return mode === "resume" || mode === "fork";
}

/** Lets the console print what has come by now. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
