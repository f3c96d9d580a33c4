import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/log/temporary-folder.ts";
import { eventsHolding } from "./events-holding.ts";
import { logFiles } from "./log-files.ts";
import { read } from "./read.ts";

test("finds the events that a whole reading finds", () => {
  const line = fc.nat({ max: 9 }).map((id) => `{"event_id": "evt_${id}", "ts": 1, "text": "${"x".repeat(id * 99)}"}\n`);
  const piece = fc.oneof(
    line,
    line.map((text) => text.slice(0, 30)),
    fc.constantFrom("\n", "evt_1\n", "{}\n"),
  );
  fc.assert(
    fc.property(fc.array(fc.array(piece, { maxLength: 9 }), { maxLength: 2 }), fc.nat({ max: 9 }), (files, id) => {
      const logDir = temporaryFolder();
      mkdirSync(join(logDir, "agent"));
      for (const [number, pieces] of files.entries())
        writeFileSync(join(logDir, "agent", `2024-05-14.${number + 1}.jsonl`), pieces.join(""));
      const isWanted = ({ event_id: found }: { event_id: string }): boolean => found === `evt_${id}`;
      const found = [...eventsHolding(logFiles("agent", { logDir }), `evt_${id}`)].filter(isWanted);
      // The last of several with one id is the one that counts.
      expect(found.slice(-1)).toEqual([...read("agent", { logDir })].filter(isWanted));
    }),
    { numRuns: 60 },
  );
});
