/** Measures the cases of one contender in a process of its own, as the parent asks for them. */
import type { Case, Subject } from "./subject.ts";

const file = process.argv[2];
if (file === undefined || process.send === undefined) throw new Error("The worker is started by agents/bench.ts.");
const { subject } = (await import(file)) as { subject: Subject };

process.on("message", async (message: { name: Case; units: number }) => {
  const run = subject[message.name];
  if (run === undefined) {
    process.send?.({ micros: null });
    return;
  }
  try {
    globalThis.gc?.();
    const begin = process.hrtime.bigint();
    await run(message.units);
    process.send?.({ micros: Number(process.hrtime.bigint() - begin) / 1000 / message.units });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
process.send({ ready: Object.keys(subject) });
process.on("disconnect", () => process.exit());
