import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChatCompletionClient } from "../models/chat-completion-client.ts";
import type { LLMMessage } from "../models/messages.ts";
import type { BaseChatCompletionContext } from "./base-context.ts";
import { BufferedChatCompletionContext } from "./buffered-context.ts";
import { HeadAndTailChatCompletionContext } from "./head-and-tail-context.ts";
import { TokenLimitedChatCompletionContext } from "./token-limited-context.ts";
import { unitAround } from "./tool-pairs.ts";
import { UnboundedChatCompletionContext } from "./unbounded-context.ts";

const user = (content: string): LLMMessage => ({ type: "UserMessage", content, source: "u" });
const calls: LLMMessage = { type: "AssistantMessage", content: [{ id: "1", name: "f", arguments: "{}" }], source: "a" };
const result: LLMMessage = {
  type: "FunctionExecutionResultMessage",
  content: [{ content: "c", name: "f", callId: "1" }],
};
const system: LLMMessage = { type: "SystemMessage", content: "s" };

/** Counts 10 tokens a message; 1000 fit. */
const client = {
  countTokens: (messages: readonly LLMMessage[]) => 10 * messages.length,
  remainingTokens: (messages: readonly LLMMessage[]) => 1000 - 10 * messages.length,
} as unknown as ChatCompletionClient;

function view<C extends BaseChatCompletionContext>(
  context: C,
  ...messages: readonly LLMMessage[]
): readonly LLMMessage[] {
  for (const message of messages) context.addMessage(message);
  // None of the contexts of this package waits for anything.
  return context.getMessages() as readonly LLMMessage[];
}

const users = (count: number): readonly LLMMessage[] =>
  Array.from({ length: count }, (_, index) => user(String(index)));
const texts = (messages: readonly LLMMessage[]): readonly unknown[] => messages.map(({ content }) => content);

describe("buffered", () => {
  test("2 of 3: the last 2", () => {
    expect(texts(view(new BufferedChatCompletionContext({ bufferSize: 2 }), ...users(3)))).toEqual(["1", "2"]);
  });

  test("results whose calls are cut off are left out: all of them, or one in AutoGen's way", () => {
    const conversation = [user("u"), result, result];
    expect(view(new BufferedChatCompletionContext({ bufferSize: 2 }), ...conversation)).toEqual([]);
    const parity = new BufferedChatCompletionContext({ bufferSize: 2, keepToolPairs: false });
    expect(view(parity, ...conversation)).toEqual([result]);
  });
});

describe("head and tail", () => {
  test("(1, 1) of 5: three, the first and the last as they were", () => {
    const seen = view(new HeadAndTailChatCompletionContext({ headSize: 1, tailSize: 1 }), ...users(5));
    expect(texts(seen)).toEqual(["0", "Skipped 3 messages.", "4"]);
    expect(seen[1]).toMatchObject({ type: "UserMessage", source: "System" });
  });

  test("(2, 2) around a call and its results: AutoGen's count, or what is really left out", () => {
    const conversation = [user("u1"), calls, result, user("u4"), result, user("u6")];
    const parity = new HeadAndTailChatCompletionContext({ headSize: 2, tailSize: 2, keepToolPairs: false });
    expect(texts(view(parity, ...conversation))).toEqual(["u1", "Skipped 2 messages.", "u6"]);
    const paired = new HeadAndTailChatCompletionContext({ headSize: 2, tailSize: 2 });
    expect(texts(view(paired, ...conversation))).toEqual(["u1", "Skipped 4 messages.", "u6"]);
  });

  test("(2, 2) of 4: all four", () => {
    expect(view(new HeadAndTailChatCompletionContext({ headSize: 2, tailSize: 2 }), ...users(4))).toHaveLength(4);
  });
});

describe("token limited", () => {
  test("10 a message, limit 25, messages 0 to 4: 0 and 4", () => {
    const context = new TokenLimitedChatCompletionContext({ modelClient: client, tokenLimit: 25 });
    expect(texts(view(context, ...users(5)))).toEqual(["0", "4"]);
  });

  test("without a limit and with room all are kept; without room they go", () => {
    const context = new TokenLimitedChatCompletionContext({ modelClient: client });
    expect(view(context, ...users(100))).toHaveLength(100);
    expect(view(context, user("one more"))).toHaveLength(100);
  });

  test("leading results go; with pairs kept, calls and results go together", () => {
    const parity = new TokenLimitedChatCompletionContext({ modelClient: client, tokenLimit: 20, keepToolPairs: false });
    expect(view(parity, result, user("x"))).toEqual([user("x")]);
    const paired = new TokenLimitedChatCompletionContext({ modelClient: client, tokenLimit: 30 });
    expect(view(paired, user("a"), calls, result, user("b"))).toEqual([user("a"), user("b")]);
  });

  test("pinned system messages stay, and are all that is left when nothing fits", () => {
    const context = new TokenLimitedChatCompletionContext({ modelClient: client, tokenLimit: 10, pinSystem: true });
    expect(view(context, system, user("a"), user("b"))).toEqual([system]);
    expect(view(new TokenLimitedChatCompletionContext({ modelClient: client, tokenLimit: 1 }), ...users(3))).toEqual(
      [],
    );
  });
});

/** Counts as many tokens as a text has characters, and how often it was asked. */
function counting(): { readonly modelClient: ChatCompletionClient; asked: number } {
  const counter = {
    asked: 0,
    modelClient: {
      countTokens: (messages: readonly LLMMessage[]) => {
        counter.asked += 1;
        return messages.reduce((sum, { content }) => sum + (typeof content === "string" ? content.length : 3), 0);
      },
    } as unknown as ChatCompletionClient,
  };
  return counter;
}

test("token limited needs somebody who counts", () => {
  expect(() => new TokenLimitedChatCompletionContext({ tokenLimit: 5 } as never)).toThrow(/needs a modelClient/);
});

describe("token limited, in a long conversation", () => {
  test("counts all messages a few times only, however many must go", () => {
    const counter = counting();
    const context = new TokenLimitedChatCompletionContext({ modelClient: counter.modelClient, tokenLimit: 12 });
    expect(texts(view(context, ...Array.from({ length: 1000 }, () => user("abcd"))))).toHaveLength(3);
    expect(counter.asked).toBeLessThanOrEqual(12);
  });

  test("leaves what one removal after another would leave", () => {
    const message = fc.oneof(fc.string({ maxLength: 9 }).map(user), fc.constantFrom(calls, result, system));
    const options = fc.record({
      keepToolPairs: fc.boolean(),
      pinSystem: fc.boolean(),
      tokenLimit: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 20 }), options, (messages, given) => {
        const { modelClient } = counting();
        const fits = (kept: readonly LLMMessage[]): boolean => modelClient.countTokens(kept) <= given.tokenLimit;
        const kept = [...messages];
        while (kept.length > 0 && !fits(kept)) {
          const middle = Math.floor(kept.length / 2);
          const near = Array.from(kept.keys()).flatMap((distance) => [middle + distance, middle - distance]);
          const index = given.pinSystem
            ? near.find((one) => kept[one] !== undefined && kept[one]?.type !== "SystemMessage")
            : middle;
          if (index === undefined) break;
          const { start, end } = given.keepToolPairs ? unitAround(kept, index) : { start: index, end: index + 1 };
          kept.splice(start, end - start);
        }
        const isResult = (one: LLMMessage | undefined): boolean => one?.type === "FunctionExecutionResultMessage";
        while (isResult(kept[0])) {
          kept.shift();
          if (!given.keepToolPairs) break;
        }
        expect(view(new TokenLimitedChatCompletionContext({ modelClient, ...given }), ...messages)).toEqual(kept);
      }),
    );
  });

  test("takes its limit by the name of AutoGen's handbooks, too, in a file as well", async () => {
    const context = new TokenLimitedChatCompletionContext({ modelClient: client, maxTokens: 25 });
    expect(texts(view(context, ...users(5)))).toEqual(["0", "4"]);
    const { fromConfig } = TokenLimitedChatCompletionContext.component;
    const load = { component: () => Promise.resolve(client as never), resolve: () => undefined };
    const loaded = await fromConfig({ model_client: {}, max_tokens: 25 }, load);
    expect(loaded.tokenLimit).toBe(25);
    expect(() => new TokenLimitedChatCompletionContext({ modelClient: client, maxTokens: 0 })).toThrow(
      /maxTokens must/,
    );
  });
});

const KINDS: readonly (readonly [string, (initialMessages?: readonly LLMMessage[]) => BaseChatCompletionContext])[] = [
  ["unbounded", (initialMessages) => new UnboundedChatCompletionContext({ initialMessages })],
  ["buffered", (initialMessages) => new BufferedChatCompletionContext({ bufferSize: 3, initialMessages })],
  [
    "head and tail",
    (initialMessages) => new HeadAndTailChatCompletionContext({ headSize: 1, tailSize: 2, initialMessages }),
  ],
  [
    "token limited",
    (initialMessages) =>
      new TokenLimitedChatCompletionContext({ modelClient: client, tokenLimit: 40, initialMessages }),
  ],
];

describe.each(KINDS)("%s", (_, make) => {
  test("clear empties it; save, clear, load restores it, what is not shown included", () => {
    const context = make();
    const before = view(context, ...users(9));
    const state = context.saveState();
    expect(state["messages"]).toHaveLength(9);
    context.clear();
    expect(context.getMessages()).toEqual([]);
    context.loadState(structuredClone(state));
    expect(context.getMessages()).toEqual(before);
    expect(() => context.loadState({})).toThrow(/"messages"/);
  });

  test("begins with its initial messages, and changing the list from outside changes nothing", () => {
    const initial = [user("first")];
    const context = make(initial);
    initial.push(user("second"));
    const seen = context.getMessages() as LLMMessage[];
    expect(texts(seen)).toEqual(["first"]);
    seen.push(user("third"));
    expect(texts(context.getMessages() as LLMMessage[])).toEqual(["first"]);
  });

  test("a checkpoint brings it back, whatever happened since", () => {
    const context = make();
    view(context, user("a"));
    const restore = context.checkpoint();
    view(context, user("b"));
    context.clear();
    view(context, user("c"));
    restore();
    expect(texts(context.getMessages() as LLMMessage[])).toEqual(["a"]);
  });

  test("whatever the conversation: no results without their calls, and order is kept", () => {
    const turn = fc.constantFrom<readonly LLMMessage[]>(
      [user("u")],
      [calls, result],
      [calls, result, result],
      [system],
    );
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 12 }), (turns) => {
        const conversation = turns.flat().map((message) => ({ ...message }));
        const seen = view(make(), ...conversation);
        for (const [index, message] of seen.entries()) {
          if (message.type !== "FunctionExecutionResultMessage") continue;
          const before = seen[index - 1];
          expect(["AssistantMessage", "FunctionExecutionResultMessage"]).toContain(before?.type);
        }
        const kept = seen.filter((message) => conversation.includes(message as never));
        expect(kept).toEqual(conversation.filter((message) => seen.includes(message)));
      }),
    );
  });
});

describe("sizes", () => {
  test.each([0, -1, 1.5, Number.NaN])("of %d are refused", (size) => {
    expect(() => new BufferedChatCompletionContext({ bufferSize: size })).toThrow(/bufferSize must be greater than 0/);
    expect(() => new HeadAndTailChatCompletionContext({ headSize: size, tailSize: 1 })).toThrow(
      /headSize must be greater than 0/,
    );
    expect(() => new HeadAndTailChatCompletionContext({ headSize: 1, tailSize: size })).toThrow(
      /tailSize must be greater than 0/,
    );
    expect(() => new TokenLimitedChatCompletionContext({ modelClient: client, tokenLimit: size })).toThrow(
      /tokenLimit must be greater than 0/,
    );
  });
});

test("a unit is a call with its results, or one message", () => {
  const conversation = [user("a"), calls, result, result, user("b"), result];
  expect(conversation.map((_, index) => unitAround(conversation, index))).toEqual([
    { start: 0, end: 1 },
    { start: 1, end: 4 },
    { start: 1, end: 4 },
    { start: 1, end: 4 },
    { start: 4, end: 5 },
    { start: 5, end: 6 },
  ]);
});
