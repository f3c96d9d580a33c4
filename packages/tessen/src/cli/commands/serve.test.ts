import Anthropic from "@anthropic-ai/sdk";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { VERSION } from "../../recorder/version.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessen-serve-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when standard output or standard error has this. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
}

/** The command in a process of its own. */
function start(...args: readonly string[]): Running {
  const module = JSON.stringify(new URL("serve.ts", import.meta.url).href);
  const program = `const { serveCommand } = await import(${module}); process.exitCode = await serveCommand(process.argv.slice(1));`;
  const child = spawn(
    process.execPath,
    ["--conditions=source", "--input-type=module", "--eval", program, "--", ...args],
    { stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env["PATH"] } },
  );
  children.push(child);
  const texts = { stdout: "", stderr: "" };
  const waiting = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
      for (const look of waiting) look();
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...texts }));
  });
  const until = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(texts.stdout) ?? pattern.exec(texts.stderr);
        if (found !== null) resolve(found);
      };
      waiting.add(look);
      look();
      void ended.then((end) => reject(new Error(`It ended: ${JSON.stringify(end)}`)));
    });
  return { child, ended, until };
}

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

const messages = [{ role: "user" as const, content: "Hi" }];

describe("tessen serve", () => {
  test("serves a script to both SDKs by the base URLs that it prints, and says what it answered", async () => {
    const script = write("script.json", { rules: [{ match: { model: "gpt-5" }, answer: { text: "Hello." } }] });
    const running = start("--script", script, "--fault", "429:0.01@1");
    const [, openAIUrl = ""] = await running.until(/^OPENAI_BASE_URL=(.+)$/m);
    const [, anthropicUrl = ""] = await running.until(/^ANTHROPIC_BASE_URL=(.+)$/m);
    const openai = new OpenAI({ baseURL: openAIUrl, apiKey: "any" });
    const { choices } = await openai.chat.completions.create({ model: "gpt-5", messages });
    expect(choices[0]?.message.content).toBe("Hello.");
    const anthropic = new Anthropic({ baseURL: anthropicUrl, apiKey: "any" });
    await expect(anthropic.messages.create({ model: "claude\u0007", max_tokens: 9, messages })).rejects.toThrow(
      Anthropic.NotFoundError,
    );
    await running.until(/#3 /);
    running.child.kill("SIGINT");
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stdout).toBe(`OPENAI_BASE_URL=${openAIUrl}\nANTHROPIC_BASE_URL=${anthropicUrl}\n`);
    expect(openAIUrl).toBe(`${anthropicUrl}/v1`);
    expect(stderr.split("\n").map((line) => line.replace(/ \d+ ms$/, ""))).toEqual([
      "Set these where your program runs, with any key. Ctrl-C ends the server.",
      "#1 POST /v1/chat/completions gpt-5 -> 429 fault 429:0.01",
      "#2 POST /v1/chat/completions gpt-5 -> 200 script /rules/0",
      "#3 POST /v1/messages claude\ufffd -> 404 no answer",
      "",
    ]);
  });

  test("with --json prints JSON: the addresses, then each request", async () => {
    const running = start("--json", "--script", write("script.json", { answers: [{ text: "Hello." }] }));
    const [line] = await running.until(/^\{.*\}$/m);
    const printed = JSON.parse(line) as { url: string };
    expect(printed).toEqual({
      schema_version: 1,
      tessen_version: VERSION,
      generated_at: expect.stringMatching(/^\d{4}-.*Z$/),
      command: "serve",
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      OPENAI_BASE_URL: `${printed.url}/v1`,
      ANTHROPIC_BASE_URL: printed.url,
    });
    await fetch(`${printed.url}/v1/messages`, { method: "POST", body: JSON.stringify({ model: "m", messages }) });
    const [request] = await running.until(/^\{"call".*\}$/m);
    expect(JSON.parse(request)).toEqual({
      call: 1,
      method: "POST",
      path: "/v1/messages",
      protocol: "anthropic",
      model: "m",
      stream: false,
      status: 200,
      from: "script /answers/0",
      duration_ms: expect.any(Number),
    });
  });

  test("serves recordings", async () => {
    const answer = { status: 200, headers: {}, body: { recorded: true } };
    const request = { method: "POST", url: "https://api.openai.com/v1/responses", body: { model: "m", input: "q" } };
    write("one.json", { recording: "one", interactions: [{ request, response: answer }] });
    const running = start("--recordings", folder, "--quiet");
    const [, url] = await running.until(/^OPENAI_BASE_URL=(.+)$/m);
    const response = await fetch(`${url}/responses`, { method: "POST", body: '{"input":"q","model":"m"}' });
    expect(await response.text()).toBe('{"recorded":true}');
    running.child.kill("SIGTERM");
    const { code, stderr } = await running.ended;
    expect(code).toBe(143);
    expect(stderr).not.toContain("POST");
  });

  test("serves the log of an agent", async () => {
    const event = {
      event_id: "evt_1",
      ts: 1_767_225_600,
      call_type: "request",
      surface: "responses.create",
      status: "ok",
      request_body: { model: "m", input: "q" },
      response_body: { logged: true },
    };
    mkdirSync(join(folder, "agent"));
    write("agent/2026-01-01.jsonl", `${JSON.stringify(event)}\n`);
    const running = start("--log", "agent", "--log-dir", folder);
    const [, url] = await running.until(/^OPENAI_BASE_URL=(.+)$/m);
    const response = await fetch(`${url}/responses`, { method: "POST", body: '{"input":"q","model":"m","user":"u"}' });
    expect(await response.text()).toBe('{"logged":true}');
    await running.until(/#1 POST \/v1\/responses m -> 200 log evt_1/);
  });

  test("an answer that stalls does not hold up the end", async () => {
    const running = start(
      "--script",
      write("script.json", { rules: [{ answer: { text: "a" } }] }),
      "--fault",
      "stall:3",
    );
    const [, url] = await running.until(/^ANTHROPIC_BASE_URL=(.+)$/m);
    const response = await fetch(`${url}/v1/messages`, {
      method: "POST",
      body: JSON.stringify({ model: "m", messages }),
    });
    const broken = expect(response.text()).rejects.toThrow("terminated");
    running.child.kill("SIGINT");
    expect((await running.ended).code).toBe(130);
    await broken;
  });

  test("tells whom it serves where others can reach it", async () => {
    const running = start("--host", "0.0.0.0", "--script", write("script.json", { answers: [] }));
    await running.until(/Other machines can reach it/);
    const [, url] = await running.until(/^OPENAI_BASE_URL=(.+)$/m);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  test.each(["--help", "-h"])("%s tells of every option and serves nothing", async (option) => {
    const { code, stdout, stderr } = await start(option).ended;
    expect([code, stderr]).toEqual([0, ""]);
    for (const name of ["script", "recordings", "log", "log-dir", "host", "port", "pace", "fault", "json", "quiet"]) {
      expect(stdout).toContain(`--${name} `);
    }
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});

describe("bad usage ends with exit code 2 and says what to do", () => {
  test.each<readonly [readonly string[], string | RegExp]>([
    [[], "There is nothing to answer from: give --script FILE, --recordings DIR or --log AGENT."],
    [["--scripts", "x"], "Unknown option '--scripts'"],
    [["--script"], /--script <value>' argument missing/],
    [["extra"], "Unexpected argument 'extra'"],
    [["--script", "SCRIPT", "--port", "x"], '--port takes a whole number, not "x".'],
    [["--script", "SCRIPT", "--port", "70000"], "port must be a whole number from 0 to 65535, not 70000."],
    [["--script", "SCRIPT", "--pace", "-1"], "--pace"],
    [["--script", "SCRIPT", "--fault", "explode"], '"explode" is no fault.'],
    [["--script", "SCRIPT", "--host", "192.0.2.1"], "The server cannot listen on 192.0.2.1, port 0: "],
    [["--script", "SCRIPT", "--log-dir", "x"], "--log-dir goes with --log AGENT."],
    [["--script", "none.json"], "The script none.json cannot be read: ENOENT"],
    [["--recordings", "none"], "The recordings none cannot be read: ENOENT"],
  ])("%j", async (args, message) => {
    const script = write("script.json", { answers: [] });
    const { code, stdout, stderr } = await start(...args.map((arg) => arg.replace("SCRIPT", script))).ended;
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^tessen serve: /);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/\nSee tessen serve --help\.\n$/);
  });

  test("an agent without a log is no data: exit code 3", async () => {
    mkdirSync(join(folder, "agent"));
    write("agent/2026-01-01.jsonl", '{"event_id":"evt_1","ts":1767225600,"call_type":"note"}\n');
    const { code, stderr } = await start("--log", "agnet", "--log-dir", folder).ended;
    expect([code, stderr]).toEqual([3, expect.stringMatching(/^tessen serve: There is no agent "agnet" in .*agent/)]);
    const empty = await start("--log", "agent", "--log-dir", folder).ended;
    expect(empty.stderr).toContain("The log of agent has no model call with a whole request and a whole answer.");
    expect(empty.code).toBe(2);
  });

  test("every error of a script with its place", async () => {
    const script = write("script.json", {
      rules: [{ match: { txt: "a" }, answer: { text: 1 } }],
      answers: [{ fault: "x" }],
    });
    const { code, stderr } = await start("--script", script).ended;
    expect(code).toBe(2);
    expect(stderr.split("\n").map((line) => line.slice(0, 60).trimEnd())).toEqual([
      expect.stringMatching(/^tessen serve: The script /),
      "  /rules/0/match/txt: is not known here; known are model, te",
      "  /rules/0/answer/text: must be text, not 1",
      expect.stringMatching(/^ {2}\/answers\/0\/fault: "x" is no fault/),
      "See tessen serve --help.",
      "",
    ]);
    expect(stderr).toContain("script.json has 3 errors:\n");
  });
});
