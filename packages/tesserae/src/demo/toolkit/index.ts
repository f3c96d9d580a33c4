export { writeChart } from "./chart.ts";
export { readRows } from "./rows.ts";
export { writeTable } from "./table.ts";
