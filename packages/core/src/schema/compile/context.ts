import type { Check } from "./check.ts";
import type { SchemaDocument } from "./document.ts";
import type { Run } from "./run.ts";

/** What to do with keys that an object's schema does not know; see `CompileOptions.unknownKeys`. */
export type UnknownKeys = "ignore" | "strip" | "error" | "collect";

/** A reference's target, compiled once. */
export interface ReferenceSlot {
  check: Check | undefined;
}

/** What compiling one schema needs throughout. */
export interface CompileContext {
  readonly document: SchemaDocument;
  readonly run: Run;
  readonly coerce: boolean;
  readonly defaults: boolean;
  readonly unknownKeys: UnknownKeys | undefined;
  readonly unknownFormats: "ignore" | "error";
  readonly references: Map<string, ReferenceSlot>;
  /** Compiles the schema at a place. */
  readonly compile: (schema: unknown, place: Place) => Check;
}

/** Where in the schema the compiler is. */
export interface Place {
  /** RFC 6901 pointer into the schema. */
  readonly pointer: string;
  /** Schemas entered from the root, by keyword or reference. */
  readonly depth: number;
  /** True when an enclosing schema of the same value already looks after unknown keys. */
  readonly covered: boolean;
  /** Pointers of the schemas that look at this same value and lead here: a reference back to one of them never ends. */
  readonly same: readonly string[];
}

/** The place of a schema that looks at a part of the value (a property, an item). */
export function inside(place: Place, steps: string): Place {
  return { pointer: place.pointer + steps, depth: place.depth + 1, covered: false, same: [] };
}

/** The place of a schema that looks at the same value. */
export function beside(place: Place, steps: string, covered: boolean): Place {
  return { pointer: place.pointer + steps, depth: place.depth + 1, covered, same: place.same };
}
