// The charts of one request name, fetched while they are looked at.
import { useMemo } from "preact/hooks";
import type { ChartData, Line } from "../ui/charts";
import { Chart } from "../ui/Chart";
import { ms, rate } from "../ui/format";
import { rateLines } from "../ui/RunCharts";
import type { Entry } from "./Charts";
import { usePolled } from "./polled";

interface Point {
  time: number | string;
  rps: number;
  fail_per_sec: number;
  p50?: number | null;
  p95?: number | null;
}

const timeLines: Line[] = [
  { label: "p50", colour: "green", unit: "ms" },
  { label: "p95", colour: "amber", unit: "ms" },
];
const secondsOf = ({ time }: Point) => (typeof time === "number" ? time : Date.parse(time) / 1000);

export function EntryCharts({ entry }: { entry: Entry }) {
  const route = `/series?${new URLSearchParams({ method: entry.method, name: entry.name })}`;
  const { data, error } = usePolled<{ points: Point[] }>(route, 2000);
  const points = data?.points ?? [];
  const rates = useMemo<ChartData>(
    () => ({
      times: points.map(secondsOf),
      values: [points.map(({ rps }) => rps), points.map((each) => each.fail_per_sec)],
    }),
    [data],
  );
  const times = useMemo<ChartData>(
    () => ({
      times: points.map(secondsOf),
      values: [points.map(({ p50 }) => p50 ?? null), points.map(({ p95 }) => p95 ?? null)],
    }),
    [data],
  );
  const title = `${entry.method} ${entry.name}`;
  if (error)
    return (
      <p class="nothing">
        No chart of {title}: {error}
      </p>
    );
  return (
    <div class="charts single">
      <Chart title={`${title}: requests per second`} lines={rateLines} data={rates} show={rate} />
      {points.some(({ p50 }) => p50 !== undefined) && (
        <Chart title={`${title}: response times (ms)`} lines={timeLines} data={times} show={ms} />
      )}
    </div>
  );
}
