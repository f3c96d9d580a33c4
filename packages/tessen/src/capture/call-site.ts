import { isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { CallSite } from "../events/tessen-event.ts";

/** Where this package's own code lies. */
const OWN_FOLDER = new URL("..", import.meta.url).href;

/** So far up it is looked for, where nothing else is said. */
const MOST_FRAMES = 24;

/**
 * How many frames above a function the user's line has been, so far. No frame more is asked for at first: each takes its
 * time, and behind the last one the engine would go on with what waits for it.
 */
export interface SiteDepth {
  frames: number;
  /** The frames that are asked for at most: what lies between may be deep. */
  readonly most?: number;
}

const REMEMBERED = 10_000;

/**
 * Finds the innermost line of the user's own code on the stack: of a file outside of `node_modules`, of Node itself and
 * of tessen.
 */
export class CallSites {
  readonly #projectRoot: string;
  /** The paths of scripts as they are shown; null for those that are not the user's. */
  readonly #files = new Map<string, string | null>();

  /** @param projectRoot the folder that paths are shown relative to. */
  constructor(projectRoot: string) {
    this.#projectRoot = projectRoot;
  }

  /**
   * The line below a function that is on the stack. Null where the stack holds none of the user's, as after a timer of
   * an SDK.
   *
   * @param depth of this function; it is brought up to date.
   */
  find(below: CallableFunction, depth: SiteDepth): CallSite | null {
    const few = depth.frames;
    const frames = stackBelow(below, few);
    const near = this.#firstOf(frames);
    if (near !== null || frames.length < few) return near;
    const all = stackBelow(below, depth.most ?? MOST_FRAMES);
    const far = this.#firstOf(all);
    if (far !== null) depth.frames = 1 + all.findIndex((frame) => this.#fileOf(frame.getFileName()) !== null);
    return far;
  }

  #firstOf(frames: readonly NodeJS.CallSite[]): CallSite | null {
    for (const frame of frames) {
      const file = this.#fileOf(frame.getFileName());
      if (file === null) continue;
      const func = frame.getFunctionName();
      return { file, line: frame.getLineNumber() ?? 0, func: func === "" ? null : func };
    }
    return null;
  }

  #fileOf(name: string | null | undefined): string | null {
    if (typeof name !== "string") return null;
    const known = this.#files.get(name);
    if (known !== undefined) return known;
    const file = isUsers(name) ? shown(name, this.#projectRoot) : null;
    if (this.#files.size >= REMEMBERED) this.#files.clear();
    this.#files.set(name, file);
    return file;
  }
}

/**
 * The frames as the engine has them. Half as dear as `util.getCallSites`, which makes an object of each frame; it is
 * asked for with every call.
 */
function stackBelow(below: CallableFunction, count: number): readonly NodeJS.CallSite[] {
  const { stackTraceLimit, prepareStackTrace } = Error;
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = count;
    Error.prepareStackTrace = asTheyAre;
    Error.captureStackTrace(holder, below);
    return Array.isArray(holder.stack) ? holder.stack : [];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    // Undefined rather than gone: to take a property away makes every later use of `Error` slow.
    Error.prepareStackTrace = prepareStackTrace;
  }
}

function asTheyAre(_error: Error, frames: NodeJS.CallSite[]): NodeJS.CallSite[] {
  return frames;
}

function isUsers(name: string): boolean {
  if (name.startsWith("node:") || name.includes("/node_modules/") || name.includes("\\node_modules\\")) return false;
  return !name.startsWith(OWN_FOLDER) && (name.startsWith("file:") || isAbsolute(name));
}

function shown(name: string, projectRoot: string): string {
  const path = name.startsWith("file:") ? fileURLToPath(name) : name;
  const short = relative(projectRoot, path);
  return short.startsWith("..") ? path : short.replaceAll("\\", "/");
}
