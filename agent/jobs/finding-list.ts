import type { Logger } from '../../base/logger.ts';
import type { Finding } from '../../protocol/primitives.ts';

/** What a job's owner should know though the job goes on. */
export class FindingList {
  readonly #logger: Logger;
  readonly #findings: Finding[] = [];

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(finding: Finding): void {
    if (this.#findings.some(({ code, message }) => code === finding.code && message === finding.message)) return;
    this.#findings.push(finding);
    this.#logger.info({ code: finding.code }, finding.message);
  }

  list(): Finding[] {
    return [...this.#findings];
  }
}
