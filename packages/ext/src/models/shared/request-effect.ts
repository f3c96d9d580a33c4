import type { CreateOptions } from "@tesserae/core";
import type { RequestEffect } from "../../transport/types.ts";

/** The effect that a model call is made in; `undefined` outside of runs that are journaled or observed. */
export function requestEffectOf({ context, idempotencyKey }: CreateOptions): RequestEffect | undefined {
  if (context?.leaf === undefined) return undefined;
  const { runId, scope, leaf } = context;
  return {
    runId,
    agentPath: scope?.names ?? [],
    agent: scope?.agent ?? null,
    address: leaf.address,
    idempotencyKey,
  };
}
