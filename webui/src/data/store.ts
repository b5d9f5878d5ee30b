// The live state as signals: whoever reads one is drawn again when it changes, and nothing else is.
import { batch, computed, signal, type Signal } from "@preact/signals";
import { args } from "./args";
import type { Exception, Failure, HistoryPoint, Logs, Row, RunFacts, State, Worker } from "./model";

const emptyRow: Row = {
  method: "",
  name: "Aggregated",
  num_requests: 0,
  num_failures: 0,
  avg_response_time: 0,
  min_response_time: 0,
  max_response_time: 0,
  median_response_time: 0,
  avg_content_length: 0,
  current_rps: 0,
  current_fail_per_sec: 0,
  total_rps: 0,
  total_fail_per_sec: 0,
};

type Small = Omit<
  State,
  "rows" | "errors" | "exceptions" | "workers" | "removed_workers" | "history" | "logs"
>;

/** Everything that is a single value, each in a signal of its own. */
export const live: { [K in keyof Small]: Signal<Small[K]> } = {
  seq: signal(0),
  now: signal(Date.now() / 1000),
  state: signal(args.state),
  user_count: signal(args.user_count),
  target_user_count: signal(args.user_count),
  users_by_class: signal({}),
  spawn_rate: signal(args.spawn_rate),
  host: signal(args.host ?? ""),
  profile: signal(args.profile),
  run: signal<RunFacts>({ number: 0, started_at: null, ended_at: null, run_time: null, shape: null }),
  total: signal(emptyRow),
  current_percentiles: signal({}),
  fail_ratio: signal(0),
  worker_count: signal(args.worker_count),
  is_distributed: signal(args.is_distributed),
  viewers: signal(1),
  notices: signal([]),
  generator: signal({ hub_lag_ms: 0 }),
};

export const rows = signal<Row[]>([]);
export const errors = signal<Failure[]>([]);
export const exceptions = signal<Exception[]>([]);
export const workers = signal<Worker[]>([]);
export const history = signal<HistoryPoint[]>(args.history);
/** One point a second since the last one of the history; the history replaces them every few seconds. */
export const recent = signal<HistoryPoint[]>([]);
export const logs = signal<Logs>({ master: [], workers: {} });

/** The server has told its state at least once. */
export const isKnown = signal(false);

/** Earlier tests that this page has seen, for the charts. */
export interface PastRun {
  number: number;
  points: HistoryPoint[];
}
export const pastRuns = signal<PastRun[]>([]);
const mostPastRuns = 5;

export const isActive = computed(() => !["ready", "stopped", "missing"].includes(live.state.value));
export const isRunning = computed(() => ["spawning", "running"].includes(live.state.value));

const keyOf = {
  row: (row: Row) => `${row.method}\0${row.name}`,
  error: (error: Failure) => `${error.method}\0${error.name}\0${error.error}`,
  exception: (exception: Exception) => exception.traceback,
  worker: (worker: Worker) => worker.id,
};

function merged<T>(
  old: T[],
  changed: T[] | undefined,
  key: (item: T) => string,
  removed: string[] = [],
): T[] {
  if (!changed?.length && !removed.length) return old;
  const items = new Map(old.map((item) => [key(item), item]));
  for (const item of changed ?? []) items.set(key(item), item);
  for (const id of removed) items.delete(id);
  return [...items.values()];
}

const mostLines = 500;
const longer = (old: string[] | undefined, more: string[]) => [...(old ?? []), ...more].slice(-mostLines);

function withLines(old: Logs, more: Logs | undefined): Logs {
  if (!more) return old;
  const nodes = { ...old.workers };
  for (const [id, lines] of Object.entries(more.workers ?? {})) nodes[id] = longer(nodes[id], lines);
  return { master: longer(old.master, more.master ?? []), workers: nodes };
}

function setSmall(part: Partial<State>): void {
  for (const name of Object.keys(live) as (keyof Small)[]) {
    const value = part[name];
    if (value !== undefined) (live[name] as Signal<unknown>).value = value;
  }
}

const timeOf = (point: HistoryPoint | undefined) => (point ? Date.parse(point.time) : 0);

/** The present as a point of the charts. */
function presentPoint(): HistoryPoint {
  const time = new Date(live.now.value * 1000).toISOString();
  const point: HistoryPoint = {
    time,
    current_rps: [time, live.total.value.current_rps],
    current_fail_per_sec: [time, live.total.value.current_fail_per_sec],
    user_count: [time, live.user_count.value],
  };
  for (const [p, ms] of Object.entries(live.current_percentiles.value))
    point[`response_time_percentile_${p}`] = [time, ms ?? 0];
  return point;
}

function addRecent(): void {
  const since = timeOf(history.value.at(-1));
  const kept = recent.value.filter((point) => timeOf(point) > since);
  const point = presentPoint();
  const isNews = isRunning.value && timeOf(point) > Math.max(since, timeOf(kept.at(-1)));
  recent.value = isNews ? [...kept, point].slice(-120) : kept;
}

function keepPastRun(next: State): void {
  const number = live.run.value.number;
  const points = [...history.value, ...recent.value];
  if (next.run.number === number || number === 0 || points.length === 0) return;
  pastRuns.value = [...pastRuns.value, { number, points }].slice(-mostPastRuns);
}

/** The whole state: at first, after a reset, a new test, or when something was missed. */
export function applySnapshot(state: State): void {
  batch(() => {
    keepPastRun(state);
    setSmall(state);
    rows.value = state.rows;
    errors.value = state.errors;
    exceptions.value = state.exceptions;
    workers.value = state.workers;
    history.value = state.history;
    recent.value = [];
    isKnown.value = true;
    logs.value = { master: state.logs.master ?? [], workers: state.logs.workers ?? {} };
    addRecent();
  });
}

/** What has changed since. */
export function applyDelta(delta: Partial<State>): void {
  batch(() => {
    setSmall(delta);
    rows.value = merged(rows.value, delta.rows, keyOf.row);
    errors.value = merged(errors.value, delta.errors, keyOf.error);
    exceptions.value = merged(exceptions.value, delta.exceptions, keyOf.exception);
    workers.value = merged(workers.value, delta.workers, keyOf.worker, delta.removed_workers);
    if (delta.history?.length) history.value = [...history.value, ...delta.history];
    logs.value = withLines(logs.value, delta.logs);
    addRecent();
  });
}
