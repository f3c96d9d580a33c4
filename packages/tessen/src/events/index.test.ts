import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/log/temporary-folder.ts";
import * as events from "./index.ts";

test("names and options may be spelled as in Python", async () => {
  expect(events.filter_events).toBe(events.filterEvents);
  expect(events.list_agents).toBe(events.listAgents);
  expect(events.parse_since).toBe(events.parseSince);
  expect(events.read_async).toBe(events.readAsync);
  const logDir = temporaryFolder();
  mkdirSync(join(logDir, "agent"));
  writeFileSync(join(logDir, "agent", "2026-05-14.jsonl"), '{"event_id":"a","ts":1}\n');
  expect([...events.read("agent", { log_dir: logDir })]).toHaveLength(1);
  expect(events.recent("agent", { log_dir: logDir })).toHaveLength(1);
  for await (const event of events.read_async("agent", { log_dir: logDir })) expect(event.event_id).toBe("a");
  expect(events.list_agents({ log_dir: logDir })).toEqual(["agent"]);
});

test("the entry exports what its page tells of", () => {
  expect(Object.keys(events).sort()).toEqual([
    "aggregate",
    "filterEvents",
    "filter_events",
    "listAgents",
    "list_agents",
    "parseSince",
    "parse_since",
    "read",
    "readAsync",
    "read_async",
    "recent",
  ]);
});
