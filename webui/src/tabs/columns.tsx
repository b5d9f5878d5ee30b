// The columns that the statistics can have.
import { args } from "../data/args";
import type { Row } from "../data/model";
import type { Column } from "../ui/DataTable";
import { bytes, count, ms, percentileTitle, rate, wholeMs } from "../ui/format";
import { remembered } from "../ui/remembered";

const number = (
  key: string,
  title: string,
  value: (row: Row) => number,
  show: (value: number) => string,
  width = 86,
): Column<Row> => ({
  key,
  title,
  value,
  show: (row) => show(value(row)),
  isNumber: true,
  width,
});

/** A percentile or an extreme. */
const time = (key: string, title: string, value: (row: Row) => number, width = 86): Column<Row> => ({
  ...number(key, title, value, ms, width),
  show: (row) => (row.num_requests ? wholeMs(value(row)) : "0"),
});

function percentileOf(row: Row, p: string): number {
  return row.percentiles?.[p] ?? row[`response_time_percentile_${p}`] ?? 0;
}

/** Those that the live state brings, and those that the locustfile asked for. */
function percentiles(): string[] {
  const wanted = new Set([
    "0.5",
    "0.9",
    "0.95",
    "0.99",
    "0.999",
    ...args.percentiles_to_statistics.map(String),
  ]);
  return [...wanted].sort((a, b) => Number(a) - Number(b));
}

export const allColumns: Column<Row>[] = [
  { key: "method", title: "Type", value: (row) => row.method, width: 66, isMinor: true },
  { key: "name", title: "Name", value: (row) => row.name, isHead: true },
  number("num_requests", "Requests", (row) => row.num_requests, count, 118),
  {
    ...number("num_failures", "Fails", (row) => row.num_failures, count, 98),
    show: (row) => <span class={row.num_failures ? "bad-number" : ""}>{count(row.num_failures)}</span>,
  },
  ...percentiles().map((p) =>
    time(p, p === "0.5" ? "Median ms" : `${percentileTitle(p)} ms`, (row) => percentileOf(row, p), 92),
  ),
  number("avg", "Average ms", (row) => row.avg_response_time, ms, 100),
  time("min", "Min ms", (row) => row.min_response_time),
  time("max", "Max ms", (row) => row.max_response_time),
  number("size", "Size", (row) => row.avg_content_length, bytes),
  number("rps", "Req/s", (row) => row.current_rps, rate, 78),
  number("fails_per_second", "Fails/s", (row) => row.current_fail_per_sec, rate, 76),
];

const standard = new Set(["0.5", ...args.percentiles_to_statistics.map(String)]);
const extra = percentiles().filter((p) => !standard.has(p));

/** What the person has switched off; at first the percentiles that nobody asked for. */
export const hiddenColumns = remembered<string[]>("hiddenColumns", extra);
