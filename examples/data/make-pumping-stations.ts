/*
 * Writes examples/data/pumping-stations.csv: synthetic data with a fixed seed, the same bytes on every machine.
 *
 *   node --conditions=source examples/data/make-pumping-stations.ts
 */
import { writeFileSync } from "node:fs";
import { PUMPING_STATIONS_FILE, pumpingStationsCsv } from "../../packages/tesserae/src/demo/data/pumping-stations.ts";

writeFileSync(new URL(PUMPING_STATIONS_FILE, import.meta.url), pumpingStationsCsv());
