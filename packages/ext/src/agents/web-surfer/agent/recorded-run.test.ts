import { RoundRobinGroupChat, messageText } from "@tesserae/agentchat";
import { MemoryJournalStore, recordTo, replayFrom, resumeFrom } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { CHROMIUM, startSite } from "../../../../test/web-surfer/browser.ts";
import { asks, says, scripted, surfer } from "../../../../test/web-surfer/surfer.ts";

const NO_BROWSER = { executablePath: "/no/such/browser" };

describe.skipIf(CHROMIUM === "")("a run of a surfer (skipped where no Chromium is installed)", () => {
  test("is recorded, each step with what may be repeated, and replayed without a browser", async () => {
    const { url, asked } = await startSite({
      "/": "<title>Start</title><a href=/b>B</a>",
      "/b": "<title>B</title><p>the end</p>",
    });
    const answers = [asks(["click", { target_id: 10 }]), asks(["summarize_page", {}]), says("An end.")];
    const team = (options: object): RoundRobinGroupChat =>
      new RoundRobinGroupChat({
        participants: [surfer({ modelClient: scripted(answers), startPage: `${url}/`, ...options })],
        maxTurns: 2,
      });
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    const recorded = await team({}).run("Go.", { journal });
    expect(recorded.messages.map(messageText).at(-1)).toBe("An end.");

    const begun: string[] = [];
    for await (const entry of store.read(journal.runId ?? "")) {
      if (entry.e === "begin") begun.push(`${entry.a.replace(/^.*!/, "")} ${entry.x}`);
    }
    expect(begun).toEqual([
      "browser:look[0] safe",
      "model:reply[0] safe",
      "tool:click[0] never",
      "browser:look[1] safe",
      "browser:look[0] safe",
      "model:reply[0] safe",
      "browser:read[0] safe",
      "model:read[0] safe",
    ]);

    const before = asked.length;
    const replayed = await team(NO_BROWSER).run(undefined, { journal: replayFrom(store, journal.runId ?? "") });
    expect(replayed.messages).toEqual(recorded.messages);
    expect(replayed.usage).toEqual(recorded.usage);
    expect(asked).toHaveLength(before);
  });

  test("that failed goes on in another process at the page where it was", async () => {
    let page = "<title>B</title><button onclick='document.title = `clicked`'>Press</button>";
    const { url } = await startSite({ "/": "<title>Start</title>", "/b": (_request, response) => response.end(page) });
    const team = (answers: readonly ReturnType<typeof says>[]): RoundRobinGroupChat =>
      new RoundRobinGroupChat({
        participants: [surfer({ modelClient: scripted(answers), startPage: `${url}/` })],
        maxTurns: 3,
      });
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    const failing = team([asks(["visit_url", { url: `${url}/b` }])]).run("Go.", { journal });
    await expect(failing).rejects.toThrow("No more mock responses");

    const resumed = await team([asks(["click", { target_id: 10 }]), says("Done.")]).run(undefined, {
      journal: resumeFrom(store, journal.runId ?? "", { accept: "recorded" }),
    });
    const texts = resumed.messages.map(messageText);
    expect(texts.join("\n")).toContain('the page "clicked"');
    expect(texts.at(-1)).toBe("Done.");

    // Where the page has become another one, nothing on it is pressed for what it was.
    page = "<title>B</title><button onclick='document.title = `clicked`'>Pay</button>";
    const second = recordTo(store);
    await expect(team([asks(["visit_url", { url: `${url}/b` }])]).run("Go.", { journal: second })).rejects.toThrow();
    page = "<title>B</title><button onclick='document.title = `clicked`'>Pay twice</button>";
    const changed = await team([asks(["click", { target_id: 10 }]), says("Done.")]).run(undefined, {
      journal: resumeFrom(store, second.runId ?? "", { accept: "recorded" }),
    });
    expect(changed.messages.map(messageText).join("\n")).toContain("The element 10 is not what it was");
  });

  test("counts toward the limits of the run, and asks who decides about calls", async () => {
    const { url, asked } = await startSite({
      "/": "<title>Start</title><input title=Field>",
      "/b": "<title>B</title>",
    });
    const type = asks(["input_text", { input_field_id: 10, text_value: "secret" }]);
    const visit = asks(["visit_url", { url: `${url}/b` }]);

    const limited = surfer({ modelClient: scripted([visit]), startPage: url });
    const result = await limited.run("Go.", { limits: { maxToolCalls: 0 } });
    expect(result.messages.map(messageText).join("\n")).toContain("Web surfing error");
    expect(asked).not.toContain("/b");

    const calls: string[] = [];
    const watched = surfer({
      modelClient: scripted([type, type]),
      startPage: url,
      requiresApproval: ["input_text"],
      toolPolicy: ({ name }) => {
        calls.push(name);
        return undefined;
      },
    });
    const denied = await watched.run("Type.", { approve: () => ({ approved: false, reason: "not there" }) });
    expect(denied.messages.map(messageText).at(-1)).toMatch(/^Web surfing error: .*not there/);
    const approved = await watched.run("Type.", { approve: () => true });
    expect(approved.messages.map(messageText).at(-1)).toContain('I typed "secret" into "Field".');
    expect(calls).toEqual(["input_text", "input_text"]);
  });

  test("is aborted in the middle of a page that never comes, and the browser goes on", async () => {
    const stopping = new AbortController();
    const { url } = await startSite({ "/": "<title>Start</title>", "/slow": () => stopping.abort() });
    const modelClient = scripted([asks(["visit_url", { url: `${url}/slow` }]), says("Still here.")]);
    const agent = surfer({ modelClient, startPage: url });
    const aborted = await agent.run("Go.", { signal: stopping.signal }).catch((error: unknown) => error);
    expect(aborted).toMatchObject({ code: "ERR_ABORTED" });
    expect(await agent.saveState()).toMatchObject({ llm_context: { messages: [] } });
    const next = await agent.run("Where are you?");
    expect(next.messages.map(messageText).at(-1)).toBe("Still here.");
  });
});

test("a browser that cannot start ends the run with what to do", async () => {
  const agent = surfer({ modelClient: scripted([says("never")]), ...NO_BROWSER });
  await expect(agent.run("Go.")).rejects.toThrow("The executablePath /no/such/browser is no program");
  await agent.close();
  await agent.close();
});
