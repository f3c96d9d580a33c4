import type { Json } from "../json.ts";
import type { RunContext } from "../run/run-context.ts";
import { leaf } from "./effect.ts";

/** Something outside that a run holds: an executor's folder, a browser, a session with a server. */
export interface ResourceSpec<T, Record extends Json> {
  readonly name: string;
  /** What identifies its configuration. Never a key or a password. */
  readonly config: Json;
  /** Opens a new one, and says what is needed to open the same again. */
  open(signal: AbortSignal | undefined): Promise<{ readonly resource: T; readonly record: Record }>;
  /** Opens it again when a run is resumed. Its failure becomes `ERR_RESOURCE_GONE`. */
  reopen(record: Record): Promise<T>;
}

/** A resource of a run. */
export interface OpenedResource<T, Record extends Json> {
  readonly record: Record;
  /** `undefined` in a replay, which restores nothing outside: what would use it is answered. */
  readonly resource: T | undefined;
}

/** Opens a resource: one leaf `resource`. A resumed run opens the recorded one again. */
export function openResource<T, Record extends Json>(
  context: RunContext,
  spec: ResourceSpec<T, Record>,
): Promise<OpenedResource<T, Record>> {
  return leaf<OpenedResource<T, Record>>(
    context,
    {
      kind: "resource",
      name: spec.name,
      repeat: "safe",
      request: () => spec.config,
      codec: {
        encode: ({ record }) => record,
        // What `open` gave as the record is what was written.
        decode: (json) => ({ record: json as Record, resource: undefined }),
      },
      reopen: async ({ record }) => ({ record, resource: await spec.reopen(record) }),
    },
    ({ signal }) => spec.open(signal),
  );
}
