import { readdirSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished, expect, test } from "vitest";
import { recordOf } from "../../../test/log/records.ts";
import { temporaryFolder } from "../../../test/log/temporary-folder.ts";
import { read } from "../../events/read.ts";
import { settingsOf } from "../event-log-options.ts";
import type { TextRecord } from "./thread-message.ts";
import { WriterThreadClient, type ThreadListener } from "./writer-thread-client.ts";

function textRecord(id: string, size: number): TextRecord {
  const { bodies, head } = recordOf(id, size);
  return { head: JSON.stringify(head), bodies };
}

const idOf = ({ head }: TextRecord): string => String(Reflect.get(JSON.parse(head) as object, "event_id"));

function startClient(stallMs?: number): {
  readonly client: WriterThreadClient;
  readonly logDir: string;
  readonly stopped: [readonly TextRecord[], string][];
} {
  const logDir = temporaryFolder();
  const stopped: [readonly TextRecord[], string][] = [];
  const listener: ThreadListener = {
    onStopped: (unwritten, kind) => stopped.push([unwritten, kind]),
    onTrouble: () => {},
  };
  const client = new WriterThreadClient(settingsOf({ logDir, agentName: "agent" }), listener, stallMs);
  onTestFinished(() => client.terminate());
  return { client, logDir, stopped };
}

const idsIn = (logDir: string): string[] => [...read("agent", { logDir })].map(({ event_id }) => event_id);

test("records are written in their order, and forgotten when they are", async () => {
  const { client, logDir } = startClient();
  for (const id of ["a", "b", "c"]) expect(client.take(textRecord(id, 50_000), 50_000)).toBe(true);
  expect(client.pending).toBeGreaterThan(0);
  expect(await client.settled()).toBe(true);
  expect([client.written, client.pending, client.drain(0)]).toEqual([3, 0, []]);
  expect(idsIn(logDir)).toEqual(["a", "b", "c"]);
});

test("the queue takes 64 records or 8 Mi characters, and a larger record alone; who gives more waits", async () => {
  const { client, logDir } = startClient(60_000);
  const ids = Array.from({ length: 500 }, (_, number) => `n${number}`);
  for (const id of ids) {
    expect(client.take(textRecord(id, 10), id === "n400" ? 9_000_000 : 10)).toBe(true);
    expect(client.pending).toBeLessThanOrEqual(64);
    if (id === "n401") expect(client.pending).toBeLessThanOrEqual(1);
  }
  expect(await client.settled()).toBe(true);
  expect(idsIn(logDir)).toEqual(ids);
});

test("a thread that does not get on while its queue is full is given up, and hands back what it has", async () => {
  // So soon no thread has started.
  const { client, logDir, stopped } = startClient(0);
  const given: string[] = [];
  while (given.length < 1000 && client.take(textRecord(`n${given.length}`, 10), 10)) given.push(`n${given.length}`);
  expect(given.length).toBeGreaterThanOrEqual(64);
  expect(given.length).toBeLessThan(1000);
  expect(stopped.map(([, kind]) => kind)).toEqual(["STALLED"]);
  const back = stopped.flatMap(([records]) => records).map(idOf);
  await client.terminate();
  expect([...idsIn(logDir), ...back]).toEqual(given);
  expect(client.take(textRecord("late", 10), 10)).toBe(false);
});

test("what was taken back is not written by the thread, then or later", async () => {
  const { client, logDir } = startClient();
  for (let number = 0; number < 50; number += 1) client.take(textRecord(`n${number}`, 30_000), 30_000);
  const back = client.drain(0).map(idOf);
  expect(client.take(textRecord("late", 10), 10)).toBe(false);
  await client.terminate();
  expect([...idsIn(logDir), ...back]).toEqual(Array.from({ length: 50 }, (_, number) => `n${number}`));
});

test("a thread that dies hands back what it has not written", async () => {
  const { client, logDir, stopped } = startClient();
  client.take(textRecord("a", 50_000), 50_000);
  await client.settled();
  // A record that cannot be composed stops the thread, as every failure does.
  const broken: TextRecord = { head: '{"event_id":"sk-ant-1234567890123', bodies: [] };
  client.take(broken, 10);
  expect(await client.settled()).toBe(false);
  expect(stopped).toEqual([[[broken], "OTHER"]]);
  expect(client.take(textRecord("b", 50_000), 50_000)).toBe(false);
  expect(idsIn(logDir)).toEqual(["a"]);
  expect(readdirSync(join(logDir, "agent"))).toHaveLength(1);
});
