// Servers without an event stream: the same state from the routes that Locust has.
import { getJson } from "./api";
import { args } from "./args";
import type { Failure, HistoryPoint, Logs, Exception, Row, State, Worker } from "./model";
import { applyDelta, applySnapshot, history, live } from "./store";

interface Requests {
  stats: Row[];
  errors: Failure[];
  state: string;
  user_count: number;
  fail_ratio: number;
  workers?: Worker[];
  worker_count?: number;
  current_response_time_percentiles?: Record<string, number | null>;
}

const prefix = "response_time_percentile_";

function asState(answer: Requests, logs: Logs, exceptions: Exception[]): Partial<State> {
  const total = answer.stats.find((row) => row.name === "Aggregated" && !row.method);
  return {
    now: Date.now() / 1000,
    state: answer.state,
    user_count: answer.user_count,
    fail_ratio: answer.fail_ratio,
    rows: answer.stats.filter((row) => row !== total),
    ...(total && { total }),
    errors: answer.errors,
    exceptions,
    workers: answer.workers ?? [],
    worker_count: answer.worker_count ?? 0,
    logs,
    current_percentiles: Object.fromEntries(
      Object.entries(answer.current_response_time_percentiles ?? {}).map(([key, ms]) => [
        key.replace(prefix, ""),
        ms,
      ]),
    ),
  };
}

/** Everything anew; a test that was started anew is noticed by its falling counts. */
export async function pollOnce(): Promise<void> {
  const [answer, logs, { exceptions }] = await Promise.all([
    getJson<Requests>("/stats/requests"),
    getJson<Logs>("/logs"),
    getJson<{ exceptions: Exception[] }>("/exceptions"),
  ]);
  const isAnew = requestsOf(answer) < live.total.value.num_requests;
  const run = isAnew ? { ...live.run.value, number: live.run.value.number + 1 } : live.run.value;
  const kept: HistoryPoint[] = isAnew ? [] : history.value;
  applySnapshot({ ...present(), ...asState(answer, logs, exceptions), run, history: kept } as State);
  applyDelta({ history: pointsOf(live.now.value, answer) });
}

const requestsOf = (answer: Requests) => answer.stats.at(-1)?.num_requests ?? 0;

function present(): Partial<State> {
  return Object.fromEntries(
    Object.entries(live).map(([name, value]) => [name, value.peek()]),
  ) as Partial<State>;
}

function pointsOf(now: number, answer: Requests): HistoryPoint[] {
  if (!["spawning", "running"].includes(answer.state)) return [];
  const time = new Date(now * 1000).toISOString();
  const total = answer.stats.at(-1);
  const point: HistoryPoint = {
    time,
    current_rps: [time, total?.current_rps ?? 0],
    current_fail_per_sec: [time, total?.current_fail_per_sec ?? 0],
    user_count: [time, answer.user_count],
  };
  for (const p of args.percentiles_to_chart) {
    const key = `${prefix}${p}` as const;
    point[key] = [time, answer.current_response_time_percentiles?.[key] ?? 0];
  }
  return [point];
}
