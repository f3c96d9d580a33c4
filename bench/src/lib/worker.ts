/** Measures the cases of one contender in a process of its own, as the parent asks for them. */
import type { Answer, Question, SubjectModule, Taken } from "./subject.ts";

const file = process.argv[2];
if (file === undefined || process.send === undefined) throw new Error("The worker is started by lib/contest.ts.");
const { subject, keep, recorded } = (await import(file)) as SubjectModule;

/** The longest that a case is warmed up, as a multiple of the time of one repetition. */
const WARM_UP = 8;

async function answer(question: Question): Promise<Answer> {
  if (question.ask === "heap") return keep === undefined ? {} : { bytes: await heapOfEach(keep, question.count) };
  const run = subject[question.name];
  if (run === undefined) return {};
  if (question.ask === "recorded")
    return recorded === undefined ? {} : { recorded: await keptOf(run, question.units, recorded) };
  return question.ask === "time" ? time(run, question.units) : { units: await unitsFor(run, question) };
}

async function time(run: (units: number) => Promise<void>, units: number): Promise<Taken> {
  // No collection is forced here: it would throw away the hidden classes of all that is dead, and the code compiled for them.
  const cpu = process.cpuUsage();
  const thread = process.threadCpuUsage();
  const begin = process.hrtime.bigint();
  await run(units);
  const wall = Number(process.hrtime.bigint() - begin) / 1000;
  const ofThread = process.threadCpuUsage(thread);
  const { user, system } = process.cpuUsage(cpu);
  return { wall: wall / units, cpu: (user + system) / units, thread: (ofThread.user + ofThread.system) / units };
}

/**
 * Runs the case until the engine has compiled it, and finds how many units take the time of a repetition. So every
 * contender is measured warm, and for equally long.
 */
async function unitsFor(
  run: (units: number) => Promise<void>,
  { step, milliseconds }: { readonly step: number; readonly milliseconds: number },
): Promise<number> {
  let units = step;
  let spent = 0;
  let micros = Number.POSITIVE_INFINITY;
  while (spent < WARM_UP * milliseconds) {
    const { cpu, wall } = await time(run, units);
    micros = Math.min(micros, Math.max(cpu, 0.001));
    spent += Math.max((wall * units) / 1000, 0.01);
    if ((wall * units) / 1000 < milliseconds / 2) units *= 2;
  }
  return Math.max(1, Math.round((milliseconds * 1000) / micros / step)) * step;
}

/** How many of so many calls, one after another, a recorder keeps. */
async function keptOf(
  run: (units: number) => Promise<void>,
  units: number,
  recorded: () => Promise<number>,
): Promise<number> {
  const before = await recorded();
  await run(units);
  return (await recorded()) - before;
}

async function heapOfEach(make: (count: number) => Promise<unknown>, count: number): Promise<number> {
  await make(1000);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const kept = await make(count);
  globalThis.gc?.();
  const after = process.memoryUsage().heapUsed;
  if (kept === undefined) throw new Error("Nothing was kept.");
  return (after - before) / count;
}

process.on("message", (question: Question) => {
  answer(question).then(
    (given) => process.send?.(given),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.send({});
process.on("disconnect", () => process.exit());
