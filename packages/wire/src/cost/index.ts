export { costOf, costParts, rateFor, type CostParts } from "./cost.ts";
export { costOfCall } from "./cost-of-call.ts";
export { maxCost, type CostBound } from "./max-cost.ts";
export { addCosts, checkedCost, formatDollars, parseDollars, scaleCost } from "./pico-dollars.ts";
