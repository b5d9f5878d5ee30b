// The charts of one request name, fetched while they are looked at.
import { useMemo } from "preact/hooks";
import { args } from "../data/args";
import { Chart } from "../ui/Chart";
import type { ChartData } from "../ui/charts";
import { rate, wholeMs } from "../ui/format";
import { rateLines, timeLines } from "../ui/RunCharts";
import type { Entry } from "./Charts";
import { usePolled } from "./polled";

interface Rates {
  time: number;
  rps: number;
  fail_per_sec: number;
}
type Times = { time: number } & Record<string, number>;
interface Series {
  points: Rates[];
  /** By percentile, of the requests since the point before; none while nothing was requested. */
  response_times?: Times[];
}

/** Silence of so many seconds, or of twice the usual distance, is a gap in the line. */
const silence = 10;

const ratesOf = (points: Rates[]): ChartData => ({
  times: points.map(({ time }) => time),
  values: [points.map(({ rps }) => rps), points.map((each) => each.fail_per_sec)],
});

function timesOf(points: Times[], percentiles: number[]): ChartData {
  const data: ChartData = { times: [], values: percentiles.map(() => []) };
  const put = (time: number, point?: Times) => {
    data.times.push(time);
    percentiles.forEach((p, index) => data.values[index]?.push(point?.[percentileKey(p)] ?? null));
  };
  const first = points[0];
  const last = points.at(-1);
  const usual = first && last && points.length > 1 ? (last.time - first.time) / (points.length - 1) : 1;
  points.forEach((point, index) => {
    const before = points[index - 1];
    if (before && point.time - before.time > Math.max(silence, 2 * usual)) put(before.time + 1);
    put(point.time, point);
  });
  return data;
}

/** 1 is "1.0" there. */
const percentileKey = (p: number) => (Number.isInteger(p) ? p.toFixed(1) : String(p));

export function EntryCharts({ entry }: { entry: Entry }) {
  const route = `/series?${new URLSearchParams({ method: entry.method, name: entry.name })}`;
  const { data, error } = usePolled<Series>(route, 2000);
  const percentiles = args.percentiles_to_chart;
  const rates = useMemo(() => ratesOf(data?.points ?? []), [data]);
  const times = useMemo(() => timesOf(data?.response_times ?? [], percentiles), [data]);
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
      <Chart
        title={`${title}: response times (ms)`}
        lines={timeLines(percentiles)}
        data={times}
        show={wholeMs}
      />
    </div>
  );
}
