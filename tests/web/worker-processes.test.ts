import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isObject } from "@tesserae/core";
import { json, startTestServer, type TestReply, type TestServer } from "@tesserae/ext/testing";
import { expect, onTestFinished, test } from "vitest";
import { SqliteQueue } from "../../examples/queue-worker/sqlite-queue.ts";
import { answers } from "../../examples/support/scripted-answer.ts";

const MAIN = join(import.meta.dirname, "../../examples/queue-worker/main.ts");

/** A folder with a queue, a provider of models, and somebody who gets the results. */
class Shop {
  readonly folder: string = mkdtempSync(join(tmpdir(), "tesserae-worker-"));
  readonly path: string = join(this.folder, "tasks.db");
  readonly runs: string = join(this.folder, "runs");
  readonly queue: SqliteQueue = new SqliteQueue(this.path);
  readonly provider: TestServer;
  readonly office: TestServer;

  private constructor(provider: TestServer, office: TestServer) {
    this.provider = provider;
    this.office = office;
    this.queue.add("task-1", "What is 6 times 7?");
  }

  /** @param answer what the provider answers to each call, by its number from 1. */
  static async open(answer: (call: number, script: string) => TestReply | Promise<TestReply>): Promise<Shop> {
    const shop: Shop = new Shop(
      await startTestServer(() => answer(shop.provider.requests.length, shop.script())),
      await startTestServer(() => json({})),
    );
    onTestFinished(async () => {
      await Promise.all([shop.provider.close(), shop.office.close()]);
      shop.queue.close();
      rmSync(shop.folder, { recursive: true, force: true });
    });
    return shop;
  }

  /** A program that leaves a trace when it runs. */
  script(): string {
    return `\`\`\`sh\necho run >> ${this.runs}\necho $((6 * 7))\n\`\`\``;
  }

  programRuns(): number {
    return readFileSync(this.runs, "utf8").split("\n").length - 1;
  }

  /** Starts a worker process. */
  start(lease = "30"): Worker {
    return new Worker(
      spawn(
        process.execPath,
        ["--conditions=source", MAIN, this.path, "--local-code", "--post", this.office.url, "--lease", lease],
        {
          stdio: ["ignore", "pipe", "pipe"],
          env: {
            PATH: process.env["PATH"],
            OPENAI_API_KEY: "none is needed here",
            OPENAI_BASE_URL: this.provider.url,
            NODE_COMPILE_CACHE: join(tmpdir(), "tesserae-test-cache"),
          },
        },
      ),
    );
  }

  /** The task's outcome as it was posted. */
  async posted(): Promise<Record<string, unknown>> {
    await this.office.until(() => this.office.requests.length > 0);
    const body = this.office.requests[0]?.body;
    return isObject(body) ? body : {};
  }
}

class Worker {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown[]>;

  constructor(child: ChildProcess) {
    this.child = child;
    this.ended = once(child, "close");
    onTestFinished(() => void child.kill("SIGKILL"));
  }

  /** Asks the worker to leave, and waits until it has heard it. */
  async terminate(): Promise<void> {
    const lines = this.child.stdout === null ? undefined : createInterface(this.child.stdout);
    this.child.kill("SIGTERM");
    for await (const line of lines ?? []) if (line === "SIGTERM: leaving at the end of the turn") return;
  }
}

const SAID = ["user", "coder", "terminal", "coder"];

function sources(outcome: Record<string, unknown>): readonly unknown[] {
  const { result } = outcome;
  const messages: readonly unknown[] = isObject(result) && Array.isArray(result["messages"]) ? result["messages"] : [];
  return messages
    .filter((message) => isObject(message) && message["type"] === "TextMessage")
    .map((message) => isObject(message) && message["source"]);
}

test("a worker that is killed in the middle of a run leaves it to another, which repeats nothing that was done", async () => {
  const never = new Promise<TestReply>(() => undefined);
  const shop = await Shop.open((call, script) =>
    call === 1 ? answers(script) : call === 2 ? never : answers("It is 42. DONE"),
  );
  // Longer than a busy machine lets a process stand still: who lives must not lose its lease.
  const first = shop.start("6");
  await shop.provider.until(() => shop.provider.requests.length === 2);
  first.child.kill("SIGKILL");
  await first.ended;
  const second = shop.start("6");
  const outcome = await shop.posted();
  expect(outcome).toMatchObject({ id: "task-1", type: "done", result: { status: "finished" } });
  expect(sources(outcome)).toEqual(SAID);
  // The program and the first call are not repeated; the call that was in flight is, as it was.
  expect(shop.programRuns()).toBe(1);
  const [, inFlight, again] = shop.provider.requests;
  expect(shop.provider.requests.length).toBe(3);
  expect(again?.body).toEqual(inFlight?.body);
  await second.terminate();
  expect(await second.ended).toEqual([0, null]);
  expect(shop.queue.outcome("task-1")).toMatchObject({ type: "done" });
});

test("a worker that gets SIGTERM finishes its turn and leaves; another goes on with the next turn at once", async () => {
  let say: (reply: TestReply) => void = () => undefined;
  const held = new Promise<TestReply>((resolve) => (say = resolve));
  const shop = await Shop.open((call) => (call === 1 ? held : answers("It is 42. DONE")));
  const first = shop.start();
  await shop.provider.until(() => shop.provider.requests.length === 1);
  await first.terminate();
  say(answers(shop.script()));
  expect(await first.ended).toEqual([0, null]);
  expect(shop.provider.requests.length).toBe(1);
  expect(shop.office.requests.length).toBe(0);
  // The lease of 30 s was given back.
  const second = shop.start();
  const outcome = await shop.posted();
  expect(sources(outcome)).toEqual(SAID);
  expect(shop.programRuns()).toBe(1);
  expect(shop.provider.requests.length).toBe(2);
  await second.terminate();
  expect(await second.ended).toEqual([0, null]);
});

test("without a container a worker refuses to run code on its machine, before it takes a task", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tesserae-worker-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "tasks.db");
  const queue = new SqliteQueue(path);
  onTestFinished(() => queue.close());
  queue.add("task-1", "What is 6 times 7?");
  const child = spawn(process.execPath, ["--conditions=source", MAIN, path], { env: { PATH: folder } });
  let errors = "";
  child.stderr.on("data", (bytes: Buffer) => (errors += bytes.toString("utf8")));
  expect(await once(child, "close")).toEqual([1, null]);
  expect(errors).toMatch(/No container engine answers: .*\nStart Docker, or say --local-code where /);
  expect(await queue.take(1000)).toMatchObject({ attempt: 1 });
});
