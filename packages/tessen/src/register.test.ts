import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHAT, CHAT_EVENTS, MESSAGE, MESSAGE_EVENTS } from "../test/capture/answers.ts";
import { sendJson, startEvents, startModelServer, type ModelServer } from "../test/capture/model-server.ts";
import { REGISTER, runProgram } from "../test/capture/run-program.ts";
import { sendEvents } from "../test/capture/sdk-cases.ts";

let server: ModelServer;

beforeAll(async () => {
  server = await startModelServer((reply, { path, body }) => {
    const [whole, pieces] = path.includes("messages") ? [MESSAGE, MESSAGE_EVENTS] : [CHAT, CHAT_EVENTS];
    if (body["model"] === "hang") {
      startEvents(reply);
      reply.write(pieces[1]);
    } else if (body["stream"] === true) sendEvents(reply, pieces);
    else sendJson(reply, whole);
  });
});

afterAll(() => server.close());

const EXIT = { code: 3, signal: null };
const SIGNAL = { code: null, signal: "SIGTERM" };
const GIVEN_UP = expect.objectContaining({ error_code: "ABORT_ERR" }) as unknown;
const REFUSED = expect.objectContaining({ http_status: 529 }) as unknown;

function bySurface(a: { readonly surface: string }, b: { readonly surface: string }): number {
  return a.surface < b.surface ? -1 : 1;
}

/** The lines of the program that call an SDK, by function. */
const CALLS: Readonly<Record<string, readonly number[]>> = {
  useOpenAI: linesOf(/client\.chat/),
  useAnthropic: linesOf(/client\.messages/),
};

function linesOf(pattern: RegExp): number[] {
  const lines = readFileSync(new URL("../test/capture/programs/plain.mjs", import.meta.url), "utf8").split("\n");
  return lines.flatMap((line, at) => (pattern.test(line) ? [at + 1] : []));
}

describe("modules are found however they are loaded", () => {
  test("before the program, by --import: both SDKs in both builds, each call with its line", async () => {
    const alone = await runProgram("plain.mjs", server.url);
    const recorded = await runProgram("plain.mjs", server.url, { flags: REGISTER });
    expect(recorded).toMatchObject({ code: 0, output: alone.output, errors: alone.errors });
    expect(alone.events).toEqual([]);
    expect(recorded.events.map(({ provider, streamed }) => [provider, streamed])).toEqual([
      ["openai", false],
      ["openai", true],
      ["openai", false],
      ["openai", true],
      ["anthropic", false],
      ["anthropic", true],
      ["anthropic", false],
      ["anthropic", true],
    ]);
    expect(recorded.events.every((event) => event._tessen_tier === 1)).toBe(true);
    expect(recorded.events.map(({ call_site }) => call_site)).toEqual(
      ["useOpenAI", "useOpenAI", "useAnthropic", "useAnthropic"].flatMap((func) =>
        CALLS[func]?.map((line) => ({ file: "test/capture/programs/plain.mjs", line, func })),
      ),
    );
  });

  test("in one graph with init(), and clients from before it", async () => {
    const { code, output, errors, events } = await runProgram("static-imports.mjs", server.url);
    expect({ code, errors: errors.replaceAll(/.*deprecated[\s\S]*/g, "") }).toEqual({ code: 0, errors: "" });
    expect(JSON.parse(output)).toMatchObject({ same: true, events: 4, failures: {} });
    expect(events.map((event) => event._tessen_tier)).toEqual([1, 1, 1, 1]);
  });

  test("after init(), by require and by import(), from CommonJS", async () => {
    const { code, errors, events } = await runProgram("later-import.cjs", server.url);
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(events.map((event) => event._tessen_tier)).toEqual([1, 1]);
  });

  test("in a worker thread, which says so", async () => {
    const { code, events } = await runProgram("worker.mjs", server.url, { flags: REGISTER });
    expect(code).toBe(0);
    expect(events.map((event) => event.thread_id === undefined)).toEqual([true, false]);
  });

  test("where the inspector is forbidden, the SDKs that a project names are still patched", async () => {
    const flags = ["--permission", "--allow-fs-read=*", "--allow-fs-write=*", "--allow-worker", ...REGISTER];
    const net = process.allowedNodeEnvironmentFlags.has("--allow-net") ? ["--allow-net"] : [];
    const { events, output } = await runProgram("plain.mjs", server.url, { flags: [...flags, ...net] });
    expect(JSON.parse(output)).toHaveLength(8);
    expect(events).toHaveLength(8);
  });

  test("the switch leaves everything as it was", async () => {
    const { code, events } = await runProgram("plain.mjs", server.url, {
      flags: REGISTER,
      env: { TESSEN_DISABLED: "1" },
    });
    expect(code).toBe(0);
    expect(events).toEqual([]);
  });
});

describe("nothing is lost however the program ends", () => {
  const run = (way: string, options: Parameters<typeof runProgram>[2] = {}) =>
    runProgram("exits.mjs", server.url, { flags: REGISTER, arguments: [way], ...options });
  const facts = (events: Awaited<ReturnType<typeof run>>["events"]) =>
    // A large line is written by another thread, and may come after a small one.
    events
      .toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0))
      .map(({ call_type, stream_end, status }) => [call_type, stream_end, status]);

  test("with requests that nobody has answered, one of them given up before its connection was there", async () => {
    const { hostname, port } = new URL(server.url);
    const { code, errors, events, output } = await runProgram("unanswered.mjs", server.url, {
      flags: REGISTER,
      env: { TESSEN_HOSTS: `${hostname}:${port}` },
    });
    expect({ code, errors, output }).toEqual({ code: 3, errors: "", output: "AbortError" });
    expect(events).toHaveLength(2);
    for (const { status, error, attempts, quality_signals: tags } of events) {
      expect({ status, tags, codes: attempts?.map(({ error_code }) => error_code) }).toEqual({
        status: "error",
        tags: [],
        codes: ["ABORT_ERR"],
      });
      expect(error).toMatchObject({
        type: "AbortError",
        msg: expect.stringContaining("ended before an answer") as string,
      });
    }
  });

  test.each([["exit"], ["signal"]])("with calls of SDKs that wait for their first byte: by %s", async (way) => {
    let isRefused = false;
    const waiting = await startModelServer((reply, { path }) => {
      if (isRefused || !path.includes("messages")) return;
      isRefused = true;
      sendJson(reply, { error: { type: "overloaded_error" } }, 529, { "retry-after-ms": "1" });
    });
    const program = runProgram("waiting.mjs", waiting.url, { flags: REGISTER, arguments: [way] });
    const { code, signal, errors, events } = await program.finally(() => waiting.close());
    expect({ code, signal, errors }).toEqual({ ...(way === "exit" ? EXIT : SIGNAL), errors: "" });
    expect(
      events.map(({ surface, streamed, attempts }) => ({ surface, streamed, attempts })).toSorted(bySurface),
    ).toEqual([
      { surface: "chat.completions.create", streamed: false, attempts: [GIVEN_UP] },
      { surface: "messages.create", streamed: false, attempts: [REFUSED, GIVEN_UP] },
      { surface: "responses.create", streamed: true, attempts: [GIVEN_UP] },
    ]);
    for (const { _tessen_tier: tier, status, http_status: http, error, request_body: asked } of events) {
      expect({ tier, status, http }).toEqual({ tier: 1, status: "error", http: undefined });
      expect(error).toMatchObject({ type: "AbortError", msg: expect.stringContaining("before an answer") as string });
      expect(JSON.stringify(asked)).toContain("Say hello.");
    }
  });

  test("process.exit", async () => {
    const { code, events } = await run("exit");
    expect(code).toBe(3);
    expect(facts(events)).toEqual([
      ["request", undefined, "ok"],
      ["request", "shutdown", "ok"],
    ]);
    expect(JSON.stringify(events[0]?.["request_body"]).length).toBeGreaterThan(100_000);
  });

  test("an exception that nobody catches ends it as before, and is an event", async () => {
    const { code, errors, events } = await run("throw");
    expect(code).toBe(1);
    expect(errors).toContain("out of tiles");
    expect(facts(events)).toEqual([
      ["request", undefined, "ok"],
      ["process", undefined, "error"],
      ["request", "shutdown", "ok"],
    ]);
    expect(events.find(({ call_type }) => call_type === "process")).toMatchObject({
      process: { reason: "uncaught_exception" },
      error: { msg: "out of tiles" },
    });
  });

  test("the natural end", async () => {
    const { code, events } = await run("natural");
    expect(code).toBe(0);
    expect(facts(events)).toEqual([
      ["request", undefined, "ok"],
      ["request", "aborted", "ok"],
    ]);
  });

  test("a signal ends it by that signal", async () => {
    const { code, signal, events } = await run("signal", {
      onOutput: (text, kill) => {
        if (text === "ready") kill("SIGTERM");
      },
    });
    expect([code, signal]).toEqual([null, "SIGTERM"]);
    expect(facts(events)).toEqual([
      ["request", undefined, "ok"],
      ["request", "shutdown", "ok"],
    ]);
  });

  test("a signal that the program handles is the program's", async () => {
    const { code, signal, output, events } = await run("handled", {
      onOutput: (text, kill) => {
        if (text === "ready") kill("SIGTERM");
      },
    });
    expect([code, signal, output]).toEqual([7, null, "readyhandled"]);
    expect(events).toHaveLength(2);
  });
});
