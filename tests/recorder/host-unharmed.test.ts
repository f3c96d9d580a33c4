import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { read } from "@tesserae/tessen/events";
import { startServer, type ScriptedAnswer, type TrafficServer } from "@tesserae/tessen/serve";
import { type ProgramEnd, runProgram, type ProgramOptions } from "./run-program.ts";
import { makeReadOnly, smallDisk, temporaryFolder } from "./temporary-folder.ts";

const PROGRAM = fileURLToPath(import.meta.resolve("./host-program.ts"));
const BROKEN = fileURLToPath(import.meta.resolve("./broken-recorder.ts"));
const FAULTS: Readonly<Record<string, string>> = {
  refuse: "400",
  fail: "500",
  rubbish: "garbage",
  cut: "cut:40",
  never: "stall:600",
};
const ANSWER: ScriptedAnswer = { text: "More. ".repeat(500), usage: { inputTokens: 900, outputTokens: 700 } };
/** Calls of the program: plain ones, those that are named in its output, and those at once. */
const EVENTS = 24 + 11 + 8;
const REGISTER = ["--import", "@tesserae/tessen/register"];

let server: TrafficServer;
/** The program and what the provider saw of it, without any recorder. */
let alone: ProgramEnd;
let asked: readonly string[];
let seen = 0;

beforeAll(async () => {
  const answer = ({ lastText }: { readonly lastText: string }): ScriptedAnswer => {
    const fault = FAULTS[lastText];
    return fault === undefined ? ANSWER : { ...ANSWER, fault };
  };
  server = await startServer({ script: { rules: [{ answer }] } });
  alone = await host();
  asked = sinceLast();
});
afterAll(() => server.close());
beforeEach(() => {
  seen = server.requests.length;
});

/** What the provider was asked since the test began; the order of what is asked at once is nobody's. */
function sinceLast(): readonly string[] {
  return server.requests
    .slice(seen)
    .map(({ method, path, headers, bytes }) => JSON.stringify([method, path, headers, Buffer.from(bytes).toString()]));
}

function host(options: ProgramOptions = {}): Promise<ProgramEnd> {
  return runProgram(PROGRAM, { ...options, args: [server.url] });
}

/** The program is as it is without a recorder, byte for byte; the recorder says what is wrong in a line or two. */
function expectUnharmed({ code, stdout, stderr }: ProgramEnd, complaints: RegExp): void {
  const [lines, expected] = [stdout.split("\n"), alone.stdout.split("\n")];
  const at = lines.findIndex((line, index) => line !== expected[index]);
  expect(at === -1 ? "" : lines[at]).toBe(at === -1 ? "" : expected[at]);
  expect(stdout === alone.stdout).toBe(true);
  expect(code).toBe(alone.code);
  const requests = sinceLast();
  expect(requests.find((request, index) => request !== asked[index])).toBe(undefined);
  expect(requests.length).toBe(asked.length);
  const told = stderr.split("\n").filter((line) => line !== "");
  expect(told.filter((line) => !line.startsWith("tessen: "))).toEqual([]);
  expect(told.length).toBeLessThan(6);
  expect(stderr).toMatch(complaints);
}

test("the program does all that is asked here, and ends with its own code", () => {
  expect(alone).toMatchObject({ code: 7, stderr: "" });
  const lines = alone.stdout.split("\n").filter((line) => line !== "");
  expect(lines.length).toBe(24 + 12);
  for (const name of ["BadRequestError", "InternalServerError"]) expect(alone.stdout).toContain(`"class":"${name}"`);
});

test("recorded as it should be it is the same", async () => {
  const logDir = temporaryFolder();
  expectUnharmed(
    await host({ flags: REGISTER, environment: { TESSEN_LOG_DIR: logDir, TESSEN_AGENT_NAME: "host" } }),
    /^/,
  );
  expect([...read("host", { logDir })].length).toBe(EVENTS);
});

test.for([
  ["is full", 0],
  ["fills", 90],
] as const)("on a disk that %s", async ([, room], { skip }) => {
  const disk = smallDisk(128);
  if (disk === undefined) return skip("mounting is not allowed here");
  mkdirSync(join(disk, "logs", "host"), { recursive: true, mode: 0o700 });
  fill(join(disk, "filler"), room);
  const environment = { TESSEN_LOG_DIR: join(disk, "logs"), TESSEN_AGENT_NAME: "host" };
  expectUnharmed(await host({ flags: REGISTER, environment }), /^tessen: .*(ENOSPC|SHORT_WRITE|no space)/m);
  const found = [...read("host", { logDir: join(disk, "logs") })].length;
  if (room === 0) expect(found).toBe(0);
  else expect(found > 0 && found < EVENTS).toBe(true);
});

/** Takes all of a disk of 128 KiB but so many KiB. */
function fill(path: string, room: number): void {
  for (let size = 128; size > room; size -= 1) {
    try {
      return writeFileSync(path, Buffer.alloc((size - room) * 1024));
    } catch {
      // Not so much fits.
    }
  }
}

test("where files may not grow any more", async () => {
  const environment = { TESSEN_LOG_DIR: temporaryFolder(), TESSEN_AGENT_NAME: "host" };
  const limited = await host({ flags: REGISTER, environment, largestFile: 48 });
  expectUnharmed(limited, /^tessen: .*(EFBIG|SHORT_WRITE|too large)/m);
});

test("in a folder that is read-only", async () => {
  const disk = smallDisk(128);
  const folder = disk ?? temporaryFolder();
  if (disk === undefined) chmodSync(folder, 0o500);
  else makeReadOnly(disk);
  const environment = { TESSEN_LOG_DIR: join(folder, "logs"), TESSEN_AGENT_NAME: "host" };
  expectUnharmed(await host({ flags: REGISTER, environment }), /^tessen: The log .* cannot be written/m);
  expect(readdirSync(folder)).toEqual([]);
});

test("where the folder of the logs is a file", async () => {
  const path = join(temporaryFolder(), "logs");
  writeFileSync(path, "not a folder");
  const environment = { TESSEN_LOG_DIR: path, TESSEN_AGENT_NAME: "host" };
  expectUnharmed(await host({ flags: REGISTER, environment }), /^tessen: /m);
});

test("with events that cannot be written, and hooks that fail", async () => {
  const logDir = temporaryFolder();
  const flags = ["--import", BROKEN];
  expectUnharmed(await host({ flags, environment: { TESSEN_LOG_DIR: logDir } }), /^/);
  // What can be written is.
  expect([...read("agent", { logDir })].length).toBeGreaterThan(0);
});
