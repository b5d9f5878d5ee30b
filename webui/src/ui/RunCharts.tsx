// The three charts of a run, the same on the page and in the report.
import { useMemo } from "preact/hooks";
import type { HistoryPoint } from "../data/model";
import { Chart, zoom } from "./Chart";
import { chartData, secondsOf, type Line, type Mark } from "./charts";
import { count, percentileTitle, rate, wholeMs } from "./format";

const percentileColours = ["green", "amber", "violet", "red", "blue", "teal"];

export function RunCharts(props: { runs: HistoryPoint[][]; percentiles: number[]; marks?: Mark[] }) {
  const { runs, percentiles, marks = [] } = props;
  const keys = percentiles.map((p) => `response_time_percentile_${p}`);
  const rates = useMemo(() => chartData(runs, ["current_rps", "current_fail_per_sec"]), [runs]);
  const times = useMemo(() => chartData(runs, keys), [runs, keys.join()]);
  const users = useMemo(() => chartData(runs, ["user_count"]), [runs]);
  return (
    <div class="charts">
      <Chart title="Requests per second" lines={rateLines} data={rates} marks={marks} show={rate} />
      <Chart
        title="Response times (ms)"
        lines={timeLines(percentiles)}
        data={times}
        marks={marks}
        show={wholeMs}
      />
      <Chart title="Users" lines={userLines} data={users} marks={marks} show={count} />
    </div>
  );
}

export const rateLines: Line[] = [
  { label: "Requests/s", colour: "green", unit: "" },
  { label: "Failures/s", colour: "red", unit: "" },
];
export const timeLines = (percentiles: number[]): Line[] =>
  percentiles.map((p, index) => ({
    label: percentileTitle(p),
    colour: percentileColours[index % percentileColours.length] ?? "green",
    unit: "ms",
  }));
const userLines: Line[] = [{ label: "Users", colour: "blue", unit: "" }];

const spans: [string, number][] = [
  ["1 min", 60],
  ["5 min", 300],
  ["15 min", 900],
];

/** Buttons for those who cannot or do not want to drag across a chart. */
export function ZoomBar({ runs }: { runs: HistoryPoint[][] }) {
  const last = runs.at(-1)?.at(-1);
  const end = last ? secondsOf(last) : Date.now() / 1000;
  return (
    <div class="segmented" role="group" aria-label="Time span of the charts">
      {spans.map(([title, seconds]) => (
        <button type="button" key={title} onClick={() => (zoom.value = [end - seconds, end])}>
          {title}
        </button>
      ))}
      <button type="button" aria-pressed={zoom.value === null} onClick={() => (zoom.value = null)}>
        All
      </button>
    </div>
  );
}
