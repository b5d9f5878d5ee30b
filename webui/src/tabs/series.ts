// From the response times of one request name to the columns that uPlot draws; pure.
import type { ChartData } from "../ui/charts";

/** By percentile, of the requests since the point before; none while nothing was requested. */
export type Times = { time: number } & Record<string, number>;

/** Silence of so many seconds, or of twice the usual distance, is a gap in the line. */
const silence = 10;

export function seriesOf(points: Times[], percentiles: number[]): ChartData {
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
