import type { ResponseObserver } from "../body/observe-response.ts";
import type { CurrentSession } from "../current-session.ts";
import type { Session } from "../session.ts";
import type { Attempt } from "./attempt.ts";
import { isMarked, mark } from "./mark.ts";
import { isResponseLike } from "./shapes.ts";

/** So much of the body of an error is kept. */
const MAX_ERROR_CHARACTERS = 65_536;

/**
 * Makes a client's `fetch` tell of its requests, once for each client: each is an attempt of the call around it, and what
 * happens below is counted there and nowhere else. False when the client has no `fetch` that can be replaced.
 */
export function ownFetch(client: object, current: CurrentSession): boolean {
  const fetch: unknown = Reflect.get(client, "fetch");
  if (typeof fetch !== "function") return false;
  if (isMarked(fetch)) return true;
  const owned = function (this: unknown, ...args: unknown[]): unknown {
    const forward = (): unknown => Reflect.apply(fetch, this, args);
    const session = current();
    const frame = session?.frame;
    if (session === undefined || frame?.call === undefined) return forward();
    const { call } = frame;
    const attempt = session.guard.run("sdk", () => call.attempt(args[0], args[1]));
    if (attempt === undefined) return forward();
    const { place, site, leaf } = frame;
    let result: unknown;
    try {
      result = session.frames.run({ place, call, site, leaf, owned: true }, forward);
    } catch (error) {
      attempt.failed(error);
      throw error;
    }
    if (result instanceof Promise) observe(result, attempt, session);
    return result;
  };
  mark(owned);
  return Reflect.set(client, "fetch", owned);
}

/** Watches the answer's promise, which the SDK gets as it is. */
function observe(result: Promise<unknown>, attempt: Attempt, session: Session): void {
  void result.then(
    (response: unknown) => {
      session.guard.run("sdk", () => answered(attempt, session, response));
    },
    (error: unknown) => attempt.failed(error),
  );
}

function answered(attempt: Attempt, session: Session, response: unknown): void {
  if (!isResponseLike(response)) return;
  attempt.answered(response);
  if (!response.ok) session.responses.observe(response, errorReader(attempt, session));
}

/** Keeps what the SDK reads of an answer that reports an error. One that is tried again is not read at all. */
function errorReader(attempt: Attempt, session: Session): ResponseObserver {
  const decoder = new TextDecoder();
  const keep = (text: string): void => {
    attempt.errorText = ((attempt.errorText ?? "") + text).slice(0, MAX_ERROR_CHARACTERS);
  };
  return {
    whole: (text) => {
      attempt.errorText = text.slice(0, MAX_ERROR_CHARACTERS);
    },
    chunk: (bytes) => {
      session.guard.run("response", () => keep(decoder.decode(bytes, { stream: true })));
    },
    ended: () => undefined,
    cancelled: () => undefined,
    failed: () => undefined,
  };
}
