import { copyFileSync, existsSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DataFile } from "../team/workspace.ts";
import { PUMPING_STATIONS_FILE, pumpingStationsCsv } from "./pumping-stations.ts";

/** The data file of the demo: that of the clone, else made anew, the same bytes. */
export function demoData(): DataFile {
  const committed = fileURLToPath(new URL(`../../../../../examples/data/${PUMPING_STATIONS_FILE}`, import.meta.url));
  return {
    name: PUMPING_STATIONS_FILE,
    write: (path) => {
      if (existsSync(committed)) copyFileSync(committed, path);
      else writeFileSync(path, pumpingStationsCsv());
    },
  };
}
