import { createContextKey, type Context } from "@opentelemetry/api";
import type { ChannelPlace } from "@tesserae/wire/channels";

/** Where in a run the work of a context is. */
interface Place {
  readonly runId: string;
  readonly path: string;
}

/** A run, a turn of an agent or a composite tool that has not ended. */
export interface OpenScope {
  readonly context: Context;
  readonly name: string;
  readonly kind: string;
  /** The tools that the last model call in it could choose from, as they were shown to the model. */
  tools: readonly unknown[];
}

const PLACE = createContextKey("tesserae place");

/**
 * The scopes of runs that are open, by their paths. A runtime's handler does not run in the async context of the run
 * that its message belongs to, but the payload says where it belongs: that decides what its span is a child of.
 */
export class OpenScopes {
  readonly #open = new Map<string, OpenScope>();

  /** The context that the span of a payload belongs in, given the active one. */
  parentOf(payload: ChannelPlace, active: Context): Context {
    const found = this.#nearest(payload);
    if (found === undefined) return active;
    const place = placeIn(active);
    const isInside =
      place?.runId === payload.runId && isWithin(payload.path, place.path) && place.path.length >= found.path.length;
    return isInside ? active : found.scope.context;
  }

  /** The innermost open scope around a payload. */
  around(payload: ChannelPlace): OpenScope | undefined {
    return this.#nearest(payload)?.scope;
  }

  /** Notes the tools that a model is shown; a call without tools changes nothing. */
  showTools(payload: ChannelPlace, tools: readonly unknown[]): void {
    const scope = tools.length === 0 ? undefined : this.around(payload);
    if (scope !== undefined) scope.tools = tools;
  }

  /** The description that the model was given of a tool. */
  toolDescription(payload: ChannelPlace, name: string): string | undefined {
    for (const path of pathsUp(payload.path)) {
      const tool = this.#open.get(keyOf(payload.runId, path))?.tools.find((each) => textOf(each, "name") === name);
      if (tool !== undefined) return textOf(tool, "description");
    }
    return undefined;
  }

  /** Opens the scope of a payload; gives the context of what happens inside of it. */
  enter(payload: ChannelPlace, { name, kind, context }: Omit<OpenScope, "tools">): Context {
    if (payload.runId === null) return context;
    const place: Place = { runId: payload.runId, path: payload.path };
    const inside = context.setValue(PLACE, place);
    this.#open.set(keyOf(payload.runId, payload.path), { context: inside, name, kind, tools: [] });
    return inside;
  }

  /** Closes the scope that was opened for a payload. */
  leave(payload: ChannelPlace, inside: Context): void {
    const key = keyOf(payload.runId, payload.path);
    if (this.#open.get(key)?.context === inside) this.#open.delete(key);
  }

  #nearest({ runId, path }: ChannelPlace): { readonly scope: OpenScope; readonly path: string } | undefined {
    if (runId === null) return undefined;
    for (const each of pathsUp(path)) {
      const scope = this.#open.get(keyOf(runId, each));
      if (scope !== undefined) return { scope, path: each };
    }
    return undefined;
  }
}

/** A path and those above it, up to `/`. */
function* pathsUp(path: string): Generator<string> {
  for (let at = path.length; at > 1; at = path.lastIndexOf("/", at - 1)) yield path.slice(0, at);
  yield "/";
}

function isWithin(path: string, outer: string): boolean {
  return outer === "/" || path === outer || path.startsWith(`${outer}/`);
}

function keyOf(runId: string | null, path: string): string {
  return `${runId}\n${path}`;
}

function placeIn(context: Context): Place | undefined {
  const value = context.getValue(PLACE);
  // Only `enter` sets it.
  return value === undefined ? undefined : (value as Place);
}

function textOf(value: unknown, key: string): string | undefined {
  const text: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return typeof text === "string" ? text : undefined;
}
