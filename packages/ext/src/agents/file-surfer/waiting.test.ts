import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RoundRobinGroupChat, answerInput, messageText, pendingInputs } from "@tesserae/agentchat";
import type { CreateResult, Json, JsonObject, PendingToolCall } from "@tesserae/core";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { asks, says, scripted } from "../../../test/web-surfer/surfer.ts";
import { FileSurfer } from "./index.ts";

const open = (path: string): readonly [string, object] => ["open_path", { path }];
const READS = [asks(open("a.txt"), open("secret.txt"), ["find_on_page_ctrl_f", { search_string: "code" }])];

let base: string;
/** What policies were asked, in all processes. */
let judged: string[];
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "file-surfer-")));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  writeFileSync(join(base, "a.txt"), "plain");
  writeFileSync(join(base, "secret.txt"), "the code is 7");
  judged = [];
});

/** A surfer as another process makes it: a person must say yes before it reads what is secret. */
function surfer(answers: readonly CreateResult[] = []): FileSurfer {
  const toolPolicy = ({ name, arguments: args }: PendingToolCall): "ask" | "allow" => {
    judged.push(`${name} ${JSON.stringify(args["path"] ?? args["search_string"])}`);
    return args["path"] === "secret.txt" ? "ask" : "allow";
  };
  return new FileSurfer({ name: "reader", modelClient: scripted(answers), basePath: base, toolPolicy });
}

/** The state after a run that has stopped, since nobody was there to answer. */
async function waiting(agent: FileSurfer, task: string | undefined = "What is the code?"): Promise<JsonObject> {
  await expect(agent.run(task)).rejects.toMatchObject({ code: "ERR_INPUT_WAITING" });
  return JSON.parse(JSON.stringify(await agent.saveState())) as JsonObject;
}

function answered(state: JsonObject, value: Json): JsonObject {
  const [input] = pendingInputs(state);
  return answerInput(state, input?.requestId ?? "", value);
}

describe("a call of a file surfer that waits for a person", () => {
  test("is in its state, which is else as it was, and goes on in another process; nothing is done twice", async () => {
    const first = surfer([says("Hello."), ...READS]);
    await first.run("Hello?");
    const before = await first.saveState();
    const state = await waiting(first);
    const { open_turn: turn, ...rest } = state;
    expect(rest).toEqual(before);
    expect(turn).toMatchObject({ agent: "reader" });
    expect(pendingInputs(state)).toMatchObject([
      {
        path: "/reader[0]",
        prompt: expect.stringContaining("open_path"),
        choices: ["approve", "deny"],
        tool: { name: "open_path", arguments: { path: "secret.txt" } },
      },
    ]);

    rmSync(join(base, "a.txt"));
    const second = surfer();
    await second.loadState(state);
    expect(await second.saveState()).toEqual(state);
    await second.loadState(answered(state, "approve"));
    const { messages } = await second.run();
    expect(messages.map(messageText)).toEqual([
      `Path: ${join(base, "secret.txt")}\nViewport position: Showing page 1 of 1.\n${"=".repeat(23)}\nthe code is 7`,
    ]);
    expect(judged).toEqual(['open_path "a.txt"', 'open_path "secret.txt"', 'find_on_page_ctrl_f "code"']);
    const after = await second.saveState();
    expect(after).toMatchObject({ viewer: { path: join(base, "secret.txt"), query: "code" } });
    expect(after).not.toHaveProperty("open_turn");
    const said = (after["llm_context"] as { readonly messages: readonly JsonObject[] }).messages;
    expect(said.map(({ content }) => content)).toEqual([
      "Hello?",
      "Hello.",
      "What is the code?",
      expect.stringContaining("the code is 7"),
    ]);
  });

  test("is saved at once while the person is asked", async () => {
    const leaving = new AbortController();
    const agent = surfer(READS);
    let saved: Promise<JsonObject> | undefined;
    const run = agent.run("What is the code?", {
      signal: leaving.signal,
      approve: () => {
        saved = agent.saveState();
        void saved.then(() => leaving.abort());
        return new Promise<boolean>(() => undefined);
      },
    });
    await expect(run).rejects.toMatchObject({ code: "ERR_ABORTED" });
    const state = JSON.parse(JSON.stringify(await saved)) as JsonObject;
    expect(await agent.saveState()).not.toHaveProperty("open_turn");
    const second = surfer();
    await second.loadState(answered(state, { approved: true, arguments: { path: "a.txt" } }));
    const { messages } = await second.run();
    expect(messageText(messages[0] ?? expect.fail())).toContain('"code" is not in this file.');
  });

  test("is denied, answered once, with what is a decision, and under its id only", async () => {
    const state = await waiting(surfer(READS));
    const id = pendingInputs(state)[0]?.requestId ?? "";
    expect(() => answerInput(state, "other", "approve")).toThrow(expect.objectContaining({ code: "ERR_NOT_FOUND" }));
    expect(() => answerInput(state, id, "perhaps")).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
    const given = answerInput(state, id, { approved: false, reason: "private" });
    expect(() => answerInput(given, id, "approve")).toThrow(expect.objectContaining({ code: "ERR_INPUT_ANSWERED" }));
    const second = surfer();
    await second.loadState(given);
    const { messages } = await second.run();
    expect(messageText(messages[0] ?? expect.fail())).toMatch(/^File surfing error: .*private/);
    expect(await second.saveState()).toMatchObject({ viewer: { path: join(base, "a.txt") } });
  });

  test("is void when the surfer is told something else", async () => {
    const state = answered(await waiting(surfer(READS)), "approve");
    const second = surfer([says("Nothing to read.")]);
    await second.loadState(state);
    const { messages } = await second.run("Something else.");
    expect(messages.map(messageText)).toEqual(["Something else.", "Nothing to read."]);
    expect(await second.saveState()).not.toHaveProperty("open_turn");
    expect(judged).toEqual(['open_path "a.txt"', 'open_path "secret.txt"']);
  });

  test("is a question of the team that the surfer is in", async () => {
    const team = (answers: readonly CreateResult[] = []): RoundRobinGroupChat =>
      new RoundRobinGroupChat({ participants: [surfer(answers)], maxTurns: 1 });
    const first = team(READS);
    await expect(first.run("What is the code?")).rejects.toMatchObject({ code: "ERR_INPUT_WAITING" });
    const state = JSON.parse(JSON.stringify(await first.saveState())) as JsonObject;
    expect(pendingInputs(state)).toMatchObject([{ path: "/team[0]/reader[0]" }]);
    const second = team();
    await second.loadState(answered(state, "approve"));
    const { messages } = await second.run();
    expect(messageText(messages[0] ?? expect.fail())).toContain("the code is 7");
  });

  test.each([
    [{ answers: [{ finish_reason: "stop" }] }],
    [{ answers: [5] }],
    [{ results: [[0, { result: "all", isError: false }]] }],
    [{ context: [5] }],
  ])("is refused in words where the state was spoiled: %j", async (spoiled) => {
    const state = await waiting(surfer(READS));
    const turn = { ...(state["open_turn"] as JsonObject), ...(spoiled as JsonObject) };
    const second = surfer();
    await second.loadState(answered({ ...state, open_turn: turn }, "approve"));
    await expect(second.run()).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  });
});
