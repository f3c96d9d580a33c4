/**
 * The program that the scripted analyst writes: how much energy each station uses for a cubic metre, month by month.
 * `price` is what a kilowatt-hour costs, as it stands in the question.
 */
export function analysisProgram(file: string, price: { readonly amount: string; readonly currency: string }): string {
  return `import { readRows, writeChart, writeTable } from "./toolkit.mjs";

const price = ${price.amount}; // ${price.currency} per kWh
const rows = readRows("${file}").filter((row) => row.volume_m3 > 0 && row.energy_kwh > 0);
const stations = [...new Set(rows.map((row) => row.station))].sort();
const months = [...new Set(rows.map((row) => row.date.slice(0, 7)))].sort();

// Energy for a cubic metre over several rows: the sums divided, so that a small day counts little.
const intensity = (some) => sum(some, "energy_kwh") / sum(some, "volume_m3");
const sum = (some, column) => some.reduce((total, row) => total + row[column], 0);
const round = (value, digits) => Number(value.toFixed(digits));

const found = stations.map((station) => {
  const own = rows.filter((row) => row.station === station);
  const monthly = months.map((month) => intensity(own.filter((row) => row.date.startsWith(month))));
  const between = (from, to) => own.filter((row) => row.date >= from && row.date < to + "~");
  const before = intensity(between(months[0], months[5]));
  const now = intensity(between(months.at(-6), months.at(-1)));
  const change = (now / before - 1) * 100;
  // The first month from which every month lies more than 3 % above the beginning.
  const usual = monthly.findLastIndex((value) => value <= before * 1.03);
  const since = change > 3 ? months[usual + 1] : null;
  const year = between(months.at(-12), months.at(-1));
  const extra = sum(year, "energy_kwh") - before * sum(year, "volume_m3");
  const cost = since === null ? null : Math.round(extra * price);
  return { station, monthly, row: [station, round(before, 3), round(now, 3), round(change, 1), since, cost] };
});

writeTable({
  title: "Energy for a cubic metre of water, first and last six months",
  columns: [
    { name: "Station" },
    { name: "First 6 months", unit: "kWh/m³" },
    { name: "Last 6 months", unit: "kWh/m³" },
    { name: "Change", unit: "%" },
    { name: "Higher since" },
    { name: "Cost of the loss", unit: "${price.currency}/year" },
  ],
  rows: found.map(({ row }) => row),
});
writeChart({
  title: "Energy for a cubic metre of water, by station and month",
  x: { label: "Month", unit: "year-month" },
  y: { label: "Energy", unit: "kWh/m³" },
  series: found.map(({ station, monthly }) => ({
    name: station,
    points: months.map((month, index) => [month, round(monthly[index], 4)]),
  })),
});
console.log(rows.length + " readings used, " + months[0] + " to " + months.at(-1));
for (const { row } of found) console.log(JSON.stringify(row));
console.log("Wrote table.json and chart.svg");
`;
}
