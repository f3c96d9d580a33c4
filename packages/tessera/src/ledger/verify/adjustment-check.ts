import { parseRow } from "../ledger-query.ts";
import type { StoredRow } from "./ledger-copy.ts";
import type { RowFault } from "./row-check.ts";
import type { CheckedRow } from "./row-scanner.ts";

/** A row that adjusts another one, and where it stands. */
export interface AdjustingRow {
  readonly chain: string;
  readonly seq: number;
  readonly row: CheckedRow;
}

/** Checks that every adjustment names a row of its own request, once all rows are known: adjustments are few. */
export class AdjustmentCheck {
  /** By the hashes of the rows that they adjust. */
  readonly #open = new Map<string, [AdjustingRow, ...AdjustingRow[]]>();

  /** Notes a row that adjusts the one with this hash. */
  note(hash: string, adjusting: AdjustingRow): void {
    const known = this.#open.get(hash);
    if (known === undefined) this.#open.set(hash, [adjusting]);
    else known.push(adjusting);
  }

  /** Looks through all rows again; gives the first adjustment that is wrong. */
  async fault(
    rows: () => AsyncIterable<readonly StoredRow[]>,
  ): Promise<{ readonly of: AdjustingRow; readonly fault: RowFault } | undefined> {
    if (this.#open.size === 0) return undefined;
    for await (const group of rows()) {
      for (const { hash, text } of group) {
        const adjusting = this.#open.get(hash);
        if (adjusting === undefined) continue;
        const { kind, request_id: requestId, parent_id: parentId } = parseRow(text);
        for (const of of adjusting) {
          if (kind !== "event" && [requestId, parentId].includes(of.row.parent_id)) continue;
          return {
            of,
            fault: { field: "adjusts", reason: `names a row that is not of the request ${of.row.parent_id}` },
          };
        }
        this.#open.delete(hash);
      }
    }
    for (const [of] of this.#open.values()) {
      return { of, fault: { field: "adjusts", reason: "names a row that is not in the ledger" } };
    }
    return undefined;
  }
}
