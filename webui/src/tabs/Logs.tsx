// The last lines of every node, by level.
import { computed, signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { logs } from "../data/store";
import { counted } from "../ui/format";
import { tabKey } from "../page/route";
import { levels, levelsOf, rank, type Level } from "./levels";

const warnings = computed(() => {
  const nodes = [logs.value.master, ...Object.values(logs.value.workers)];
  const found = nodes.flatMap((lines) => lines.filter((line) => /\/(WARNING|ERROR|CRITICAL)\//.test(line)));
  return found.join("\n");
});
const seen = signal("");
/** Warnings came since the tab was last looked at. */
export const unseenWarnings = computed(() => tabKey.value !== "logViewer" && warnings.value !== seen.value);

export function Logs() {
  const nodes: Record<string, string[]> = { Main: logs.value.master, ...logs.value.workers };
  const [node, setNode] = useState("Main");
  const [level, setLevel] = useState<Level>("DEBUG");
  useEffect(() => void (seen.value = warnings.value), [warnings.value]);
  const lines = nodes[node] ?? [];
  const shown = useMemo(() => {
    const own = levelsOf(lines);
    return lines
      .map((line, index) => ({ line, level: own[index] ?? "INFO" }))
      .filter((each) => rank(each.level) >= rank(level));
  }, [lines, level]);
  return (
    <>
      <div class="toolbar">
        <label class="inline">
          Node
          <select value={node} onInput={(event) => setNode(event.currentTarget.value)}>
            {Object.keys(nodes).map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <label class="inline">
          Level
          <select value={level} onInput={(event) => setLevel(event.currentTarget.value as Level)}>
            {levels.map((each) => (
              <option key={each} value={each}>
                {each === "DEBUG" ? "All" : each === "CRITICAL" ? "CRITICAL only" : `${each} and above`}
              </option>
            ))}
          </select>
        </label>
        <span class="muted">{counted(shown.length, "line")}, the last 500 are kept</span>
      </div>
      <Lines lines={shown} />
    </>
  );
}

/** Follows the end, unless the person has scrolled away from it. */
function Lines({ lines }: { lines: { line: string; level: Level }[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element && follows.current) element.scrollTop = element.scrollHeight;
  }, [lines]);
  const onScroll = () => {
    const element = frame.current;
    if (element) follows.current = element.scrollHeight - element.scrollTop - element.clientHeight < 30;
  };
  return (
    <div class="log" ref={frame} onScroll={onScroll} tabIndex={0} role="log" aria-label="Log lines">
      {lines.length === 0 && <p class="nothing">No lines.</p>}
      {lines.map(({ line, level }, index) => (
        <div key={index} class={`line ${level.toLowerCase()}`}>
          {line || "\u00a0"}
        </div>
      ))}
    </div>
  );
}
