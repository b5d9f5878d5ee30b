// Server-sent events over fetch: unlike EventSource it tells why a stream ended, and notices when it went silent.

export interface ServerEvent {
  name: string;
  data: string;
}

/** Cuts a text stream into events; give it pieces as they come. */
export class EventParser {
  private rest = "";

  constructor(private readonly onEvent: (event: ServerEvent) => void) {}

  feed(text: string): void {
    this.rest = (this.rest + text).replaceAll("\r\n", "\n");
    let end: number;
    while ((end = this.rest.indexOf("\n\n")) >= 0) {
      this.block(this.rest.slice(0, end));
      this.rest = this.rest.slice(end + 2);
    }
  }

  private block(block: string): void {
    let name = "message";
    const data: string[] = [];
    for (const line of block.split("\n")) {
      const colon = line.indexOf(":");
      if (colon <= 0) continue; // a comment: a sign of life
      const value = line.slice(colon + 1).replace(/^ /, "");
      if (line.startsWith("event:")) name = value;
      else if (line.startsWith("data:")) data.push(value);
    }
    if (data.length) this.onEvent({ name, data: data.join("\n") });
  }
}

/** The server has no such stream, or does not let us in. */
export class NoStream extends Error {
  constructor(
    readonly status: number,
    readonly isLogin: boolean,
  ) {
    super(`no event stream (status ${status})`);
  }
}

// The server sends a comment every 5 s. A stopped one, or a cut cable, closes no connection: silence tells.
const patienceMs = 15_000;

/** Reads the stream until it ends, goes silent or is aborted; always throws. */
export async function readStream(
  url: string,
  onEvent: (event: ServerEvent) => void,
  aborted: AbortSignal,
): Promise<never> {
  const silence = new AbortController();
  let timer = 0;
  const heard = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => silence.abort(), patienceMs);
  };
  heard();
  try {
    const answer = await fetch(url, {
      headers: { Accept: "text/event-stream" },
      cache: "no-store",
      signal: AbortSignal.any([aborted, silence.signal]),
    });
    if (!answer.ok || !answer.body || !answer.headers.get("Content-Type")?.startsWith("text/event-stream"))
      throw new NoStream(answer.status, answer.redirected && new URL(answer.url).pathname.endsWith("/login"));
    const parser = new EventParser(onEvent);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new Error("the server ended the stream");
      heard();
      parser.feed(value);
    }
  } finally {
    clearTimeout(timer);
  }
}
