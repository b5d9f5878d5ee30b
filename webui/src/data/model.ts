// What the server tells. Names are those of its JSON and are never converted: they may be a person's own.

export interface Row {
  method: string;
  name: string;
  num_requests: number;
  num_failures: number;
  avg_response_time: number;
  min_response_time: number;
  max_response_time: number;
  median_response_time: number;
  avg_content_length: number;
  current_rps: number;
  current_fail_per_sec: number;
  total_rps: number;
  total_fail_per_sec: number;
  /** By fraction ("0.95"), in ms; only in the live state. */
  percentiles?: Record<string, number>;
  /** response_time_percentile_0.95 and its like. */
  [percentile: `response_time_percentile_${string}`]: number;
}

export interface Failure {
  method: string;
  name: string;
  error: string;
  occurrences: number;
  first_seen: number | null;
  last_seen: number | null;
}

export interface Exception {
  count: number;
  msg: string;
  traceback: string;
  nodes: string;
}

export interface Worker {
  id: string;
  state: string;
  user_count: number;
  cpu_usage: number;
  memory_usage: number;
  lag_ms?: number;
  version?: string;
  address?: string;
  index?: number;
  is_busy?: boolean;
  is_stuck?: boolean;
}

/** A value of a chart with its time (ISO). */
type Timed = [string, number];
export interface HistoryPoint {
  time: string;
  current_rps: Timed;
  current_fail_per_sec: Timed;
  user_count: Timed;
  total_avg_response_time?: Timed;
  [percentile: `response_time_percentile_${string}`]: Timed;
}

export interface Notice {
  kind: string;
  text: string;
  since: number;
}

export interface RunFacts {
  number: number;
  started_at: number | null;
  ended_at: number | null;
  run_time: number | null;
  shape: string | null;
}

export interface Logs {
  master: string[];
  workers: Record<string, string[]>;
}

export interface State {
  seq: number;
  now: number;
  state: string;
  user_count: number;
  target_user_count: number;
  users_by_class: Record<string, number>;
  spawn_rate: number | null;
  host: string;
  profile: string | null;
  run: RunFacts;
  rows: Row[];
  total: Row;
  current_percentiles: Record<string, number | null>;
  fail_ratio: number;
  errors: Failure[];
  exceptions: Exception[];
  workers: Worker[];
  removed_workers?: string[];
  worker_count: number;
  is_distributed: boolean;
  history: HistoryPoint[];
  logs: Logs;
  viewers: number;
  notices: Notice[];
  generator: { hub_lag_ms: number; cpu_percent?: number; own_delay_p99_ms?: number };
}

export type Ratios = Record<string, { ratio: number; tasks?: Ratios }>;
export interface TaskRatios {
  per_class: Ratios;
  total: Ratios;
}

export type OptionValue = string | number | boolean | null | (string | number)[];
export interface ExtraOption {
  default_value: OptionValue;
  is_secret: boolean;
  is_required: boolean;
  help_text: string | null;
  is_multiple: boolean;
  choices: (string | number)[] | null;
}

export type UserSettings = {
  host?: string | null;
  weight?: number;
  fixed_count?: number;
  tasks?: string[];
} & Record<string, unknown>;

interface ExtendedTab {
  title: string;
  key: string;
}
interface ExtendedTable {
  key: string;
  structure: { key: string; title: string; round?: number }[];
}
export interface ExtendedStats {
  key: string;
  data: Record<string, unknown>[];
}

/** `window.templateArgs` of the page. */
export interface PageArgs {
  acridaVersion?: string;
  basePath?: string;
  available_shape_classes: string[];
  available_user_classes: string[] | null;
  available_user_tasks: Record<string, string[]> | null;
  users: Record<string, UserSettings> | null;
  extra_options: Record<string, ExtraOption>;
  hide_common_options: boolean | null;
  shape_use_common_options: boolean | null;
  history: HistoryPoint[];
  host: string | null;
  override_host_warning: boolean;
  missing_host_warning: boolean;
  is_host_required: boolean;
  is_distributed: boolean;
  locustfile: string | null;
  num_users: number | null;
  spawn_rate: number | null;
  run_time: number | string | null;
  percentiles_to_chart: number[];
  percentiles_to_statistics: number[];
  profile: string | null;
  show_userclass_picker: boolean;
  state: string;
  user_count: number;
  worker_count: number;
  version: string;
  stats_history_enabled: boolean;
  all_profiles?: string[];
  extended_tabs?: ExtendedTab[];
  extended_tables?: ExtendedTable[];
  extended_csv_files?: { href: string; title: string }[];
}

/** `window.templateArgs` of the report. */
export interface ReportArgs {
  requests_statistics: Row[];
  failures_statistics: Failure[];
  exceptions_statistics: Exception[];
  response_time_statistics: ({ name: string; method: string } & Record<string, number | string>)[];
  start_time: string;
  end_time: string;
  duration: string;
  host: string;
  history: HistoryPoint[];
  show_download_link: boolean;
  locustfile: string;
  tasks: TaskRatios | Record<string, never>;
  percentiles_to_chart: number[];
  percentiles_to_statistics?: number[];
  profile: string | null;
}

export interface LoginArgs {
  username_password_callback?: string;
  auth_providers?: { label: string; callback_url: string; icon_url?: string | null }[];
  custom_form?: {
    inputs: {
      label: string;
      name: string;
      type?: string;
      default_value?: OptionValue;
      choices?: (string | number)[] | null;
      is_multiple?: boolean;
      is_secret?: boolean;
      is_required?: boolean;
    }[];
    callback_url: string;
    submit_button_text?: string;
  };
  error?: string | null;
  info?: string | null;
  title?: string;
}
