/** What a look at one thing came to. */
export interface Finding {
  readonly check: string;
  readonly state: "ok" | "warning" | "problem";
  readonly detail: string;
}

/** It is as it should be. */
export function ok(check: string, detail: string): Finding {
  return { check, state: "ok", detail };
}

/** It works, and something should be done. */
export function warning(check: string, detail: string): Finding {
  return { check, state: "warning", detail };
}

/** It cannot stay as it is. */
export function problem(check: string, detail: string): Finding {
  return { check, state: "problem", detail };
}
