import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answerOf, SCRIPT } from "../../../test/mechanics/answers.ts";
import { exchangeOf, HELLO, known } from "../../../test/mechanics/exchange.ts";
import { openStore } from "../../store/store.ts";
import { ExactCache } from "./exact-cache.ts";

/** Stores one answer after another, each in a transaction of its own, and says after each how many there are. */
const WRITER = `
  import { openStore } from "STORE";
  import { ExactCache } from "CACHE";
  import { exchangeOf, HELLO } from "EXCHANGE";
  import { answerOf, SCRIPT } from "ANSWERS";
  const cache = new ExactCache({ store: openStore(process.argv[1]) });
  const big = answerOf({ ...SCRIPT, text: "word ".repeat(20000) });
  for (let count = 1; ; count += 1) {
    const exchange = exchangeOf({ body: HELLO, workload: "w" + count });
    cache.keep(cache.keyOf(exchange), exchange, big);
    cache.flush();
    if (count % 5 === 0) console.log(count);
  }`;

test("a gateway that is killed while it writes leaves whole entries alone, and none that it had written is lost", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tessera-cache-"));
  const path = join(folder, "tessera.db");
  const at = (file: string): string => new URL(file, import.meta.url).href;
  const script = WRITER.replace("STORE", at("../../store/store.ts"))
    .replace("CACHE", at("exact-cache.ts"))
    .replace("EXCHANGE", at("../../../test/mechanics/exchange.ts"))
    .replace("ANSWERS", at("../../../test/mechanics/answers.ts"));
  const child = spawn(process.execPath, ["--conditions=source", "--input-type=module", "-e", script, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let said = 0;
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (text: Buffer) => {
      said = Math.max(said, ...text.toString().split("\n").filter(Boolean).map(Number));
      if (said >= 20) resolve();
    });
    child.once("exit", () => resolve());
  });
  child.kill("SIGKILL");
  await ended;
  expect(said).toBeGreaterThanOrEqual(20);

  const store = openStore(path);
  const cache = new ExactCache({ store });
  const entries = cache.stats().entries;
  expect(entries).toBeGreaterThanOrEqual(said);
  const whole = answerOf({ ...SCRIPT, text: "word ".repeat(20_000) }).body;
  for (let count = 1; count <= entries; count += 1) {
    const exchange = exchangeOf({ body: HELLO, workload: `w${count}` });
    expect(cache.lookup(known(cache.keyOf(exchange)), exchange)?.body.equals(whole)).toBe(true);
  }
  expect(cache.stats().broken).toBe(0);
  cache.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});
