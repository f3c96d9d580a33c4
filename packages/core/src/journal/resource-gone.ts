import { TesseraeError } from "../errors/tesserae-error.ts";
import type { Ask } from "./ask.ts";

/** The error of a resource that a resumed run cannot open again. */
export function resourceGone({ address, spec }: Ask, error: unknown): TesseraeError {
  const message = error instanceof Error ? error.message : String(error);
  return new TesseraeError(
    "ERR_RESOURCE_GONE",
    `The resource "${spec.name}" of this run (${address}) cannot be opened again: ${message}`,
    { cause: error },
  );
}
