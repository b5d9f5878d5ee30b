// How long the test has been running, and of how much.
import { useEffect, useState } from "preact/hooks";
import { isActive, live } from "../data/store";
import { clock } from "../ui/format";

export function RunClock() {
  const run = live.run.value;
  const now = useServerSeconds();
  if (!run.started_at) return null;
  const end = isActive.value ? now : (run.ended_at ?? now);
  const passed = end - run.started_at;
  const whole = run.run_time;
  return (
    <span class="clock">
      <span>
        {clock(passed)}
        {whole ? ` / ${clock(whole)}` : ""}
      </span>
      {whole && isActive.value ? (
        <progress max={whole} value={Math.min(passed, whole)} aria-label="Progress of the run time" />
      ) : null}
    </span>
  );
}

/** The server's clock, counted on here between two messages. */
function useServerSeconds(): number {
  const [, tick] = useState(0);
  const [heard] = useState({ server: 0, here: 0 });
  if (heard.server !== live.now.value)
    Object.assign(heard, { server: live.now.value, here: performance.now() });
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return heard.server + (performance.now() - heard.here) / 1000;
}
