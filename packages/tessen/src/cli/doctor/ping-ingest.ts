import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { VERSION } from "../../recorder/version.ts";
import { cleanLine } from "../output/clean.ts";
import type { Check } from "./check.ts";

/** Where events would be sent to. */
const DEFAULT_URL = "https://api.tessen.dev/v1/ingest";

const SECTION = "ingest";
const STEP_MS = 10_000;

/** What a ping is made with. */
export interface PingOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * Goes to the server of `TESSEN_INGEST_URL` step by step, as far as the steps work: its name, a connection, TLS, its own
 * health, and an empty batch with `TESSEN_API_KEY`. The key goes to the server that is named and to no other: redirections are
 * not followed, and it is not sent in the clear to another machine.
 */
export async function pingIngest({ environment, signal }: PingOptions): Promise<Check[]> {
  const given = environment["TESSEN_INGEST_URL"]?.trim() || DEFAULT_URL;
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return [
      bad(`TESSEN_INGEST_URL=${cleanLine(given, 80)} is no address of a server`, "Set it to https://…/v1/ingest."),
    ];
  }
  const key = environment["TESSEN_API_KEY"]?.trim() || undefined;
  const checks: Check[] = [];
  for (const step of stepsTo(url, key)) {
    const check = await tried(step, signal);
    checks.push(check);
    if (check.state === "bad") break;
  }
  return checks;
}

/** One step: what it is, and what became of it. Throws where it fails. */
interface Step {
  readonly name: string;
  readonly remedy: string;
  readonly run: (signal: AbortSignal) => Promise<string | Check>;
}

function stepsTo(url: URL, key: string | undefined): Step[] {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isSecure = url.protocol === "https:";
  const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
  const named: Step = {
    name: `DNS of ${host}`,
    remedy: "Correct TESSEN_INGEST_URL, or the name server.",
    run: async () => (await lookup(host)).address,
  };
  const connected: Step = {
    name: `TCP to port ${port}`,
    remedy: "Is the server running, and does a firewall let it through?",
    run: (signal) => opened(connect({ host, port }), "connect", signal),
  };
  const secured: Step = {
    name: "TLS",
    remedy: "See the certificate of the server, and NODE_EXTRA_CA_CERTS.",
    run: (signal) =>
      opened(connectSecurely({ host, port, ...(isIP(host) ? {} : { servername: host }) }), "secureConnect", signal),
  };
  const healthy: Step = {
    name: "GET /healthz",
    remedy: "Is TESSEN_INGEST_URL the address of a tessen server?",
    run: async (signal) => {
      const status = await statusOf(new URL("/healthz", url), { method: "GET", signal });
      return isGood(status) ? `status ${status}` : bad(`GET /healthz: status ${status}`, healthy.remedy);
    },
  };
  const accepted: Step = {
    name: `POST ${url.pathname}`,
    remedy: "See the log of the server.",
    run: (signal) => sentEmpty(url, key, signal),
  };
  return [...(isIP(host) === 0 ? [named] : []), connected, ...(isSecure ? [secured] : []), healthy, accepted];
}

/** Sends a batch without events. */
async function sentEmpty(url: URL, key: string | undefined, signal: AbortSignal): Promise<string | Check> {
  const name = `POST ${url.pathname}`;
  if (key === undefined) {
    return { section: SECTION, state: "warning", text: `${name}: not tried`, remedy: "Set TESSEN_API_KEY to try it." };
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return bad(`${name}: a key is not sent without TLS`, "Set TESSEN_INGEST_URL to https://….");
  }
  const status = await statusOf(url, {
    method: "POST",
    signal,
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      "x-tessen-version": VERSION,
    },
    body: JSON.stringify({ schema_version: 1, tessen_version: VERSION, kind: "events", events: [], dropped: 0 }),
  });
  if (status === 401 || status === 403) return bad(`${name}: status ${status}`, "Is TESSEN_API_KEY the right key?");
  return isGood(status) ? `status ${status}` : bad(`${name}: status ${status}`, "See the log of the server.");
}

async function statusOf(url: URL, init: RequestInit): Promise<number> {
  const response = await fetch(url, { ...init, redirect: "manual" });
  await response.body?.cancel();
  return response.status;
}

/** Runs a step, with the time that it took. */
async function tried({ name, remedy, run }: Step, signal: AbortSignal): Promise<Check> {
  const limit = AbortSignal.timeout(STEP_MS);
  const began = performance.now();
  try {
    const found = await run(AbortSignal.any([signal, limit]));
    if (typeof found !== "string") return found;
    const text = `${name}: ${found}, ${Math.round(performance.now() - began)} ms`;
    return { section: SECTION, state: "good", text };
  } catch (error) {
    return bad(`${name}: ${limit.aborted ? `no answer in ${STEP_MS / 1000} s` : reasonOf(error)}`, remedy);
  }
}

async function opened(socket: Socket, event: "connect" | "secureConnect", signal: AbortSignal): Promise<string> {
  const abort = (): void => {
    socket.destroy(new Error("stopped"));
  };
  signal.addEventListener("abort", abort, { once: true });
  try {
    await once(socket, event);
    return "open";
  } finally {
    signal.removeEventListener("abort", abort);
    socket.destroy();
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

function bad(text: string, remedy: string): Check {
  return { section: SECTION, state: "bad", text, remedy };
}

/** The system's code, which `fetch` hides in the cause; else the message. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code: unknown = inner instanceof Error ? Reflect.get(inner, "code") : undefined;
  return typeof code === "string" ? code : cleanLine(inner instanceof Error ? inner.message : String(inner), 100);
}
