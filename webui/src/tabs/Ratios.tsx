import type { TaskRatios } from "../data/model";
import { RatioTrees } from "../ui/RatioTree";
import { usePolled } from "./polled";

export function RatiosTab() {
  const { data, error } = usePolled<TaskRatios>("/tasks", 3000);
  if (!data) return <p class="nothing">{error ?? "Loading…"}</p>;
  return <RatioTrees tasks={data} />;
}
