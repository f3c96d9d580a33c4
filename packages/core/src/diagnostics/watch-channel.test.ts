import { tracingChannel } from "node:diagnostics_channel";
import { expect, test } from "vitest";
import { callModel } from "../effects/call-model.ts";
import { ScriptedClient } from "../effects/testing/scripted-client.ts";
import { UserMessage } from "../models/messages.ts";
import { plainContext } from "../run/context.ts";
import { watchChannel } from "./watch-channel.ts";

const ask = (client: ScriptedClient): Promise<unknown> =>
  callModel(plainContext(), client, [UserMessage({ content: "hello", source: "user" })], { purpose: "reply" });

test("a watcher gets each payload at its start and, with what it made of that, at its end, failed work too", async () => {
  const log: string[] = [];
  let count = 0;
  const stop = watchChannel("model", {
    started({ purpose }) {
      log.push(`start ${purpose}`);
      return (count += 1);
    },
    ended: ({ response, error }, begun) => log.push(`end ${String(begun)}: ${response?.text ?? error?.message}`),
  });
  await ask(new ScriptedClient(["hi"]));
  await ask(new ScriptedClient([new Error("no model")])).catch(() => undefined);
  stop();
  await ask(new ScriptedClient(["unseen"]));
  expect(log).toEqual(["start reply", "end 1: hi", "start reply", "end 2: no model"]);
  expect(tracingChannel("tesserae:model").hasSubscribers).toBe(false);
});

test("work that was under way when the watching began is not told of", async () => {
  const ended: string[] = [];
  let stop: (() => void) | undefined;
  const other = watchChannel("model", {
    started() {
      // This one comes too late for the start of the very call that is told of.
      stop ??= watchChannel("model", { ended: ({ response }) => void ended.push(response?.text ?? "") });
    },
  });
  const client = new ScriptedClient(["first", "second"]);
  await ask(client);
  await ask(client);
  other();
  stop?.();
  expect(ended).toEqual(["second"]);
});
