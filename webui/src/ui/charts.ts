// From history points to the columns of numbers that uPlot draws; pure.
import type { HistoryPoint } from "../data/model";
import type { PastRun } from "../data/store";

export interface Line {
  label: string;
  colour: string;
  unit: string;
}
export interface ChartData {
  times: number[]; // epoch seconds
  values: (number | null)[][]; // one list per line
}
/** A dotted line across the charts. */
export interface Mark {
  at: number;
  text: string;
}

export const secondsOf = (point: HistoryPoint): number => Date.parse(point.time) / 1000;

function valueOf(point: HistoryPoint, key: string): number | null {
  const all = point as unknown as Record<string, [string, number] | undefined>;
  const value = all[key]?.[1] ?? null;
  // Without requests there is no response time, and 0 would be read as one.
  const isSilent = value === 0 && key.startsWith("response_time") && all.current_rps?.[1] === 0;
  return isSilent ? null : value;
}

/** The points one after the other, with a gap between two tests. */
export function chartData(runs: HistoryPoint[][], keys: string[]): ChartData {
  const times: number[] = [];
  const values: (number | null)[][] = keys.map(() => []);
  for (const points of runs) {
    const first = points[0];
    if (first && times.length) {
      times.push(secondsOf(first) - 0.001);
      for (const list of values) list.push(null);
    }
    for (const point of points) {
      const at = secondsOf(point);
      if (times.length && at <= (times.at(-1) ?? 0)) continue; // uPlot wants growing times
      times.push(at);
      keys.forEach((key, index) => values[index]?.push(valueOf(point, key)));
    }
  }
  return { times, values };
}

/** Where each test began, if there was more than one. */
export function runMarks(past: PastRun[], number: number, current: HistoryPoint[]): Mark[] {
  if (!past.length) return [];
  return [...past, { number, points: current }].flatMap(({ number: which, points }) =>
    points[0] ? [{ at: secondsOf(points[0]), text: `Run #${which}` }] : [],
  );
}
