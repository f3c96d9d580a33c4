import { report } from "./report.mjs";

await report(
  async () => undefined,
  async () => undefined,
);
