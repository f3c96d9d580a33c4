import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readRows, type Row } from "../toolkit/rows.ts";
import { pumpingStationsCsv } from "./pumping-stations.ts";

const folder = join(import.meta.dirname, "../../../../../examples/data");
const file = join(folder, "pumping-stations.csv");

function intensity(rows: readonly Row[], from: string, to: string, station: string): number {
  const some = rows.filter(
    ({ station: name, date, energy_kwh: energy }) =>
      name === station && String(date) >= from && String(date) < to && energy !== null,
  );
  const sum = (column: string): number => some.reduce((total, row) => total + Number(row[column]), 0);
  return sum("energy_kwh") / sum("volume_m3");
}

describe("the data of the demo", () => {
  const rows = readRows(file);

  test("is what the seeded script makes, byte for byte", () => {
    expect(readFileSync(file, "utf8")).toBe(pumpingStationsCsv());
  });

  test("has at least 1,000 rows, and says that it is synthetic", () => {
    expect(rows).toHaveLength(3655);
    expect(readFileSync(join(folder, "README.md"), "utf8")).toContain("synthetic");
  });

  test("hides what its description says", () => {
    const rise = (station: string): number =>
      intensity(rows, "2025-07", "2026", station) / intensity(rows, "2024-01", "2024-03", station) - 1;
    expect(rise("Mill")).toBeGreaterThan(0.15);
    for (const station of ["Harbour", "Lake", "North"]) expect(Math.abs(rise(station))).toBeLessThan(0.02);
    expect(
      intensity(rows, "2024-04", "2024-05", "Lake") / intensity(rows, "2024-09", "2024-10", "Lake"),
    ).toBeGreaterThan(1.07);
    expect(
      intensity(rows, "2025-01", "2025-02", "Hill") / intensity(rows, "2025-07", "2025-08", "Hill"),
    ).toBeGreaterThan(1.05);
    expect(rows.filter(({ energy_kwh: energy }) => energy === null).length).toBeGreaterThan(3);
  });
});
