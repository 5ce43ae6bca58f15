import type { ActivationForm, FieldErrors } from '../activation/form.ts';
import type { AgentStatus } from '../status.ts';

/** What the page needs of the agent. */
export interface PageModel {
  status(): AgentStatus;
  /** undefined before the first activation. */
  passwordHash(): string | undefined;
  /** Undefined when the gateway was activated. */
  activate(form: ActivationForm, signal: AbortSignal): Promise<FieldErrors | undefined>;
}
