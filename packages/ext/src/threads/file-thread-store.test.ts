import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssistantAgent, RoundRobinGroupChat, messageText, type ThreadRecord } from "@tesserae/agentchat";
import { afterAll, describe, expect, test } from "vitest";
import { ReplayChatCompletionClient } from "../models/replay/index.ts";
import { FileThreadStore } from "./file-thread-store.ts";

const root = mkdtempSync(join(tmpdir(), "tesserae-threads-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const fresh = (): FileThreadStore => new FileThreadStore({ directory: join(root, String(count++)) });

const record = (version: number, text = "x"): ThreadRecord => ({ version, state: { text }, messages: [] });

describe("conversations in files", () => {
  test("come back as they were saved, the newest version only, to any object", async () => {
    const store = fresh();
    expect(await store.load("a")).toBeUndefined();
    await store.save("a", record(1, "ä€😀\n"));
    await store.save("a", record(2));
    expect(await new FileThreadStore({ directory: store.directory }).load("a")).toEqual(record(2));
    expect(readdirSync(join(store.directory, "a"))).toEqual(["2.json"]);
  });

  test("are their owner's alone", async () => {
    const store = fresh();
    await store.save("a", record(1));
    expect(statSync(store.directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(store.directory, "a")).mode & 0o777).toBe(0o700);
    expect(statSync(join(store.directory, "a", "1.json")).mode & 0o777).toBe(0o600);
  });

  test.each(["..", ".", "a/b", "../../etc", "ä 1", "user:42@example.org", "con", "A", "a", "*", "%2e"])(
    "of the id %j stay in the folder, and are listed by it",
    async (id) => {
      const store = fresh();
      await store.save(id, record(1));
      expect(await store.list()).toEqual([id]);
      expect(readdirSync(store.directory)).toHaveLength(1);
      await store.delete(id);
      await store.delete(id);
      expect(await store.list()).toEqual([]);
    },
  );

  test("of ids that differ in capitals alone are different ones on every file system", async () => {
    const store = fresh();
    for (const id of ["Ada", "ada", "ADA"]) await store.save(id, record(1, id));
    expect(new Set(readdirSync(store.directory).map((name) => name.toLowerCase())).size).toBe(3);
    expect((await store.list()).toSorted()).toEqual(["ADA", "Ada", "ada"]);
    expect(await store.load("ada")).toEqual(record(1, "ada"));
  });

  test("are listed beside files that are somebody else's", async () => {
    const store = fresh();
    await store.save("a", record(1));
    writeFileSync(join(store.directory, "100%"), "");
    expect(await store.list()).toEqual(["a"]);
  });

  test("of an id that is no Unicode text are refused", async () => {
    await expect(fresh().load("\ud800")).rejects.toThrow("well-formed");
  });

  test.each(["", "x".repeat(256)])("of an id that is no name are refused", async (id) => {
    await expect(fresh().load(id)).rejects.toThrow("1 to 255 characters");
  });

  test.each([
    ["the first version of one that is there", 1],
    ["a version that is kept", 2],
    ["a version after the next", 4],
  ])("%s cannot be saved", async (_, version) => {
    const store = fresh();
    await store.save("a", record(1));
    await store.save("a", record(2));
    await expect(store.save("a", record(version))).rejects.toMatchObject({ code: "ERR_THREAD_CONFLICT" });
    expect(await store.load("a")).toEqual(record(2));
  });

  test("of many that save the same version at once, one does", async () => {
    const store = fresh();
    for (let version = 1; version <= 5; version += 1) {
      const saves = Array.from({ length: 8 }, (_, index) =>
        new FileThreadStore({ directory: store.directory }).save("a", record(version, String(index))),
      );
      const outcomes = await Promise.allSettled(saves);
      const winner = outcomes.findIndex(({ status }) => status === "fulfilled");
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      for (const outcome of outcomes) {
        if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "ERR_THREAD_CONFLICT" });
      }
      expect(await store.load("a")).toEqual(record(version, String(winner)));
    }
    expect(readdirSync(join(store.directory, "a"))).toEqual(["5.json"]);
  });

  test("a file that holds none is told by its path", async () => {
    const store = fresh();
    await store.save("a", record(1));
    for (const text of ["", "{}", "[1"]) {
      writeFileSync(join(store.directory, "a", "1.json"), text);
      await expect(store.load("a")).rejects.toThrow(join("a", "1.json"));
    }
  });

  test("keep what a team said, for the next process", async () => {
    const { directory } = fresh();
    const team = (answer: string): RoundRobinGroupChat =>
      new RoundRobinGroupChat({
        participants: [
          new AssistantAgent({
            name: "clerk",
            modelClient: new ReplayChatCompletionClient({ chatCompletions: [answer] }),
          }),
        ],
        maxTurns: 1,
      });
    await team("Noted.")
      .thread("user-1", { store: new FileThreadStore({ directory }) })
      .run("A note.");
    const thread = team("And this.").thread("user-1", { store: new FileThreadStore({ directory }) });
    await thread.run("Another.");
    expect((await thread.messages()).map((message) => messageText(message))).toEqual([
      "A note.",
      "Noted.",
      "Another.",
      "And this.",
    ]);
  });

  test("are kept as they were at earlier versions, as many as wanted", async () => {
    const { directory } = fresh();
    const store = new FileThreadStore({ directory, versions: 3 });
    for (let version = 1; version <= 12; version += 1) await store.save("a", record(version, String(version)));
    expect(await store.versions("a")).toEqual([10, 11, 12]);
    expect(await store.load("a", 11)).toEqual(record(11, "11"));
    expect(await store.load("a", 9)).toBeUndefined();
    expect(await store.load("a")).toEqual(record(12, "12"));
    expect(await store.versions("nobody")).toEqual([]);
    // One that keeps fewer drops the rest with its next save.
    await new FileThreadStore({ directory }).save("a", record(13));
    expect(await store.versions("a")).toEqual([13]);
    expect(() => new FileThreadStore({ directory, versions: 0 })).toThrow("At least 1 version");
  });
});
