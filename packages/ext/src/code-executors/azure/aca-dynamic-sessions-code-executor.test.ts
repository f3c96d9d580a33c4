import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CancelledError, FunctionWithRequirementsStr, isObject, RuntimeError, ValueError } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { block } from "../../testing/executor-fixture.ts";
import { ACADynamicSessionsCodeExecutor } from "./aca-dynamic-sessions-code-executor.ts";
import type { ACADynamicSessionsCodeExecutorOptions } from "./options.ts";

const ENTER = "import os; os.chdir('/mnt/data')";

/** What a block gives, or silence. */
type Answer = Record<string, unknown> | "silence";

/** A pool whose sessions run nothing: they keep files, and answer code as they were told. */
class FakePool {
  readonly calls: {
    readonly method: string;
    readonly path: string;
    readonly query: string;
    readonly authorization: string;
  }[] = [];
  readonly codes: string[] = [];
  readonly files = new Map<string, Buffer>();
  readonly answers = new Map<string, Answer>();
  /** Tokens that are not accepted any more. */
  readonly refused = new Set<string>();
  status = 200;
  onCode: () => void = () => {};
  #endpoint = "";
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    this.#endpoint = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/pools/mine`;
  }

  get endpoint(): string {
    return this.#endpoint;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://pool");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks);
    const { authorization = "" } = request.headers;
    const path = url.pathname.replace("/pools/mine/", "");
    this.calls.push({ method: request.method ?? "", path, query: url.search, authorization });
    const reply = (status: number, value: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    };
    if (this.refused.has(authorization)) return reply(401, { error: "expired" });
    if (this.status !== 200) return reply(this.status, { error: "no such pool" });
    if (path === "code/execute") return this.#execute(JSON.parse(body.toString()), reply);
    if (path === "files/upload") {
      const form = await new Response(body, {
        headers: { "content-type": request.headers["content-type"] ?? "" },
      }).formData();
      const file = form.get("file");
      if (file instanceof File) this.files.set(file.name, Buffer.from(await file.arrayBuffer()));
      return reply(200, {});
    }
    if (path === "files") {
      return reply(200, { value: [...this.files.keys()].map((filename) => ({ properties: { filename, size: 1 } })) });
    }
    response.end(this.files.get(decodeURIComponent(path.replace("files/content/", ""))));
  }

  #execute(body: unknown, reply: (status: number, value: unknown) => void): void {
    const properties: unknown = isObject(body) ? body["properties"] : undefined;
    const code = isObject(properties) ? String(properties["code"]) : "";
    expect(body).toEqual({ properties: { codeInputType: "inline", executionType: "synchronous", code } });
    this.codes.push(code);
    this.onCode();
    const answer = this.answers.get(code) ?? { status: "Success", stdout: "", stderr: "", result: "" };
    if (answer !== "silence") reply(200, { properties: answer });
  }
}

let pool: FakePool;
beforeEach(async () => {
  pool = new FakePool();
  await pool.listen();
});
afterEach(() => pool.close());

const credential = { getToken: async () => ({ token: "one", expiresOnTimestamp: Date.now() + 3_600_000 }) };

function executorOf(options: Partial<ACADynamicSessionsCodeExecutorOptions> = {}): ACADynamicSessionsCodeExecutor {
  return new ACADynamicSessionsCodeExecutor({ poolManagementEndpoint: pool.endpoint, credential, ...options });
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "tesserae-sessions-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe("code blocks", () => {
  test("run in order in the session's folder, and their output is joined", async () => {
    pool.answers.set("print(1)", { status: "Success", stdout: "1\n", stderr: "warning\n", result: null });
    pool.answers.set("2", { status: "Success", stdout: "", stderr: "", result: 2 });
    const executor = executorOf({ sessionId: "mine" });
    expect(await executor.executeCodeBlocks([block("python", "print(1)"), block("py", "2")])).toEqual({
      exitCode: 0,
      output: "1\nwarning\n2",
    });
    expect(pool.codes).toEqual([ENTER, "print(1)", "2"]);
    expect(new Set(pool.calls.map(({ query }) => query))).toEqual(
      new Set(["?api-version=2024-02-02-preview&identifier=mine"]),
    );
    expect(pool.calls[0]).toMatchObject({ method: "POST", path: "code/execute", authorization: "Bearer one" });
  });

  test("that fail end the run", async () => {
    pool.answers.set("1/0", { status: "Failure", stdout: "before\n", stderr: "ZeroDivisionError", result: "" });
    const result = await executorOf().executeCodeBlocks([block("python", "1/0"), block("python", "print(2)")]);
    expect(result).toEqual({ exitCode: 1, output: "before\nZeroDivisionError" });
    expect(pool.codes).not.toContain("print(2)");
  });

  test("in other languages are unknown; the output of those before is kept", async () => {
    pool.answers.set("print(1)", { status: "Success", stdout: "1\n" });
    const result = await executorOf().executeCodeBlocks([block("python", "print(1)"), block("sh", "ls")]);
    expect(result.exitCode).toBe(1);
    expect(result.output).toMatch(/^1\n\nunknown language sh/);
  });

  test("may have an image as their value, or leave their value out", async () => {
    const image = { type: "image", format: "png", base64_data: "aGVsbG8=" };
    pool.answers.set("plot()", { status: "Success", stdout: "", stderr: "", result: image });
    const plot = [block("python", "plot()")];
    expect((await executorOf().executeCodeBlocks(plot)).output).toContain("aGVsbG8=");
    expect((await executorOf({ suppressResultOutput: true }).executeCodeBlocks(plot)).output).toBe("");
  });

  test("that take too long give 124, and what was there is kept", async () => {
    pool.answers.set("print(1)", { status: "Success", stdout: "1\n" });
    pool.answers.set("sleep", "silence");
    const blocks = [block("python", "print(1)"), block("python", "sleep")];
    const result = await executorOf({ timeout: 1 }).executeCodeBlocks(blocks);
    expect(result.exitCode).toBe(124);
    expect(result.output).toMatch(/^1\n\nTimeout/);
  });

  test("that are aborted give 125; beforehand it is a CancelledError", async () => {
    pool.answers.set("sleep", "silence");
    const executor = executorOf();
    const controller = new AbortController();
    pool.onCode = () => {
      if (pool.codes.includes("sleep")) controller.abort();
    };
    const result = await executor.executeCodeBlocks([block("python", "sleep")], { signal: controller.signal });
    expect(result).toMatchObject({ exitCode: 125, output: expect.stringContaining("Cancelled") });
    const late = executor.executeCodeBlocks([block("python", "x")], { signal: controller.signal });
    await expect(late).rejects.toThrow(CancelledError);
  });

  test("that are malformed are a ValueError", async () => {
    // @ts-expect-error: a block has a language.
    await expect(executorOf().executeCodeBlocks([{ code: "x" }])).rejects.toThrow(ValueError);
  });
});

describe("the session", () => {
  test("is random, set up once by several calls, and another one after a restart", async () => {
    const executor = executorOf();
    const first = executor.sessionId;
    expect(first).not.toBe(executorOf().sessionId);
    await Promise.all([1, 2].map(() => executor.executeCodeBlocks([block("python", "x")])));
    expect(pool.codes).toEqual([ENTER, "x", "x"]);
    await executor.restart();
    expect(executor.sessionId).not.toBe(first);
    await executor.executeCodeBlocks([block("python", "y")]);
    expect(pool.codes).toEqual([ENTER, "x", "x", ENTER, "y"]);
  });

  test("has the functions defined, when it has their packages", async () => {
    const names = { status: "Success", stdout: '["NumPy", "ruamel.yaml"]\n', stderr: "", result: null };
    const source = 'def add(a: int) -> int:\n    """Adds."""\n    return a\n';
    const functions = (pythonPackages: readonly string[]): readonly FunctionWithRequirementsStr[] => [
      FunctionWithRequirementsStr.fromString(source, { pythonPackages, globalImports: ["os"] }),
    ];
    const listing = executorOf();
    await listing.getAvailablePackages().catch(() => undefined);
    pool.answers.set(pool.codes[0] ?? "", names);
    expect(await listing.getAvailablePackages()).toEqual(new Set(["NumPy", "ruamel.yaml"]));
    pool.codes.length = 0;
    const executor = executorOf({ functions: functions(["numpy>=2", "ruamel_yaml[x]"]) });
    expect(executor.formatFunctionsForPrompt()).toContain('def add(a: int) -> int:\n    """Adds."""\n    ...');
    await executor.executeCodeBlocks([block("python", "add(1)")]);
    expect(pool.codes.at(-2)).toBe(`import os\n\n${source}\n\n`);
    const lacking = executorOf({ functions: functions(["pandas"]) });
    await expect(lacking.executeCodeBlocks([block("python", "x")])).rejects.toThrow(
      /does not have the packages pandas/,
    );
    await expect(lacking.executeCodeBlocks([block("python", "x")])).rejects.toThrow(ValueError);
  });
});

describe("the token", () => {
  test("is asked for once, for the scope of sessions, and again before it ends", async () => {
    const asked: string[] = [];
    let life = 3_600_000;
    const counting = {
      getToken: async (scope: string) => {
        asked.push(scope);
        return { token: `t${asked.length}`, expiresOnTimestamp: Date.now() + life };
      },
    };
    const executor = executorOf({ credential: counting });
    await executor.executeCodeBlocks([block("python", "x"), block("python", "y")]);
    expect(asked).toEqual(["https://dynamicsessions.io/.default"]);
    life = 1000;
    const brief = executorOf({ credential: counting });
    await brief.executeCodeBlocks([block("python", "x")]);
    expect(asked.length).toBe(3);
  });

  test("that is refused is asked for anew, once", async () => {
    let count = 0;
    const counting = { getToken: async () => ({ token: `t${(count += 1)}` }) };
    pool.refused.add("Bearer t1");
    expect(await executorOf({ credential: counting }).getFileList()).toEqual([]);
    expect(count).toBe(2);
    for (const token of ["Bearer t2", "Bearer t3", "Bearer t4"]) pool.refused.add(token);
    await expect(executorOf({ credential: counting }).getFileList()).rejects.toThrow(/answered 401/);
    expect(count).toBe(4);
  });

  test("that nobody gives is a RuntimeError", async () => {
    await expect(executorOf({ credential: { getToken: async () => null } }).getFileList()).rejects.toThrow(
      RuntimeError,
    );
  });
});

describe("files", () => {
  test("are uploaded from the working folder, listed, and downloaded into it", async () => {
    const workDir = folder();
    writeFileSync(join(workDir, "ä b.bin"), Buffer.from([0, 255, 10]));
    const executor = executorOf({ workDir });
    await executor.uploadFiles(["ä b.bin"]);
    expect(pool.files.get("ä b.bin")).toEqual(Buffer.from([0, 255, 10]));
    pool.files.set("made #1.txt", Buffer.from("made"));
    expect(await executor.getFileList()).toEqual(["ä b.bin", "made #1.txt"]);
    expect(await executor.downloadFiles(["made #1.txt"])).toEqual([join(workDir, "made #1.txt")]);
    expect(readFileSync(join(workDir, "made #1.txt"), "utf8")).toBe("made");
  });

  test("that are missing are a ValueError, here and there", async () => {
    const executor = executorOf({ workDir: folder() });
    await expect(executor.uploadFiles(["none"])).rejects.toThrow(ValueError);
    await expect(executor.downloadFiles(["none"])).rejects.toThrow(ValueError);
  });

  test("whose names lead out of the working folder are not written", async () => {
    const workDir = join(folder(), "work");
    pool.files.set("../out.txt", Buffer.from("x"));
    const executor = executorOf({ workDir });
    await expect(executor.downloadFiles(["../out.txt"])).rejects.toThrow(/Filename is not in the workspace/);
    expect(existsSync(join(workDir, "../out.txt"))).toBe(false);
  });

  test("lie in a temporary folder from start to stop", async () => {
    const executor = executorOf();
    expect(() => executor.workDir).toThrow(RuntimeError);
    await executor.start();
    const { workDir } = executor;
    expect(existsSync(workDir)).toBe(true);
    await executor.stop();
    expect(existsSync(workDir)).toBe(false);
  });
});

test("a pool that refuses, and one that is not there, are a RuntimeError", async () => {
  pool.status = 404;
  await expect(executorOf().executeCodeBlocks([block("python", "x")])).rejects.toThrow(/answered 404: .*no such pool/);
  const nowhere = executorOf({ poolManagementEndpoint: "http://127.0.0.1:9/" });
  await expect(nowhere.executeCodeBlocks([block("python", "x")])).rejects.toThrow(/The session pool cannot be reached/);
});

test.each<Record<string, unknown>>([
  { timeout: 0 },
  { poolManagementEndpoint: "http://example.test/pool" },
  { poolManagementEndpoint: "pool" },
  { credential: {} },
  { workDir: "" },
  { functionsModule: "not-a-name" },
  { sessionId: "" },
  { repeat: "always" },
])("%j is refused", (options) => {
  expect(() => executorOf(options)).toThrow(ValueError);
});
