import type { InputFunction } from "@tesserae/agentchat";
import { ScriptedClient } from "@tesserae/core/testing";
import { afterEach, describe, expect, test } from "vitest";
import { TestSocket } from "./chat-client.ts";
import { attendedTeam, clerkReplies, clerkTeam, SilentModel, WatchedStore } from "./desk.ts";
import { startExpress, startHono, type Running, type Start } from "./servers.ts";

const open: Running[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

describe.each<[string, Start]>([
  ["Hono", startHono],
  ["Express", startExpress],
])("a web socket on %s", (_name, start) => {
  async function started(model: ScriptedClient, store = new WatchedStore()): Promise<string> {
    const attended = { makeTeam: (ask: InputFunction) => attendedTeam(model, ask), store };
    const server = await start({ makeTeam: () => clerkTeam(model), store }, attended);
    open.push(server);
    return server.url;
  }

  test("shows every item as JSON, asks the user in the middle of the run, and ends with the result", async () => {
    const store = new WatchedStore();
    const url = await started(new ScriptedClient(clerkReplies), store);
    const socket = await TestSocket.open(url, "a");
    socket.send({ type: "task", text: "good day" });
    const asked = await socket.until("input_request");
    expect(asked).toMatchObject([
      { type: "TextMessage", source: "user", content: "good day", created_at: expect.stringMatching(/Z$/) },
      { type: "TextMessage", source: "clerk" },
      { type: "input_request", prompt: "Enter your response: " },
    ]);
    socket.send({ type: "input", text: "more" });
    await socket.until("input_request");
    socket.send({ type: "input", text: "APPROVE" });
    const items = await socket.until("TaskResult");
    expect(items.map(({ type }) => type)).toContain("UserInputRequestedEvent");
    expect(items.at(-1)).toMatchObject({ status: "finished", stop_reason: "Text 'APPROVE' mentioned" });
    // The stored history has what was said, not that somebody was asked.
    const said = await (await fetch(`${url}/attended/a/messages`)).json();
    expect(said).toMatchObject(
      ["good day", /./, "more", /./, "APPROVE"].map((content) =>
        content instanceof RegExp ? { source: "clerk" } : { source: "user", content },
      ),
    );
    await socket.close();
  });

  test("goes on with the conversation after another run, another connection and another server", async () => {
    const store = new WatchedStore();
    for (const text of ["one", "two"]) {
      const url = await started(new ScriptedClient(clerkReplies), store);
      const socket = await TestSocket.open(url, "a");
      socket.send({ type: "task", text });
      const asked = await socket.until("input_request");
      if (text === "two") expect(asked.at(-2)).toMatchObject({ content: "You said: one, APPROVE, two." });
      socket.send({ type: "input", text: "APPROVE" });
      await socket.until("TaskResult");
      await socket.close();
    }
  });

  test("fails the run of a client that disconnects while it is asked, and no other", async () => {
    const store = new WatchedStore();
    const url = await started(new ScriptedClient(clerkReplies), store);
    const [leaving, staying] = await Promise.all([TestSocket.open(url, "leaving"), TestSocket.open(url, "staying")]);
    for (const socket of [leaving, staying]) socket.send({ type: "task", text: "hello" });
    await Promise.all([leaving.until("input_request"), staying.until("input_request")]);
    const saved = store.saved("leaving");
    await leaving.close();
    await saved;
    expect(store.load("leaving")?.messages).toMatchObject([{ content: "hello" }, { source: "clerk" }]);
    staying.send({ type: "input", text: "APPROVE" });
    expect((await staying.until("TaskResult")).at(-1)).toMatchObject({ status: "finished" });
    const back = await TestSocket.open(url, "leaving");
    back.send({ type: "task", text: "I am back" });
    // It is still the user's turn.
    expect(await back.until("input_request")).toMatchObject([{ content: "I am back" }, { type: "input_request" }]);
    back.send({ type: "input", text: "really" });
    expect((await back.until("input_request")).at(-2)).toMatchObject({
      content: "You said: hello, I am back, really.",
    });
    await Promise.all([back.close(), staying.close()]);
  });

  test("asks nobody again who has left", async () => {
    const store = new WatchedStore();
    const insisting = (ask: InputFunction): InputFunction => {
      return async (prompt) => {
        try {
          return await ask(prompt);
        } catch {
          return ask(prompt);
        }
      };
    };
    const model = new ScriptedClient(clerkReplies);
    const attended = { makeTeam: (ask: InputFunction) => attendedTeam(model, insisting(ask)), store };
    const server = await start({ makeTeam: () => clerkTeam(model), store }, attended);
    open.push(server);
    const socket = await TestSocket.open(server.url, "a");
    socket.send({ type: "task", text: "hello" });
    await socket.until("input_request");
    const saved = store.saved("a");
    await socket.close();
    await saved;
  });

  test("aborts the run of a client that disconnects while a model is asked", async () => {
    const model = new SilentModel();
    const store = new WatchedStore();
    const url = await started(model, store);
    const socket = await TestSocket.open(url, "a");
    const saved = store.saved("a");
    socket.send({ type: "task", text: "hello?" });
    await model.asked;
    await socket.close();
    await model.aborted;
    await saved;
    expect(store.load("a")?.messages).toMatchObject([{ content: "hello?" }]);
  });

  test("tells what it takes when something else comes, and a run that fails leaves the connection", async () => {
    const url = await started(new ScriptedClient([new Error("The model is ill."), "Well again."]));
    const socket = await TestSocket.open(url, "a");
    for (const message of ["no JSON", "7", { type: "input", text: "unasked" }, { type: "task" }]) {
      socket.send(message);
      expect(await socket.until("error")).toMatchObject([{ message: "Send a task, or the input that was asked for." }]);
    }
    socket.send({ type: "task", text: "hello" });
    const failed = await socket.until("error");
    expect(failed.at(-2)).toMatchObject({ type: "TaskResult", status: "failed" });
    expect(failed.at(-1)).toMatchObject({ message: expect.stringContaining("The model is ill.") });
    socket.send({ type: "task", text: "hello again" });
    expect((await socket.until("input_request")).at(-2)).toMatchObject({ content: "Well again." });
    await socket.close();
  });

  test.each(["/attended/%", "/attended/", "/elsewhere/a", "/"])("lives on when %s is asked for", async (path) => {
    const url = await started(new ScriptedClient(clerkReplies));
    const socket = new WebSocket(`${url.replace("http", "ws")}${path}`);
    // A framework may take the first of them for the name of a chat.
    await new Promise((resolve) => ["open", "error"].forEach((event) => socket.addEventListener(event, resolve)));
    const fine = await TestSocket.open(url, "a");
    await fine.close();
    socket.close();
  });
});
