/** What one request was and how it ended. */
export interface LoggedRequest {
  /** `oss.PutObject`, `sts.AssumeRole`, … */
  readonly operation: string;
  /** `bucket/key`, or what else it was about. */
  readonly subject: string;
  readonly accessKeyId: string | undefined;
  /** 0 when the connection ended without an answer. */
  readonly status: number;
  /** The error's code. */
  readonly code: string | undefined;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly requestId: string;
  /** Milliseconds since the epoch, by the server's clock. */
  readonly at: number;
}

export interface OperationCounters {
  requests: number;
  errors: number;
  bytesReceived: number;
  bytesSent: number;
  running: number;
  /** Most that ran at one time. */
  peak: number;
}

const KEPT = 1000;

/** Counts what clients do, for tests that have to show how much was moved and how. */
export class RequestLog {
  #requests: LoggedRequest[] = [];
  #counters = new Map<string, OperationCounters>();

  /** Counts a request as running until the function it gives back is called. */
  begin(operation: string): (request: LoggedRequest) => void {
    const counted = [this.#of(operation), this.#of('*')];
    for (const counters of counted) {
      counters.requests += 1;
      counters.running += 1;
      counters.peak = Math.max(counters.peak, counters.running);
    }
    return (request) => {
      for (const counters of counted) {
        counters.running -= 1;
        counters.bytesReceived += request.bytesReceived;
        counters.bytesSent += request.bytesSent;
        if (request.status === 0 || request.status >= 400) counters.errors += 1;
      }
      this.#requests.push(request);
      if (this.#requests.length > KEPT) this.#requests.shift();
    };
  }

  /** The last thousand, oldest first. */
  recent(): readonly LoggedRequest[] {
    return this.#requests;
  }

  /** By operation, and under `*` for all together. */
  counters(): Readonly<Record<string, Readonly<OperationCounters>>> {
    return Object.fromEntries([...this.#counters].map(([name, counters]) => [name, { ...counters }]));
  }

  /** Begins anew; what is running goes on being counted. */
  clear(): void {
    this.#requests = [];
    for (const counters of this.#counters.values()) {
      Object.assign(counters, { requests: 0, errors: 0, bytesReceived: 0, bytesSent: 0, peak: counters.running });
    }
  }

  #of(operation: string): OperationCounters {
    const found = this.#counters.get(operation);
    if (found) return found;
    const fresh = { requests: 0, errors: 0, bytesReceived: 0, bytesSent: 0, running: 0, peak: 0 };
    this.#counters.set(operation, fresh);
    return fresh;
  }
}
