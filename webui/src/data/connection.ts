// Keeps the state live: by the event stream, by polling where there is none, and again and again when it broke.
import { signal } from "@preact/signals";
import { SignedOut } from "./api";
import { address } from "./args";
import type { State } from "./model";
import { pollOnce } from "./polling";
import { applyDelta, applySnapshot } from "./store";
import { NoStream, readStream, type ServerEvent } from "./stream";

type Link = "connecting" | "live" | "polling" | "lost" | "signed-out";
export const link = signal<Link>("connecting");
/** When contact was lost (ms since the epoch). */
export const lostAt = signal<number | null>(null);

const pollMs = 2000;
const firstPauseMs = 500;
const longestPauseMs = 4000;
// A page that nobody looks at gives its connection back: browsers allow six to a server, over all tabs.
const hiddenMs = 60_000;

let streaming: AbortController | undefined;
let hiddenTimer = 0;
let wake: (() => void) | undefined;

const pause = (ms: number) =>
  new Promise<void>((resolve) => {
    wake = resolve;
    window.setTimeout(resolve, ms);
  });

function isBack(as: Link): void {
  link.value = as;
  lostAt.value = null;
}

function isLost(): void {
  if (link.value !== "lost") lostAt.value = Date.now();
  link.value = "lost";
}

function onEvent(event: ServerEvent): void {
  const state = JSON.parse(event.data) as State;
  if (event.name === "snapshot") applySnapshot(state);
  else if (event.name === "delta") applyDelta(state);
  if (link.value !== "live") isBack("live");
}

async function stream(): Promise<"polling" | "again" | "signed-out"> {
  streaming = new AbortController();
  try {
    return await readStream(address("/events"), onEvent, streaming.signal);
  } catch (error) {
    if (error instanceof NoStream && error.isLogin) return "signed-out";
    return error instanceof NoStream && error.status < 500 ? "polling" : "again";
  }
}

async function poll(): Promise<boolean> {
  try {
    await pollOnce();
    isBack("polling");
    return true;
  } catch (error) {
    if (error instanceof SignedOut) link.value = "signed-out";
    else isLost();
    return false;
  }
}

async function untilVisible(): Promise<void> {
  while (document.hidden && streaming?.signal.aborted) await pause(longestPauseMs);
}

/** Runs for as long as the page is open. */
export async function stayConnected(): Promise<void> {
  watchSurroundings();
  let wait = firstPauseMs;
  for (;;) {
    const next = await stream();
    await untilVisible();
    if (next === "signed-out") {
      link.value = "signed-out";
      return;
    }
    if (next === "polling") {
      while (await poll()) await pause(pollMs);
    } else if (!streaming?.signal.aborted) {
      if (link.value === "live") wait = firstPauseMs;
      isLost();
    }
    await pause(wait);
    wait = Math.min(wait * 2, longestPauseMs);
  }
}

function watchSurroundings(): void {
  addEventListener("online", () => wake?.());
  addEventListener("offline", isLost);
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiddenTimer);
    if (document.hidden) hiddenTimer = window.setTimeout(() => streaming?.abort(), hiddenMs);
    else wake?.();
  });
}
