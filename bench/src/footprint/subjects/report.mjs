/**
 * Measures building and 1,000 turns, and prints what they took as JSON. The heap that is kept is that of a second
 * thousand: the first one also keeps the code that the engine compiles.
 */
export async function report(build, turn) {
  const begin = performance.now();
  const built = await build();
  const time = performance.now() - begin;
  const rss = process.memoryUsage().rss;
  await turn(built);
  for (let index = 0; index < 1000; index += 1) await turn(built);
  const rssAfter = process.memoryUsage().rss;
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < 1000; index += 1) await turn(built);
  globalThis.gc();
  const heapKept = Math.max(0, process.memoryUsage().heapUsed - before);
  process.stdout.write(JSON.stringify({ build: time, rss, rssAfter, heapKept }));
}
