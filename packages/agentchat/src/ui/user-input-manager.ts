import { currentRun, raceSignal } from "@tesserae/core";
import { deferred, type Deferred } from "../deferred.ts";
import type { InputFunction } from "../agents/user-proxy-agent/user-proxy-agent.ts";
import { inputRequestId } from "../agents/user-proxy-agent/input-request-context.ts";

/** Milliseconds after which a question that no console has seen is worth a warning. */
const PATIENCE_MS = 2000;

/**
 * Holds a question to a person back until the console has printed everything before it. The console tells it of each
 * request it has seen; requests that are seen before somebody waits for them are remembered. A question that no console
 * sees is waited for until the run is aborted, with a warning that says what is missing.
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
      const warning = setTimeout(warn, PATIENCE_MS);
      try {
        await (isSilentRun() ? nextTask() : raceSignal(this.#event(requestId).promise, signal));
      } finally {
        clearTimeout(warning);
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

function warn(): void {
  process.emitWarning(
    "A person is to be asked, and no console has shown the request: give the run's stream and this manager to " +
      "Console(stream, { userInputManager }), or call notifyEventReceived with the id of its UserInputRequestedEvent.",
    { code: "TESSERAE_INPUT_NOT_SHOWN" },
  );
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
