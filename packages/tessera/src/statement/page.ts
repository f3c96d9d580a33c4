import { formatDollars } from "@tesserae/wire/cost";
import { readCheckpoint } from "../ledger/checkpoint.ts";
import type { MonthTotals } from "./monthly-totals.ts";

/** What the published page shows. */
export interface PageContent {
  /** ISO 8601. */
  readonly published: string;
  readonly totals: readonly MonthTotals[];
  /** The text of the newest checkpoint. */
  readonly newest: string | undefined;
  /** The files with public keys. */
  readonly keys: readonly string[];
}

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}td,th{padding:.3rem .8rem;border-bottom:1px solid #8884;text-align:right}
td:first-child,th:first-child{text-align:left}code{overflow-wrap:anywhere}`;

/** A page of HTML without scripts, which loads nothing. */
export function pageOf({ published, totals, newest, keys }: PageContent): string {
  const rows = totals.map(({ month, requests, hits, original, actual, verifiedSavings }) =>
    tableRow("td", [month, `${requests}`, `${hits}`, ...[original, actual, verifiedSavings].map(cents)]),
  );
  const head = ["Month (UTC)", "Requests", "Answered by the gateway", "List price", "Paid", "Verified savings"];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Ledger of a tessera gateway</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Ledger of a tessera gateway</h1>
<p>Published ${escaped(published)}, after all of it was checked. Amounts are in US dollars.</p>
<table>
<thead>${tableRow("th", head)}</thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
<h2>Checkpoints</h2>
${newest === undefined ? "<p>There are none yet.</p>" : newestOf(newest)}
<h2>Files</h2>
<ul>
<li><a href="rows.csv">rows.csv</a>: every row with its hash. The names of tenants and tags are hashed.</li>
<li><a href="checkpoints.jsonl">checkpoints.jsonl</a>: each seals rows by the Merkle root (RFC 6962) over their hashes.</li>
<li><a href="totals.json">totals.json</a>: the table above, with all digits.</li>
${keys.map((name) => `<li><a href="${escaped(name)}">${escaped(name)}</a>: a public key (Ed25519) that checkpoints are signed with.</li>`).join("\n")}
</ul>
<p>Whoever has a proof of a single request (<code>tessera ledger prove</code>) checks it by
<code>tessera ledger prove --check proof.json --public-key key.pem</code>.</p>
</body>
</html>
`;
}

function newestOf(text: string): string {
  const checkpoint = readCheckpoint(text);
  if (checkpoint === undefined) return "<p>The newest one cannot be read.</p>";
  const { ts, to, chain, merkle_root: root, key_id: key } = checkpoint;
  const signer = key === null ? "not signed" : `signed by the key ${key}`;
  return `<p>The newest is of ${escaped(ts)}, up to row ${escaped(to)} of chain ${escaped(chain)}, ${escaped(signer)}; its root is <code>${escaped(root)}</code>.</p>`;
}

function tableRow(cell: "td" | "th", values: readonly string[]): string {
  return `<tr>${values.map((value) => `<${cell}>${escaped(value)}</${cell}>`).join("")}</tr>`;
}

function cents(pico: bigint): string {
  return formatDollars(pico, { digits: 2 });
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
