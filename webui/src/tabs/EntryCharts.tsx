// The charts of one request name, fetched while they are looked at.
import { useMemo } from "preact/hooks";
import { args } from "../data/args";
import { Chart } from "../ui/Chart";
import type { ChartData } from "../ui/charts";
import { rate, wholeMs } from "../ui/format";
import { rateLines, timeLines } from "../ui/RunCharts";
import type { Entry } from "./Charts";
import { usePolled } from "./polled";
import { seriesOf, type Times } from "./series";

interface Rates {
  time: number;
  rps: number;
  fail_per_sec: number;
}
interface Series {
  points: Rates[];
  response_times?: Times[];
}

const ratesOf = (points: Rates[]): ChartData => ({
  times: points.map(({ time }) => time),
  values: [points.map(({ rps }) => rps), points.map((each) => each.fail_per_sec)],
});

export function EntryCharts({ entry }: { entry: Entry }) {
  const route = `/series?${new URLSearchParams({ method: entry.method, name: entry.name })}`;
  const { data, error } = usePolled<Series>(route, 2000);
  const percentiles = args.percentiles_to_chart;
  const rates = useMemo(() => ratesOf(data?.points ?? []), [data]);
  const times = useMemo(() => seriesOf(data?.response_times ?? [], percentiles), [data]);
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
