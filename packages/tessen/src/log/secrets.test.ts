import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { recordOf } from "../../test/log/records.ts";
import { addressSecret, SHAPED_SECRETS } from "../../test/log/secrets.ts";
import { temporaryFolder } from "../../test/log/temporary-folder.ts";
import { read } from "../events/read.ts";
import { openEventLog } from "./event-log.ts";
import type { LogBody } from "./log-record.ts";

test("of ten thousand secrets of every kind, in every part of an event, none is ever on disk", async () => {
  const logDir = temporaryFolder();
  const log = openEventLog({ logDir, agentName: "agent", durability: "none" });
  const makers = Object.entries(SHAPED_SECRETS);
  const secrets: string[] = [];
  for (let number = 0; secrets.length < 10_000; number += 1) {
    const [, make] = makers[number % makers.length] ?? [];
    if (make === undefined) throw new Error("There is a maker for every number.");
    const [inHead, inRequest, inTool, inAnswer] = [0, 1, 2, 3].map((part) => make(number * 4 + part));
    const [password, parameter, member] = [0, 1, 2].map((part) => addressSecret(number * 3 + part));
    const [encoded, field] = [0, 1].map((part) => addressSecret(100_000 + number * 2 + part));
    const tool = JSON.stringify({ query: `x\n${inTool}`, dsn: `mysql://u:${password}@h/d`, client_secret: member });
    const url = `https://api.test/v1?token=${parameter}&b=1&%6bey=${encoded}`;
    const bodies: LogBody[] = [
      {
        name: "request_body",
        json: JSON.stringify({ messages: [{ content: `use ${inRequest}` }, { arguments: tool }] }),
      },
      {
        name: "response_body",
        json: JSON.stringify({
          content: [{ text: `${inAnswer} it is` }, { text: "w ".repeat(number % 50 === 0 ? 20_000 : 9) }],
        }),
      },
    ];
    const head = { http_url: url, request_body_text: `password=${field}&user=ann` };
    const error = {
      type: "E",
      msg: `failed with ${inHead}`,
      tb: `Error: ${inHead}\n    at f (${url})`,
      status_code: 401,
    };
    log.write({ ...recordOf(`evt_${number}`, 0, { error, ...head }), bodies });
    secrets.push(
      ...[inHead, inRequest, inTool, inAnswer, password, parameter, member, encoded, field].filter(
        (text) => text !== undefined,
      ),
    );
  }
  expect(await log.close(30_000)).toBe(true);
  const text = readFileSync(log.file, "utf8");
  // A key of several lines is on disk as soon as one of its lines is.
  const parts = secrets.flatMap((secret) => secret.split("\n")).filter((part) => !part.startsWith("-----"));
  expect(parts.filter((part) => text.includes(part))).toEqual([]);
  const stats = {};
  expect([...read("agent", { logDir, stats })]).toHaveLength(log.stats().inlineLines + log.stats().threadLines);
  expect(stats).toMatchObject({ corrupt_lines: 0 });
  expect(log.stats()).toMatchObject({ lostEvents: 0, failures: {} });
}, 300_000);
