/**
 * One reading of a log in a process of its own: `tessen` has it summed up, `parse` reads every line and parses it, and
 * `lines` only looks for the line breaks. Prints seconds and the most memory that was in use.
 */
import { closeSync, openSync, readSync } from "node:fs";

const [way, tessen, logDir, agent, file] = process.argv.slice(2);

/** The lines of a file, as bytes that are overwritten with the next ones. */
function* linesOf(path) {
  const descriptor = openSync(path, "r");
  const buffer = Buffer.allocUnsafe(4 * 1024 * 1024);
  let kept = 0;
  for (;;) {
    const count = readSync(descriptor, buffer, kept, buffer.length - kept, null);
    if (count === 0) break;
    const end = kept + count;
    let start = 0;
    for (let next = buffer.indexOf(10); next !== -1 && next < end; next = buffer.indexOf(10, start)) {
      yield buffer.subarray(start, next);
      start = next + 1;
    }
    kept = buffer.copy(buffer, 0, start, end);
  }
  closeSync(descriptor);
}

const ways = {
  async tessen() {
    const { main } = await import(tessen);
    const code = await main(["analyze", agent, "--log-dir", logDir, "--json"]);
    if (code !== 0) throw new Error(`tessen analyze ended with ${code}.`);
  },
  parse() {
    let bytes = 0;
    for (const line of linesOf(file)) bytes += JSON.parse(line.toString()).ts === 0 ? 0 : line.length;
    return bytes;
  },
  lines() {
    let count = 0;
    for (const line of linesOf(file)) count += line.length === 0 ? 0 : 1;
    return count;
  },
};

const start = process.cpuUsage();
const wall = performance.now();
await ways[way]();
const { user, system } = process.cpuUsage(start);
const seconds = { wall: (performance.now() - wall) / 1e3, cpu: (user + system) / 1e6 };
process.stderr.write(`${JSON.stringify({ ...seconds, rss: process.resourceUsage().maxRSS * 1024 })}\n`);
