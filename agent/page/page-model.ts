import type { AccessKeyPair } from '../../drivers/identity/contract.ts';
import type { ActivationForm, FieldErrors } from '../activation/form.ts';
import type { ActivationOutcome } from '../activation/outcome.ts';
import type { ProbeReport, ProbeTarget } from '../probe/probe-report.ts';
import type { AgentStatus } from '../status.ts';

/** What the page and the local socket need of the agent. */
export interface PageModel {
  status(): AgentStatus;
  /** undefined before the first activation. */
  passwordHash(): string | undefined;
  /** Changes the password of the page, and nothing else of the gateway. */
  setPassword(password: string): Promise<void>;
  activate(form: ActivationForm, signal: AbortSignal): Promise<ActivationOutcome>;
  /** Undefined: the gateway works with this access key now, and everything else of it stays; also when the present one does not count any more. */
  replaceAccessKey(pair: AccessKeyPair, signal: AbortSignal): Promise<FieldErrors | undefined>;
  /**
   * Tries everything the gateway has to reach; takes as long as the slowest check, at most some seconds. Throws CERTIFICATE_INVALID, or
   * NOT_ACTIVATED for the present state of a gateway that has none.
   */
  probe(target: ProbeTarget, signal: AbortSignal): Promise<ProbeReport>;
  /** The log's last lines, redacted, after a header: JSON, one object a line. */
  logs(): Promise<string>;
}
