// What the figures of a running test tell when nothing comes of it; pure.
import type { Exception, Failure, Row } from "../data/model";

export interface Seen {
  state: string;
  users: number;
  target: number;
  total: Pick<Row, "num_requests" | "num_failures">;
  host: string;
  errors: Failure[];
  exceptions: Exception[];
}
interface Sign {
  title: string;
  text: string;
}

const longest = 160;
const shortened = (text: string) => (text.length > longest ? `${text.slice(0, longest)}…` : text);
/** Fewer failures may be chance. */
const fewest = 10;

export function signOfTrouble(seen: Seen): Sign | null {
  if (!["spawning", "running"].includes(seen.state)) return null;
  const { num_requests, num_failures } = seen.total;
  if (num_requests >= fewest && num_failures >= num_requests) return nothingSucceeds(seen);
  if (num_requests === 0 && seen.exceptions.length) return onlyExceptions(seen.exceptions);
  if (seen.state === "running" && seen.target > 0 && seen.users === 0)
    return { title: "No user is left", text: "All of them have ended. The tab Logs may say why." };
  return null;
}

/** Mostly a wrong host. */
function nothingSucceeds({ errors, host }: Seen): Sign {
  const most = errors.reduce<Failure | null>((a, b) => (a && a.occurrences >= b.occurrences ? a : b), null);
  const mostly = most ? `Mostly: ${shortened(most.error)}. ` : "";
  return { title: "Not one request succeeds", text: `${mostly}Is the host right${host && ` (${host})`}?` };
}

function onlyExceptions(exceptions: Exception[]): Sign {
  const most = exceptions.reduce((a, b) => (a.count >= b.count ? a : b));
  const text = `The tasks raise exceptions before it, mostly: ${shortened(most.msg || "(no message)")}. The tab Exceptions shows where.`;
  return { title: "Not one request is made", text };
}
