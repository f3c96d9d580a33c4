import { normal, seededRandom } from "./random.ts";

/** The name of the data file of the demo. */
export const PUMPING_STATIONS_FILE = "pumping-stations.csv";

const SEED = 20_240_101;
const FIRST_DAY = Date.UTC(2024, 0, 1);
const DAYS = 731;
const MILLISECONDS_A_DAY = 86_400_000;

interface Station {
  readonly name: string;
  /** Cubic metres on an ordinary day. */
  readonly volume: number;
  /** Kilowatt-hours for a cubic metre when nothing is wrong. */
  readonly energy: number;
  /** How much more energy the pumps need on a day, as a factor. */
  readonly wear: (day: number) => number;
}

/** The second of September 2024: from here on the pump of Mill wears out, a little every day. */
const WEAR_BEGINS = 245;
/** The fault of Lake: a valve that stayed half closed for fourteen weeks, then was mended. */
const FAULT = { from: 69, to: 167 };

const STATIONS: readonly Station[] = [
  { name: "Harbour", volume: 8200, energy: 0.31, wear: () => 1 },
  { name: "Hill", volume: 4300, energy: 0.52, wear: (day) => 1 + 0.04 * season(day) },
  { name: "Lake", volume: 6100, energy: 0.36, wear: (day) => (day >= FAULT.from && day < FAULT.to ? 1.09 : 1) },
  {
    name: "Mill",
    volume: 5600,
    energy: 0.41,
    wear: (day) => 1 + 0.24 * Math.max(0, (day - WEAR_BEGINS) / (DAYS - WEAR_BEGINS)),
  },
  { name: "North", volume: 3700, energy: 0.46, wear: () => 1 },
];

/**
 * Two years of daily readings of five water pumping stations, as CSV. **Synthetic**: made by this function alone, with
 * a fixed seed, the same bytes on every machine. One station wears out, one has a fault that is mended, one swings with
 * the seasons; some readings of the energy meter are missing.
 */
export function pumpingStationsCsv(): string {
  const random = seededRandom(SEED);
  const lines = ["date,station,volume_m3,energy_kwh,downtime_h"];
  for (let day = 0; day < DAYS; day += 1) {
    const date = new Date(FIRST_DAY + day * MILLISECONDS_A_DAY);
    for (const station of STATIONS) lines.push(reading(station, day, date, random));
  }
  return `${lines.join("\n")}\n`;
}

function reading(station: Station, day: number, date: Date, random: () => number): string {
  const isWeekend = date.getUTCDay() === 0 || date.getUTCDay() === 6;
  const downtime = random() < 0.015 ? Math.round(random() * 60) / 10 + 0.5 : 0;
  const demand = station.volume * (1 - 0.08 * season(day)) * (isWeekend ? 0.91 : 1) * (1 + 0.03 * normal(random));
  const volume = Math.round(demand * (1 - downtime / 24));
  const energy = volume * station.energy * station.wear(day) * (1 + 0.012 * normal(random));
  const isMissing = random() < 0.004;
  return [
    date.toISOString().slice(0, 10),
    station.name,
    volume,
    isMissing ? "" : energy.toFixed(1),
    downtime.toFixed(1),
  ].join(",");
}

/** 1 in the middle of January, -1 in the middle of July, in straight lines between. */
function season(day: number): number {
  const phase = (((day - 15) % 365.25) + 365.25) % 365.25;
  return 1 - (4 * Math.min(phase, 365.25 - phase)) / 365.25;
}
