/** So many rows fit into a chain: at 10,000 a second, two years of one process. */
const ROWS_IN_CHAIN = 2 ** 39;

/**
 * The key of a row in the database: chains by their number, rows by their place. One number, since the rows of a table
 * lie in the order of its integer key, and are added fastest at its end. Exact for 16,000 chains.
 */
export function rowId(chain: number, seq: number): number {
  return chain * ROWS_IN_CHAIN + seq;
}

/** The number of the chain that a row is in. */
export function chainOfRow(id: number): number {
  return Math.floor(id / ROWS_IN_CHAIN);
}

/** A row's place in its chain. */
export function seqOfRow(id: number): number {
  return id % ROWS_IN_CHAIN;
}
