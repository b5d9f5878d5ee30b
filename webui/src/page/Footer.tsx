import { args, address } from "../data/args";
import { live } from "../data/store";
import { percent } from "../ui/format";

export function Footer() {
  const { hub_lag_ms, cpu_percent, own_delay_p99_ms } = live.generator.value;
  return (
    <footer class="footer">
      <span>
        acrida {args.acridaVersion ?? ""}
        {args.locustfile ? ` · ${args.locustfile}` : ""}
      </span>
      <span
        class="generator"
        title="What the load generator itself adds is measured beside the response times, never in them."
      >
        Generator: {cpu_percent ? `CPU ${percent(cpu_percent / 100)}, ` : ""}lag {Math.round(hub_lag_ms)} ms
        {own_delay_p99_ms === undefined ? "" : `, own delay p99 ${own_delay_p99_ms.toFixed(1)} ms`}
      </span>
      <span>
        <a href={address("/metrics")}>metrics</a> · <a href={address("/health")}>health</a>
      </span>
    </footer>
  );
}
