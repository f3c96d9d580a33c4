import { isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { getCallSites } from "node:util";
import type { CallSite } from "../events/tessen-event.ts";

/** Where this package's own code lies. */
const OWN_FOLDER = new URL("..", import.meta.url).href;

/** How far up the stack is looked: an SDK's helpers take a handful of frames. */
const FRAMES = 16;

/**
 * The innermost line of the user's own code on the stack: a file outside of `node_modules`, of Node itself and of
 * tessen. Null where the stack holds none, as after a timer of an SDK.
 */
export function callSiteOf(projectRoot: string): CallSite | null {
  for (const frame of getCallSites(FRAMES)) {
    const name = frame.scriptName;
    if (name === "" || name.startsWith("node:") || name.includes("/node_modules/")) continue;
    if (name.startsWith(OWN_FOLDER) || name.includes("\\node_modules\\")) continue;
    const path = name.startsWith("file:") ? fileURLToPath(name) : name;
    if (!isAbsolute(path)) continue;
    const short = relative(projectRoot, path);
    return {
      file: short.startsWith("..") ? path : short.replaceAll("\\", "/"),
      line: frame.lineNumber,
      func: frame.functionName === "" ? null : frame.functionName,
    };
  }
  return null;
}
