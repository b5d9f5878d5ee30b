// Which tab is open, as the address says: ?tab=key.
import { signal } from "@preact/signals";

const read = () => new URLSearchParams(location.search).get("tab");
export const tabKey = signal(read());
addEventListener("popstate", () => (tabKey.value = read()));

export function openTab(key: string): void {
  const url = new URL(location.href);
  url.searchParams.set("tab", key);
  history.pushState(null, "", url);
  tabKey.value = key;
}
