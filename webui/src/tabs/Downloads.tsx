import { address, args } from "../data/args";
import { Icon } from "../ui/icons";
import { theme } from "../ui/theme";

interface File {
  href: string;
  title: string;
  note: string;
  opens?: boolean;
}

export function Downloads() {
  const files: File[] = [
    {
      href: address(`/stats/report?theme=${theme.value}`),
      title: "Report",
      note: "One page with tables and charts, to read, print and send",
      opens: true,
    },
    {
      href: address(`/stats/report?theme=${theme.value}&download=1`),
      title: "Report as a file",
      note: "The same, saved as HTML",
    },
    { href: address("/stats/requests/csv"), title: "Requests", note: "CSV: every name with its percentiles" },
    ...(args.stats_history_enabled
      ? [
          {
            href: address("/stats/requests_full_history/csv"),
            title: "Full history of requests",
            note: "CSV: every name at every second",
          },
        ]
      : []),
    {
      href: address("/stats/failures/csv"),
      title: "Failures",
      note: "CSV: every kind of failure with its count",
    },
    {
      href: address("/exceptions/csv"),
      title: "Exceptions",
      note: "CSV: exceptions of tasks with their tracebacks",
    },
    {
      href: address("/stats/requests"),
      title: "Statistics as JSON",
      note: "What scripts read, as it is now",
      opens: true,
    },
    ...(args.extended_csv_files ?? []).map(({ href, title }) => ({
      href,
      title,
      note: "From the locustfile",
    })),
  ];
  return (
    <ul class="files">
      {files.map(({ href, title, note, opens }) => (
        <li key={href}>
          <a href={href} {...(opens ? { target: "_blank", rel: "noopener" } : {})}>
            <Icon name={opens ? "eye" : "download"} />
            <span>
              <b>{title}</b>
              <small>{note}</small>
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
