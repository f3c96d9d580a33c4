import { formatDollars, parseDollars } from "@tesserae/wire/cost";
import { GatewayError } from "../../config/gateway-error.ts";
import type { CommonOptions } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson, tell } from "../output.ts";
import { fulfilled } from "../wish.ts";

/** What `tessera ledger adjust` may be told. Amounts are in dollars. */
export interface AdjustOptions extends CommonOptions {
  readonly usd: string;
  readonly originalUsd?: string;
}

/** Writes a row that corrects what was written of a request. */
export async function adjustCommand(request: string, options: AdjustOptions): Promise<number> {
  const actual = amountOf("--usd", options.usd);
  const original = options.originalUsd === undefined ? undefined : amountOf("--original-usd", options.originalUsd);
  const answer = await fulfilled(options, {
    type: "adjust",
    request,
    actual,
    ...(original === undefined ? {} : { original }),
  });
  if (options.json === true) printJson(answer);
  else tell(`Written: ${signed(actual)} to what the request ${String(answer["request_id"])} cost.`);
  return EXIT.ok;
}

/** Pico-dollars; what is taken away is negative. */
function amountOf(option: string, text: string): number {
  const sign = text.startsWith("-") ? -1 : 1;
  try {
    return sign * parseDollars(text.replace(/^[+-]/, ""));
  } catch (cause) {
    const message = `${option} takes dollars, such as 0.0125 or -0.002 (at most 12 digits after the point), not "${text}".`;
    throw new GatewayError("ERR_INVALID_ARGUMENT", message, { cause });
  }
}

function signed(pico: number): string {
  return `${pico < 0 ? "-" : "+"}$${formatDollars(Math.abs(pico))}`;
}
