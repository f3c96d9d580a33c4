import { existsSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isObject, type JournalEntry } from "@tesserae/core";
import { FileJournalStore } from "@tesserae/core/journal/file";
import { startTestServer, type TestServer } from "@tesserae/ext/testing";
import { encodeOpenAIChatStream } from "@tesserae/wire/scripted";
import { assistant, component, openAIModel, replayModel, roundRobin } from "../testing/component-files.ts";
import { runCommandLine, startCommand, type RunningCommand } from "../testing/run-command.ts";
import { TemporaryFolder } from "../testing/temporary-folder.ts";

let folder: TemporaryFolder;
let server: TestServer;
let environment: Readonly<Record<string, string>>;

/** The first answer is whole; the second one stops after a few words until `goOn` is called. */
let goOn = false;

beforeEach(async () => {
  folder = new TemporaryFolder();
  environment = { TESSERAE_RUNS_DIR: folder.path };
  goOn = false;
  server = await startTestServer(async (request) => {
    const messages = isObject(request.body) && Array.isArray(request.body["messages"]) ? request.body["messages"] : [];
    const isFirst = messages.length <= 2;
    const text = isFirst ? "A first answer." : "An answer that takes its time to come.";
    const events = encodeOpenAIChatStream({ model: "gpt-5-mini", text });
    if (isFirst || goOn) return { type: "stream", write: (stream) => stream.send(events.join("")) };
    return {
      type: "stream",
      write: async (stream) => {
        await stream.send(events.slice(0, 5).join(""));
        await stream.whenClosed;
      },
    };
  });
});
afterEach(async () => {
  await server.close();
  folder.remove();
});

function writeTeam(): string {
  const model = openAIModel(`${server.url}/v1`);
  return folder.write(
    "team.json",
    roundRobin([assistant("first", model), assistant("second", model)], { max_turns: 2 }),
  );
}

/** Resolves when the command has written this on standard output. */
function untilPrinted({ child, ended }: RunningCommand, text: string): Promise<void> {
  let printed = "";
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (chunk: string) => {
      printed += chunk;
      if (printed.includes(text)) resolve();
    });
    void ended.then((end) => reject(new Error(`It ended: ${JSON.stringify(end)}`)));
  });
}

async function entriesOfLast(): Promise<readonly JournalEntry[]> {
  const store = new FileJournalStore({ directory: folder.path });
  const [run] = await store.list();
  const entries: JournalEntry[] = [];
  for await (const entry of store.read(run?.runId ?? "")) entries.push(entry);
  return entries;
}

describe("Ctrl-C in the middle of a stream", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)(
    "%s ends the run with code %i; its journal is complete up to there, and --resume goes on",
    async (signal, code) => {
      const running = startCommand(["run", writeTeam(), "Begin."], { environment });
      await untilPrinted(running, "that takes");
      running.child.kill(signal);
      const ended = await running.ended;
      expect(ended.code).toBe(code);
      expect(ended.stdout).toContain("---------- first ----------\nA first answer.\n");
      expect(ended.stderr).toContain("Interrupted. Go on with: npx tesserae run --resume ");

      const entries = await entriesOfLast();
      expect(entries.at(-1)).toMatchObject({ e: "end", o: "aborted" });
      const begun = entries.flatMap((entry) => (entry.e === "begin" ? [entry.a] : []));
      const done = entries.flatMap((entry) => (entry.e === "settle" && entry.o === "ok" ? [entry.a] : []));
      expect(begun).toEqual(["/team[0]/first[0]!model:reply[0]", "/team[0]/second[0]!model:reply[0]"]);
      expect(done).toEqual(["/team[0]/first[0]!model:reply[0]"]);
      const after = entries
        .slice(entries.findIndex((entry) => entry.e === "signal" && entry.k === "abort"))
        .filter(({ e }) => e === "signal" || e === "settle" || e === "end");
      // With what had come.
      expect(after).toMatchObject([{ k: "abort" }, { e: "settle", a: begun[1], o: "aborted", s: {} }, { e: "end" }]);

      goOn = true;
      const before = server.requests.length;
      const resumed = await runCommandLine(["run", "--resume", "last", "--json"], { environment });
      expect(resumed.code).toBe(0);
      const result: unknown = JSON.parse(resumed.stdout.trimEnd().split("\n").at(-1) ?? "");
      expect(result).toMatchObject({
        status: "finished",
        messages: [{}, { content: "A first answer." }, { content: "An answer that takes its time to come." }],
      });
      // The first answer stands in the journal: it was not asked for again.
      expect(server.requests.length - before).toBe(1);
      expect(await runCommandLine(["replay", "last"], { environment })).toMatchObject({ code: 0 });
    },
  );
});

describe("Ctrl-C while code runs", () => {
  test.skipIf(process.platform === "win32")("no process of it is left", async () => {
    const code =
      "```sh\necho $$ > started.tmp && mv started.tmp started\nsleep 600 &\necho $! > other.tmp && mv other.tmp other\nsleep 600\n```";
    const executor = component("autogen_ext.code_executors.local.LocalCommandLineCodeExecutor", {
      work_dir: folder.path,
    });
    const coder = component("autogen_agentchat.agents.CodeExecutorAgent", {
      name: "coder",
      code_executor: executor,
      model_client: replayModel(code),
    });
    const running = startCommand(["run", folder.write("coder.json", roundRobin([coder], { max_turns: 1 })), "Sleep."], {
      environment,
    });
    await untilFile(join(folder.path, "other"));
    const processes = ["started", "other"].map((name) => Number(readFileSync(join(folder.path, name), "utf8")));
    expect(processes.map(isAlive)).toEqual([true, true]);
    running.child.kill("SIGINT");
    expect((await running.ended).code).toBe(130);
    expect(processes.map(isAlive)).toEqual([false, false]);
    expect((await entriesOfLast()).at(-1)).toMatchObject({ e: "end", o: "aborted" });
  });
});

describe("Ctrl-C twice", () => {
  test.skipIf(process.platform === "win32")("leaves at once, even when code does not want to end", async () => {
    const code =
      "```sh\ntrap '' TERM INT HUP\necho $$ > started.tmp && mv started.tmp started\nwhile :; do sleep 1; done\n```";
    const executor = component("autogen_ext.code_executors.local.LocalCommandLineCodeExecutor", {
      work_dir: folder.path,
    });
    const coder = component("autogen_agentchat.agents.CodeExecutorAgent", {
      name: "coder",
      code_executor: executor,
      model_client: replayModel(code),
    });
    const file = folder.write("stubborn.json", roundRobin([coder], { max_turns: 1 }));
    const running = startCommand(["run", file, "Stay."], { environment });
    await untilFile(join(folder.path, "started"));
    const pid = Number(readFileSync(join(folder.path, "started"), "utf8"));
    // The run may have ended by itself before a slow machine sees the line: the exit code is the same.
    running.child.stderr?.on("data", (text: string) => {
      if (text.includes("Press Ctrl-C again")) running.child.kill("SIGINT");
    });
    running.child.kill("SIGINT");
    expect((await running.ended).code).toBe(130);
    await untilGone(pid);
  });
});

/** Whoever guards the code's processes ends them after its own process is gone. */
async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
}

function untilFile(path: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(join(path, ".."), () => {
      if (!existsSync(path)) return;
      watcher.close();
      resolve();
    });
    if (existsSync(path)) {
      watcher.close();
      resolve();
    }
  });
}

/** A process that has ended but that nobody waited for does not count. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch (error) {
    // A system without /proc: it took the signal.
    return error instanceof Error && "syscall" in error && error.syscall === "open";
  }
}
