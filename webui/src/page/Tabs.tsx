import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { args } from "../data/args";
import { errors, exceptions, isKnown, live, workers } from "../data/store";
import { Charts } from "../tabs/Charts";
import { Downloads } from "../tabs/Downloads";
import { Extended } from "../tabs/Extended";
import { Logs, unseenWarnings } from "../tabs/Logs";
import { RatiosTab } from "../tabs/Ratios";
import { Statistics } from "../tabs/Statistics";
import { WorkersTab } from "../tabs/Workers";
import { Exceptions } from "../ui/Exceptions";
import { Failures } from "../ui/Failures";
import { count } from "../ui/format";
import { openTab, tabKey } from "./route";

interface Tab {
  key: string;
  title: string;
  badge?: () => string | null;
  isBad?: boolean;
  /** Nothing in it takes the focus, so it does itself: a keyboard must be able to scroll it. */
  isPlain?: boolean;
  show: () => ComponentChildren;
}

const many = (length: number) => (length ? count(length) : null);

function lostWorkers(): string | null {
  const lost = workers.value.filter(({ state }) => state === "missing").length;
  return lost ? `${lost} lost` : null;
}

const own: Tab[] = [
  { key: "stats", title: "Statistics", show: () => <Statistics /> },
  { key: "charts", title: "Charts", show: () => <Charts /> },
  {
    key: "failures",
    title: "Failures",
    badge: () => many(errors.value.length),
    isBad: true,
    show: () => <Failures rows={errors.value} />,
  },
  {
    key: "exceptions",
    title: "Exceptions",
    badge: () => many(exceptions.value.length),
    isBad: true,
    show: () => <Exceptions list={exceptions.value} />,
  },
  { key: "ratios", title: "Current ratio", isPlain: true, show: () => <RatiosTab /> },
  { key: "reports", title: "Download data", show: () => <Downloads /> },
  {
    key: "logViewer",
    title: "Logs",
    badge: () => (unseenWarnings.value ? "!" : null),
    isBad: true,
    show: () => <Logs />,
  },
];
const workersTab: Tab = {
  key: "workers",
  title: "Workers",
  badge: lostWorkers,
  isBad: true,
  show: () => <WorkersTab />,
};

const extended: Tab[] = (args.extended_tabs ?? []).map(({ title, key }) => ({
  key,
  title,
  show: () => <Extended tableKey={key} />,
}));

export function Tabs() {
  const tabs = [...own, ...(live.is_distributed.value ? [workersTab] : []), ...extended];
  const current = tabs.find(({ key }) => key === tabKey.value) ?? tabs[0];
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = neighbour(tabs, current, event.key);
    if (!next) return;
    event.preventDefault();
    openTab(next.key);
    list.current?.querySelector<HTMLElement>(`#tab-${CSS.escape(next.key)}`)?.focus();
  };
  if (!current) return null;
  return (
    <>
      <div class="tabs" role="tablist" aria-label="Views" ref={list} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <TabButton key={tab.key} tab={tab} isCurrent={tab === current} />
        ))}
      </div>
      <section
        class="panel"
        role="tabpanel"
        id="panel"
        aria-labelledby={`tab-${current.key}`}
        tabIndex={current.isPlain ? 0 : undefined}
        key={current.key}
      >
        <h2 class="unseen">{current.title}</h2>
        {isKnown.value ? current.show() : <p class="nothing">Loading…</p>}
      </section>
    </>
  );
}

function neighbour(tabs: Tab[], current: Tab | undefined, key: string): Tab | undefined {
  const at = current ? tabs.indexOf(current) : 0;
  if (key === "ArrowRight") return tabs[(at + 1) % tabs.length];
  if (key === "ArrowLeft") return tabs[(at - 1 + tabs.length) % tabs.length];
  if (key === "Home") return tabs[0];
  return key === "End" ? tabs.at(-1) : undefined;
}

function TabButton({ tab, isCurrent }: { tab: Tab; isCurrent: boolean }) {
  const badge = tab.badge?.();
  return (
    <button
      type="button"
      role="tab"
      id={`tab-${tab.key}`}
      aria-selected={isCurrent}
      aria-controls={isCurrent ? "panel" : undefined}
      tabIndex={isCurrent ? 0 : -1}
      onClick={() => openTab(tab.key)}
    >
      {tab.title}
      {badge && <span class={tab.isBad ? "badge bad" : "badge"}>{badge}</span>}
    </button>
  );
}
