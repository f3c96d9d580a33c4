import {
  SystemMessage,
  UserMessage,
  ValueError,
  callModel,
  imageFromBase64,
  raceSignal,
  type ChatCompletionClient,
  type LLMMessage,
  type RequestUsage,
  type RunContext,
} from "@tesserae/core";
import type { BrowserSession } from "../browser/browser-session.ts";
import { READER_SYSTEM_MESSAGE, quotedPage, readingPrompt } from "./prompts.ts";
import { readPage } from "./surf-effects.ts";

/** Tokens that are kept free for a picture. */
export const PICTURE_TOKENS = 1105;

/** What a question is asked with. */
export interface PageQuestion {
  readonly agent: string;
  readonly modelClient: ChatCompletionClient;
  readonly session: BrowserSession;
  readonly url: string | undefined;
  /** Without one the page is summarized. */
  readonly question: string | undefined;
}

/** An answer, and what it used; or why there is none. */
export type PageAnswer =
  | { readonly text: string; readonly usage: RequestUsage | undefined }
  | { readonly fault: string };

/** Reads the whole page, as much of it as the model takes, and lets the model answer from it. */
export async function askAboutPage(run: RunContext, asked: PageQuestion): Promise<PageAnswer> {
  const { agent, modelClient, session, url, question } = asked;
  const { vision } = modelClient.modelInfo;
  const page = await readPage(run, session, url, vision);
  if ("fault" in page) return page;
  const lines = page.markdown.trim() === "" ? [] : page.markdown.split("\n");
  const system = SystemMessage({ content: READER_SYSTEM_MESSAGE });
  const withLines = (count: number): string => readingPrompt(page.title, question) + quotedPage(lines.slice(0, count));
  const reserve = vision ? PICTURE_TOKENS : 0;
  const count = largest(lines.length, (count) => {
    const trial = [system, UserMessage({ content: withLines(count), source: agent })];
    return modelClient.remainingTokens(trial) > reserve;
  });
  if (count === 0) return { text: "There is nothing to read on this page.", usage: undefined };
  const prompt = withLines(count);
  const content = page.picture === null ? prompt : [prompt, imageFromBase64(page.picture)];
  const messages: readonly LLMMessage[] = [system, UserMessage({ content, source: agent })];
  const result = await raceSignal(callModel(run, modelClient, messages, { purpose: "read", agent }), run.signal);
  if (typeof result.content !== "string") {
    throw new ValueError(`The model of '${agent}' called tools that it was not offered.`, { code: "ERR_MODEL_ANSWER" });
  }
  return { text: result.content, usage: result.usage };
}

/** The largest count up to `most` that fits, given that all below one that fits do too. */
function largest(most: number, fits: (count: number) => boolean): number {
  if (most === 0 || fits(most)) return most;
  let [low, high] = [0, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
