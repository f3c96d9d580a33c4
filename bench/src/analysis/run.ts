/**
 * Makes logs of a gigabyte, has them analysed, and prints seconds and memory; exit code 1 when a budget is missed. After
 * `npm run build`: `node bench/src/analysis/run.ts --megabytes=1000`.
 */
import { parseArgs } from "node:util";
import { holds, toMarkdown } from "../lib/report.ts";
import { analysis } from "./suite.ts";

const { values } = parseArgs({ options: { megabytes: { type: "string", default: "1000" } } });
const megabytes = Number(values.megabytes);
if (!(megabytes >= 1)) throw new Error(`--megabytes=${values.megabytes} is no number from 1.`);

const suite = analysis({ megabytes });
console.log(toMarkdown(suite));
process.exitCode = suite.verdicts.every(holds) ? 0 : 1;
