// What the server wrote into the page.
import type { PageArgs } from "./model";

declare global {
  interface Window {
    templateArgs?: unknown;
    authArgs?: unknown;
    basePath?: string;
    theme?: string;
  }
}

const nothing: PageArgs = {
  available_shape_classes: ["Default"],
  available_user_classes: null,
  available_user_tasks: null,
  users: null,
  extra_options: {},
  hide_common_options: null,
  shape_use_common_options: null,
  history: [],
  host: "",
  override_host_warning: false,
  missing_host_warning: false,
  is_host_required: false,
  is_distributed: false,
  locustfile: null,
  num_users: null,
  spawn_rate: null,
  run_time: null,
  percentiles_to_chart: [0.5, 0.95],
  percentiles_to_statistics: [0.95, 0.99],
  profile: null,
  show_userclass_picker: false,
  state: "ready",
  user_count: 0,
  worker_count: 0,
  version: "",
  stats_history_enabled: false,
};

export const args: PageArgs = { ...nothing, ...(window.templateArgs as Partial<PageArgs> | undefined) };

const base = (window.basePath ?? args.basePath ?? "").replace(/\/$/, "");

/** The address of a route: "/swarm" → "/lo/swarm" under a base path. */
export const address = (route: string): string => base + route;
