import { ValueError } from "../errors/kinds.ts";

const RUN_ID = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** Throws unless the text can be the id of a run: it may become the name of a folder. */
export function checkRunId(runId: string): void {
  if (RUN_ID.test(runId)) return;
  throw new ValueError(
    `Invalid run id: ${JSON.stringify(runId.slice(0, 140))}. Allowed are up to 128 letters, digits, "_", "-" and ".", ` +
      'beginning with a letter, digit or "_".',
  );
}
