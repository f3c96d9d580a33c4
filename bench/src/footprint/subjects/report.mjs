/**
 * Measures building and 1,000 turns, and prints what they took as JSON. The heap that is kept is that of the turns after
 * the first 5,000: those also keep the code that the engine compiles.
 */
export async function report(build, turn) {
  const begin = performance.now();
  const built = await build();
  const time = performance.now() - begin;
  const rss = process.memoryUsage().rss;
  await turn(built);
  for (let index = 0; index < 1000; index += 1) await turn(built);
  const rssAfter = process.memoryUsage().rss;
  for (let index = 0; index < 4000; index += 1) await turn(built);
  const before = heapUsed();
  for (let index = 0; index < 4000; index += 1) await turn(built);
  const heapKept = Math.max(0, heapUsed() - before) / 4;
  process.stdout.write(JSON.stringify({ build: time, rss, rssAfter, heapKept }));
}

/** After two collections: the second takes what the first only set free. */
function heapUsed() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
