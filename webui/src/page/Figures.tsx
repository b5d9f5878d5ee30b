// The figures that are read from across the room.
import type { ComponentChildren } from "preact";
import type { HistoryPoint } from "../data/model";
import { args } from "../data/args";
import { history, isRunning, live, recent } from "../data/store";
import { count, percent, percentileTitle, rate, wholeMs } from "../ui/format";
import { Spark } from "../ui/Spark";

const points = 60;

export function Figures() {
  const shown = [...history.value, ...recent.value].slice(-points);
  const total = live.total.value;
  const isNow = isRunning.value;
  const target = live.target_user_count.value;
  const users = live.user_count.value;
  return (
    <section class="figures" aria-label="Key figures">
      <Figure title="Users" spark={valuesOf(shown, "user_count")} colour="blue">
        {count(users)}
        {isNow && target !== users && <small> / {count(target)}</small>}
      </Figure>
      <Figure
        title={isNow ? "Requests/s" : "Requests/s, mean"}
        spark={valuesOf(shown, "current_rps")}
        colour="green"
      >
        {rate(isNow ? total.current_rps : total.total_rps)}
      </Figure>
      <Figure
        title="Failures"
        spark={valuesOf(shown, "current_fail_per_sec")}
        colour="red"
        isBad={live.fail_ratio.value > 0}
      >
        {percent(live.fail_ratio.value)}
        {isNow && total.current_fail_per_sec > 0 && <small> {rate(total.current_fail_per_sec)}/s</small>}
      </Figure>
      {chosenPercentiles().map((p, index) => (
        <Figure
          key={p}
          title={`${percentileTitle(p)} response time`}
          spark={valuesOf(shown, `response_time_percentile_${p}`)}
          colour={index === 0 ? "green" : "amber"}
        >
          {wholeMs(isNow ? currentPercentile(p) : total.num_requests ? total.percentiles?.[String(p)] : null)}
          <small> ms</small>
        </Figure>
      ))}
    </section>
  );
}

/** Nothing while nothing is requested: 0 would be read as very fast. */
function currentPercentile(p: number): number | null | undefined {
  const value = live.current_percentiles.value[String(p)];
  return value === 0 && live.total.value.current_rps === 0 ? null : value;
}

/** The lowest and the highest of the chart's percentiles: mostly p50 and p95. */
function chosenPercentiles(): number[] {
  const all = [...args.percentiles_to_chart].sort((a, b) => a - b);
  return all.length > 2 ? [all[0] ?? 0.5, all.at(-1) ?? 0.95] : all;
}

function valuesOf(list: HistoryPoint[], key: string): number[] {
  return list.map((point) => (point as unknown as Record<string, [string, number]>)[key]?.[1] ?? 0);
}

function Figure(props: {
  title: string;
  spark: number[];
  colour: string;
  isBad?: boolean;
  children: ComponentChildren;
}) {
  return (
    <div class={props.isBad ? "figure bad" : "figure"}>
      <span class="figure-title">{props.title}</span>
      <span class="figure-value">{props.children}</span>
      <Spark values={props.spark} colour={props.colour} />
    </div>
  );
}
