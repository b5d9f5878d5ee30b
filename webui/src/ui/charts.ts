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

const valueOf = (point: HistoryPoint, key: string): number | null => {
  const timed = (point as unknown as Record<string, [string, number] | undefined>)[key];
  return timed ? timed[1] : null;
};

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
