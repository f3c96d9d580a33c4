import { get as getPlain } from "node:http";
import { get as getSecure } from "node:https";
import type { Upstream } from "../../exchange.ts";
import { type Finding, ok, warning } from "../finding.ts";

const PATIENCE_MS = 5000;
/** The time in an answer is in whole seconds, and a while old. */
const SKEW_MS = 10_000;

/**
 * Whether an upstream answers, and how far this machine's clock is from its. Any answer will do: without a key it is a
 * refusal, which costs nothing.
 */
export function examineUpstream({ id, kind, baseURL }: Upstream, now: () => number): Promise<readonly Finding[]> {
  const url = `${baseURL}${kind === "anthropic" ? "/v1/models" : "/models"}`;
  const get = url.startsWith("https:") ? getSecure : getPlain;
  return new Promise((resolve) => {
    const request = get(url, { timeout: PATIENCE_MS, agent: false }, (response) => {
      response.resume();
      resolve([ok(`upstream ${id}`, `${baseURL} answers`), ...clockFinding(id, response.headers.date, now())]);
    });
    request.on("timeout", () => request.destroy(new Error(`no answer in ${PATIENCE_MS / 1000} s`)));
    request.on("error", (error) =>
      resolve([warning(`upstream ${id}`, `${baseURL} cannot be reached: ${error.message}`)]),
    );
  });
}

function clockFinding(id: string, date: string | undefined, now: number): readonly Finding[] {
  const off = now - Date.parse(date ?? "");
  if (!(Math.abs(off) > SKEW_MS)) return [];
  const seconds = Math.round(Math.abs(off) / 1000);
  const where = off > 0 ? "ahead of" : "behind";
  return [
    warning("clock", `this machine is ${seconds} s ${where} ${id}: windows of caps and times in the ledger go by it`),
  ];
}
