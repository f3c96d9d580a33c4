export type { Dialect, Endpoint, Exchange, Upstream } from "./exchange.ts";
