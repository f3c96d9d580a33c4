import { checkTypes } from "../errors/check-given.ts";
import { ValueError } from "../errors/kinds.ts";
import type { Middleware } from "../effects/middleware.ts";
import { isObject } from "../json.ts";
import type { RunApprovals } from "../tools/tool-policy.ts";

/** The functions of the user's that a run asks, in nested agents and teams too. A resume is given them again. */
export interface RunHooks extends RunApprovals {
  /** Stands around every call of a model or a tool, the first outermost. */
  readonly middleware?: readonly Middleware[] | undefined;
}

/** Those that were given, where there are some. @throws ValueError for what is no middleware. */
export function hooksOf({ toolPolicy, approve, middleware = [] }: RunHooks): RunHooks | undefined {
  checkMiddleware(middleware);
  const none = middleware.length === 0;
  if (toolPolicy === undefined && approve === undefined && none) return undefined;
  checkTypes("function", { toolPolicy, approve });
  return { toolPolicy, approve, middleware: none ? undefined : middleware };
}

const HOOKS = ["modelCall", "toolCall", "turn"];

/** @throws ValueError for what would never be called. */
export function checkMiddleware(list: readonly unknown[]): void {
  if (!Array.isArray(list)) throw new ValueError("The option middleware takes a list of objects.");
  for (const one of list) {
    if (!isObject(one) || !HOOKS.some((name) => typeof one[name] === "function")) {
      throw new ValueError(`A middleware is an object with at least one function of ${HOOKS.join(", ")}.`);
    }
  }
}
