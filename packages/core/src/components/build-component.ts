import { isTesseraeError } from "../errors/tesserae-error.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { LookupError, RuntimeError } from "../errors/kinds.ts";
import type { LoadContext } from "./component.ts";
import { ComponentError, type ComponentIssue } from "./component-error.ts";
import type { ReadComponent } from "./read-component.ts";

/** What JSON cannot hold, by kind and name. */
export type Resolvable = { readonly [kind: string]: { readonly [name: string]: unknown } };

/** What went wrong while components were made. */
export interface BuildProblem {
  readonly issue: ComponentIssue;
  readonly code: ErrorCode;
  readonly cause: unknown;
}

/** A message that begins with the place in the config that it is about: `/initial_messages/0 must be …`. */
const PLACED = /^(\/\S*?):? (.*)$/s;

/**
 * Makes a component and those inside of it, the innermost first. What a class refuses is collected; a component is
 * made only when everything in it was.
 */
export async function buildComponent(
  read: ReadComponent,
  resolvable: Resolvable,
  problems: BuildProblem[],
): Promise<object | undefined> {
  const made = new Map<string, object>();
  for (const [pointer, inner] of read.nested) {
    const instance = await buildComponent(inner, resolvable, problems);
    if (instance !== undefined) made.set(pointer, instance);
  }
  if (made.size < read.nested.size) return undefined;
  const context: LoadContext = {
    component: <T extends object>(_value: unknown, pointer: string): Promise<T> => {
      const instance = made.get(pointer);
      // The mark in the schema says which type of component stands there.
      if (instance !== undefined) return Promise.resolve(instance as T);
      return Promise.reject(
        new LookupError(
          `${pointer} is read as a component, but the schema of ${read.definition.provider} does not mark it so.`,
        ),
      );
    },
    resolve: (kind, name) => resolveNamed(kind, name, resolvable),
  };
  try {
    return await read.definition.fromConfig(read.config, context);
  } catch (error) {
    problems.push(...problemsOf(error, `${read.pointer}/config`));
    return undefined;
  }
}

/** The error for what could not be made. */
export function buildError(problems: readonly BuildProblem[]): ComponentError {
  const [first] = problems;
  const issues = problems.map(({ issue }) => issue);
  return new ComponentError(first?.code ?? "ERR_COMPONENT_INVALID", issues, { cause: first?.cause });
}

function problemsOf(error: unknown, pointer: string): readonly BuildProblem[] {
  const code = isTesseraeError(error) && error.code !== "ERR_INVALID_ARGUMENT" ? error.code : "ERR_COMPONENT_INVALID";
  if (error instanceof ComponentError) {
    return error.issues.map((issue) => ({ code, cause: error, issue: { ...issue, pointer: pointer + issue.pointer } }));
  }
  const message = error instanceof Error ? error.message : String(error);
  const [, place = "", rest = message] = PLACED.exec(message) ?? [];
  return [{ code, cause: error, issue: { pointer: pointer + place, message: rest } }];
}

function resolveNamed(kind: string, name: string, resolvable: Resolvable): unknown {
  const named = resolvable[kind];
  if (named !== undefined && Object.hasOwn(named, name)) return named[name];
  throw new RuntimeError(
    `the ${kind} '${name}' is a function, which JSON cannot hold. Give it when loading: { resolve: { ${kind}: { "${name}": … } } }`,
    { code: "ERR_COMPONENT_UNRESOLVED" },
  );
}
