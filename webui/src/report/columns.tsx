// The columns of the report's two big tables.
import type { ReportArgs, Row } from "../data/model";
import type { Column } from "../ui/DataTable";
import { bytes, count, ms, percentileTitle, rate, wholeMs } from "../ui/format";

const number = (
  key: string,
  title: string,
  value: (row: Row) => number,
  show: (value: number) => string,
): Column<Row> => ({
  key,
  title,
  value,
  show: (row) => show(value(row)),
  isNumber: true,
  width: 112,
});

export const requestColumns: Column<Row>[] = [
  { key: "method", title: "Type", value: (row) => row.method, width: 84, isMinor: true },
  { key: "name", title: "Name", value: (row) => row.name, isHead: true },
  number("num_requests", "# Requests", (row) => row.num_requests, count),
  {
    ...number("num_failures", "# Fails", (row) => row.num_failures, count),
    show: (row) => <span class={row.num_failures ? "bad-number" : ""}>{count(row.num_failures)}</span>,
  },
  number("avg", "Average ms", (row) => row.avg_response_time, ms),
  number("min", "Min ms", (row) => row.min_response_time, wholeMs),
  number("max", "Max ms", (row) => row.max_response_time, wholeMs),
  number("size", "Average size", (row) => row.avg_content_length, bytes),
  number("rps", "RPS", (row) => row.total_rps, rate),
  number("fails_per_second", "Failures/s", (row) => row.total_fail_per_sec, rate),
];

type Times = ReportArgs["response_time_statistics"][number];

export const timeColumns: Column<Times>[] = [
  { key: "method", title: "Method", value: (row) => row.method, width: 84, isMinor: true },
  { key: "name", title: "Name", value: (row) => row.name, isHead: true },
  ...["0.5", "0.6", "0.7", "0.8", "0.9", "0.95", "0.99", "1.0"].map((p): Column<Times> => {
    const value = (row: Times) => Number(row[p] ?? 0);
    return {
      key: p,
      title: p === "1.0" ? "Max ms" : `${percentileTitle(p)} ms`,
      value,
      show: (row) => wholeMs(value(row)),
      isNumber: true,
      width: 96,
    };
  }),
];
