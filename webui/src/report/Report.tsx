// A finished run on one page: the tables and charts of the live page, to read, print and send.
import type { ComponentChildren } from "preact";
import type { ReportArgs } from "../data/model";
import { DataTable } from "../ui/DataTable";
import { Exceptions } from "../ui/Exceptions";
import { Failures } from "../ui/Failures";
import { count, percent, percentileTitle, rate, wholeMs, moment } from "../ui/format";
import { Icon } from "../ui/icons";
import { Logo } from "../ui/Logo";
import { RatioTrees } from "../ui/RatioTree";
import { RunCharts, ZoomBar } from "../ui/RunCharts";
import { theme, toggleTheme } from "../ui/theme";
import { requestColumns, timeColumns } from "./columns";

export function Report({ args }: { args: ReportArgs }) {
  document.title = args.profile ? `acrida report · ${args.profile}` : "acrida report";
  const rows = args.requests_statistics.slice(0, -1);
  const total = args.requests_statistics.at(-1);
  const times = args.response_time_statistics;
  const timesTotal = times.at(-1)?.name === "Aggregated" ? times.at(-1) : undefined;
  const runs = [args.history];
  return (
    <main class="report">
      <Head args={args} />
      <Facts args={args} />
      {total && <Summary total={total} times={timesTotal} />}
      <Section title="Request statistics">
        <DataTable
          label="Request statistics"
          columns={requestColumns}
          rows={rows}
          rowKey={keyOf}
          orderedBy="name"
          last={total}
          empty="No requests."
        />
      </Section>
      {times.length > 0 && (
        <Section title="Response time statistics">
          <DataTable
            label="Response time statistics"
            columns={timeColumns}
            rows={timesTotal ? times.slice(0, -1) : times}
            rowKey={keyOf}
            orderedBy="name"
            last={timesTotal}
            empty="No response times."
          />
        </Section>
      )}
      <Section title="Failures statistics">
        <Failures rows={args.failures_statistics} />
      </Section>
      {args.exceptions_statistics.length > 0 && (
        <Section title="Exceptions statistics">
          <Exceptions list={args.exceptions_statistics} />
        </Section>
      )}
      <Section title="Charts" aside={<ZoomBar runs={runs} />}>
        <RunCharts runs={runs} percentiles={args.percentiles_to_chart} />
      </Section>
      <Section title="Final ratio">
        <RatioTrees tasks={args.tasks} />
      </Section>
    </main>
  );
}

const keyOf = (row: { method: string; name: string }) => `${row.method}\0${row.name}`;

function Section(props: { title: string; aside?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="report-section">
      <header>
        <h2>{props.title}</h2>
        {props.aside}
      </header>
      {props.children}
    </section>
  );
}

function Head({ args }: { args: ReportArgs }) {
  return (
    <header class="report-head">
      <Logo />
      <h1>Load test report</h1>
      <div class="actions no-print">
        {args.show_download_link && (
          <a class="button" href={`?download=1&theme=${theme.value}`}>
            <Icon name="download" /> Download
          </a>
        )}
        <button type="button" onClick={() => print()}>
          Print
        </button>
        <button
          type="button"
          class="plain round"
          aria-label={theme.value === "dark" ? "Switch to light colours" : "Switch to dark colours"}
          onClick={toggleTheme}
        >
          <Icon name={theme.value === "dark" ? "sun" : "moon"} />
        </button>
      </div>
    </header>
  );
}

const local = (iso: string) => moment(Date.parse(iso) / 1000);

function Facts({ args }: { args: ReportArgs }) {
  const facts: [string, string][] = [
    ...(args.profile ? [["Profile", args.profile] as [string, string]] : []),
    ["During", `${local(args.start_time)} – ${local(args.end_time)} (${args.duration})`],
    ["Target host", args.host],
    ["Script", args.locustfile],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

type Total = ReportArgs["requests_statistics"][number];
type Times = ReportArgs["response_time_statistics"][number];

function Summary({ total, times }: { total: Total; times: Times | undefined }) {
  const failed = total.num_requests ? total.num_failures / total.num_requests : total.num_failures ? 1 : 0;
  const figures: [string, string][] = [
    ["Requests", count(total.num_requests)],
    ["Requests/s", rate(total.total_rps)],
    ["Failures", percent(failed)],
    ...(times
      ? ["0.5", "0.95", "0.99"].map((p): [string, string] => [
          percentileTitle(p),
          `${wholeMs(Number(times[p]))} ms`,
        ])
      : []),
  ];
  return (
    <section class="figures" aria-label="Key figures">
      {figures.map(([title, value]) => (
        <div class={title === "Failures" && failed > 0 ? "figure bad" : "figure"} key={title}>
          <span class="figure-title">{title}</span>
          <span class="figure-value">{value}</span>
        </div>
      ))}
    </section>
  );
}
