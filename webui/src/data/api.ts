// Calls to the server's routes. Whatever goes wrong is an Error whose message a person can read.
import { address } from "./args";

export class SignedOut extends Error {
  constructor() {
    super("You are no longer logged in.");
  }
}

async function fetched(route: string, options: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(address(route), { cache: "no-store", ...options });
  } catch {
    throw new Error("The server cannot be reached.");
  }
  // Without a valid login every route answers with the login page.
  if (answer.redirected && new URL(answer.url).pathname.endsWith("/login")) throw new SignedOut();
  return answer;
}

export async function getJson<T>(route: string): Promise<T> {
  const answer = await fetched(route, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${route} answered with status ${answer.status}.`);
  return (await answer.json()) as T;
}

export interface SwarmAnswer {
  success: boolean;
  message: string;
  host?: string;
}

/** Starts or changes a test. */
export async function postSwarm(fields: URLSearchParams): Promise<SwarmAnswer> {
  const answer = await fetched("/swarm", { method: "POST", body: fields });
  try {
    return (await answer.json()) as SwarmAnswer;
  } catch {
    return { success: false, message: `The server could not read the form (status ${answer.status}).` };
  }
}

// Older servers know these only as GET.
async function change(route: string): Promise<void> {
  let answer = await fetched(route, { method: "POST" });
  if (answer.status === 405) answer = await fetched(route);
  if (!answer.ok) throw new Error(`${route} answered with status ${answer.status}.`);
}
export const postStop = (): Promise<void> => change("/stop");
export const postReset = (): Promise<void> => change("/stats/reset");

export async function postUser(settings: Record<string, unknown>): Promise<void> {
  const answer = await fetched("/user", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(settings),
  });
  if (!answer.ok) throw new Error(`The server did not accept the settings (status ${answer.status}).`);
}
