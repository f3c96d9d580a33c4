import { isTesseraeError } from "@tesserae/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { stdioServer } from "../../../../test/mcp/stdio-params.ts";
import { StdioServerParams, createMcpServerSession, type McpCallbacks, type McpSession } from "../index.ts";

function session(params: StdioServerParams = stdioServer(), callbacks: McpCallbacks = {}): McpSession {
  const made = createMcpServerSession(params, callbacks);
  onTestFinished(() => made.close());
  return made;
}

function textOf({ content }: Awaited<ReturnType<McpSession["callTool"]>>): string {
  return String(content[0]?.["text"]);
}

describe("a session", () => {
  test("is initialised once, by whoever comes first", async () => {
    const one = session();
    expect(one.initializeResult).toBeUndefined();
    const [first, second] = await Promise.all([one.initialize(), one.initialize()]);
    expect(second).toBe(first);
    expect(await one.initialize()).toBe(first);
    expect(first.serverInfo).toEqual({ name: "test-server", version: "1.2.3" });
  });

  test("sends no argument that is not set, and null as null", async () => {
    const one = session();
    const echoed = await one.callTool("draw", { root: null, tags: undefined as never });
    expect(textOf(echoed)).toBe('{"root":null}');
  });

  test("gives a server a few variables of the environment and those that it was given, and its folder", async () => {
    vi.stubEnv("SECRET_OF_THE_PARENT", "x");
    onTestFinished(() => void vi.unstubAllEnvs());
    const given = stdioServer("--environment");
    const told = await session({ ...given, env: { MINE: "yes" }, cwd: import.meta.dirname }).callTool("echo");
    const { names, mine, cwd } = JSON.parse(textOf(told)) as { names: string[]; mine: string; cwd: string };
    expect(names).toContain("PATH");
    expect(names).not.toContain("SECRET_OF_THE_PARENT");
    expect(mine).toBe("yes");
    expect(cwd).toBe(import.meta.dirname);
  });

  test.runIf(process.platform !== "win32")("starts a program named as on Windows, with a warning", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    onTestFinished(() => warn.mockRestore());
    const one = session({ ...stdioServer(), command: "no-such-npx.cmd" });
    await expect(one.initialize()).rejects.toThrow("spawn no-such-npx ENOENT");
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("'no-such-npx' is started"), {
      code: "TESSERAE_MCP_COMMAND",
    });
  });

  test("does not wait longer than it may, and says what to raise", async () => {
    const one = session({ ...stdioServer(), readTimeoutSeconds: 0.1 });
    await one.initialize();
    const late = one.callTool("wait");
    await expect(late).rejects.toThrow("did not answer the call of 'wait' in time. Raise readTimeoutSeconds");
    await expect(late).rejects.toSatisfy((error) => isTesseraeError(error, "ERR_MCP_REQUEST"));
    expect(one.isUsable).toBe(true);
  });

  test("begins to wait anew with each report of progress", async () => {
    // Eight reports, 700 ms apart: no wait is as long as the whole, were the machine to stand still for four seconds.
    const one = session({ ...stdioServer(), readTimeoutSeconds: 5 });
    expect(textOf(await one.callTool("progress"))).toBe("done");
  });
});

describe("a server that speaks the protocol of 2026 alone", () => {
  test("is understood, and may ask as well", async () => {
    const one = session(stdioServer("--newest"), {
      elicitationCallback: () => Promise.resolve({ action: "accept", content: { dish: "soup" } }),
    });
    expect((await one.initialize()).protocolVersion).toBe("2026-07-28");
    expect((await one.listTools()).tools).toHaveLength(13);
    expect(textOf(await one.callTool("get_time"))).toBe("called: get_time");
    expect(JSON.parse(textOf(await one.callTool("order_dish")))).toEqual({
      dish: { action: "accept", content: { dish: "soup" } },
    });
  });
});

describe("the end of a session", () => {
  test("by its owner rejects what is under way and what comes later", async () => {
    const one = session();
    await one.initialize();
    const waiting = one.callTool("wait");
    await one.callTool("get_time");
    const closing = one.close();
    await expect(waiting).rejects.toThrow("was closed");
    await closing;
    await one.close();
    for (const late of [one.initialize(), one.listTools(), one.callTool("get_time")]) {
      await expect(late).rejects.toSatisfy((error) => isTesseraeError(error, "ERR_MCP_CONNECTION"));
    }
    expect(one.isUsable).toBe(false);
  });

  test("before it began starts nothing", async () => {
    const one = session(StdioServerParams({ command: "no-such-program" }));
    await one.close();
    await expect(one.initialize()).rejects.toThrow("was closed");
  });

  test("by the server rejects all with its last words and the cause, now and later", async () => {
    const one = session();
    await one.initialize();
    const failures = await Promise.allSettled([one.callTool("wait"), one.callTool("die"), one.listPrompts()]);
    const reasons = failures.slice(0, 2).map((each) => (each.status === "rejected" ? each.reason : undefined) as Error);
    for (const reason of reasons) {
      expect(reason).toSatisfy((error) => isTesseraeError(error, "ERR_MCP_CONNECTION"));
      expect(reason.message).toContain("the boiler burst");
      expect(reason.cause).toMatchObject({ code: "CONNECTION_CLOSED" });
    }
    await expect(one.listTools()).rejects.toBe(reasons[0]);
    expect(one.isUsable).toBe(false);
  });

  test("leaves no listener at a signal that lives longer", async () => {
    const one = session();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await one.callTool("get_time", {}, { signal });
    await one.callTool("nope", {}, { signal }).catch(() => undefined);
    expect(added).toHaveBeenCalled();
    const gone = removed.mock.calls.map(([, listener]) => listener);
    for (const [, listener] of added.mock.calls) expect(gone).toContain(listener);
  });
});

describe("what a server may ask", () => {
  test("is refused where nobody answers, and it is not told that somebody does", async () => {
    const one = session();
    expect(textOf(await one.callTool("order_dish"))).toBe("-32600 This client has no elicitor.");
    expect(textOf(await one.callTool("generate_poem"))).toBe("-32600 This client has no sampler.");
    expect(textOf(await one.callTool("ls"))).toBe("-32600 This client has no provider of roots.");
  });

  test("is answered by the callbacks", async () => {
    const one = session(stdioServer(), {
      elicitationCallback: ({ message, requestedSchema }) => {
        expect([message, requestedSchema?.["required"]]).toEqual(["Which dish?", ["dish"]]);
        return Promise.resolve({ action: "accept", content: { dish: "soup" } });
      },
      samplingCallback: ({ messages, systemPrompt, maxTokens }) => {
        expect(messages).toEqual([{ role: "user", content: { type: "text", text: "A poem." } }]);
        expect([systemPrompt, maxTokens]).toEqual(["Rhyme.", 50]);
        return Promise.resolve({ role: "assistant", content: { type: "text", text: "Roses" }, model: "m" });
      },
      listRootsCallback: () => Promise.resolve([{ uri: "file:///home", name: "home" }, { uri: "file:///tmp" }]),
    });
    expect(JSON.parse(textOf(await one.callTool("order_dish")))).toEqual({
      action: "accept",
      content: { dish: "soup" },
    });
    expect(JSON.parse(textOf(await one.callTool("generate_poem")))).toEqual({
      role: "assistant",
      content: { type: "text", text: "Roses" },
      model: "m",
    });
    expect(JSON.parse(textOf(await one.callTool("ls")))).toEqual({
      roots: [{ uri: "file:///home", name: "home" }, { uri: "file:///tmp" }],
    });
  });

  test("fails with the name of what failed", async () => {
    const one = session(stdioServer(), {
      elicitationCallback: () => Promise.reject(new Error("nobody home")),
      samplingCallback: () => {
        throw new Error("no money");
      },
      listRootsCallback: () => Promise.reject(new Error("no house")),
    });
    expect(textOf(await one.callTool("order_dish"))).toBe("-32603 Elicitation failed: nobody home");
    expect(textOf(await one.callTool("generate_poem"))).toBe("-32603 Sampling failed: no money");
    expect(textOf(await one.callTool("ls"))).toBe("-32603 Listing roots failed: no house");
  });
});
