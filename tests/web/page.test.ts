import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { MemoryThreadStore } from "@tesserae/agentchat";
import type { CreateResult } from "@tesserae/core";
import { ScriptedClient, answerOf, type ScriptedReply } from "@tesserae/core/testing";
import { findChromium } from "@tesserae/ext/agents/web-surfer";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { pageApp } from "../../examples/web-chat/app.ts";
import { clerkReplies, clerkTeam } from "./desk.ts";

/** A model that says "One ", and " two." when it is let. */
class PausingModel extends ScriptedClient {
  goOn: () => void = () => undefined;

  constructor() {
    super([]);
  }

  override async *createStream(): AsyncGenerator<string | CreateResult> {
    yield "One ";
    await new Promise<void>((resolve) => (this.goOn = resolve));
    yield "two.";
    yield answerOf({ content: "One two." });
  }
}

async function started(model: ScriptedClient): Promise<string> {
  const app = pageApp({ makeTeam: () => clerkTeam(model), store: new MemoryThreadStore() });
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 });
  if (!server.listening) await once(server, "listening");
  onTestFinished(() => {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("the page is one file, and needs nothing from elsewhere", async () => {
  const response = await fetch(await started(new ScriptedClient(clerkReplies)));
  expect(response.headers.get("content-type")).toMatch(/^text\/html/);
  expect(await response.text()).not.toMatch(/https?:|src=|innerHTML/);
});

const executablePath = findChromium() ?? "";

describe.skipIf(executablePath === "")("the page in Chromium (skipped where none is installed)", () => {
  let browser: Browser;
  beforeAll(async () => {
    // Containers have no user namespaces, and what is looked at is our own page.
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"], timeout: 200_000 });
  });
  afterAll(() => browser.close());

  async function openTab(model: ScriptedClient): Promise<Page> {
    const url = await started(model);
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    // A page that waits in vain is told by the limit of the test.
    context.setDefaultTimeout(200_000);
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  async function say(page: Page, text: string): Promise<void> {
    await page.getByLabel("Message").fill(text);
    await page.keyboard.press("Enter");
  }

  /** Everything in the conversation: who says what, and how runs ended. */
  function lines(page: Page): Promise<readonly string[]> {
    return page
      .locator("main > *")
      .evaluateAll((elements) =>
        elements.map((element) => `${element.getAttribute("data-source") ?? "end"}: ${element.textContent}`),
      );
  }

  /** Waits until a run has ended. */
  async function ended(page: Page, times = 1): Promise<void> {
    await page
      .locator("main .end")
      .nth(times - 1)
      .waitFor();
    await page.locator("input:enabled").waitFor();
  }

  test("shows pieces as they come, the whole message once, and why the run ended", async () => {
    const model = new PausingModel();
    const page = await openTab(model);
    await say(page, "Count.");
    await page.getByText("One", { exact: true }).waitFor();
    expect(await lines(page)).toEqual(["user: Count.", "clerk: One "]);
    expect(await page.getByLabel("Message").isDisabled()).toBe(true);
    model.goOn();
    await ended(page);
    expect(await lines(page)).toEqual(["user: Count.", "clerk: One two.", "end: Maximum number of turns 1 reached."]);
  });

  test("each line runs the team; after a question to the user the next one is the answer", async () => {
    const page = await openTab(new ScriptedClient(clerkReplies));
    await say(page, "refund");
    await ended(page);
    await say(page, "LH 507");
    await ended(page, 2);
    expect(await lines(page)).toEqual([
      "user: refund",
      "clerk: Transferred to user, adopting the role of user immediately.",
      "end: Handoff to user from clerk detected.",
      "user: LH 507",
      "clerk: You said: refund, LH 507.",
      "end: Maximum number of turns 1 reached.",
    ]);
  });

  test("a tab has a conversation of its own, which it keeps when it is loaded again", async () => {
    const page = await openTab(new ScriptedClient(clerkReplies));
    const other = await page.context().newPage();
    await other.goto(page.url());
    await say(page, "here");
    await ended(page);
    await say(other, "there");
    await ended(other);
    await page.reload();
    await page.getByText("You said: here.").waitFor();
    await say(page, "again");
    await ended(page);
    expect(await lines(page)).toEqual([
      "user: here",
      "clerk: You said: here.",
      "user: again",
      "clerk: You said: here, again.",
      "end: Maximum number of turns 1 reached.",
    ]);
    expect((await lines(other))[1]).toBe("clerk: You said: there.");
  });

  test("shows what a model says as text, not as a page", async () => {
    const attack: ScriptedReply = () => "<img src=x onerror=alert(1)>";
    const page = await openTab(new ScriptedClient(attack));
    await say(page, "hello");
    await ended(page);
    expect(await lines(page)).toContain("clerk: <img src=x onerror=alert(1)>");
    expect(await page.locator("main img").count()).toBe(0);
  });

  test("tells of a run that failed, and takes the next line", async () => {
    const page = await openTab(new ScriptedClient([new Error("The model is ill."), "Well again."]));
    await say(page, "hello");
    await ended(page);
    expect((await lines(page)).at(-1)).toMatch(/^end: .*The model is ill/);
    await say(page, "hello again");
    await ended(page, 2);
    expect(await lines(page)).toContain("clerk: Well again.");
  });
});
