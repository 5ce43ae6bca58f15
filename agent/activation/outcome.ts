import type { Finding } from '../../protocol/primitives.ts';
import type { ProbeReport } from '../probe/probe-report.ts';
import type { FieldErrors } from './form.ts';

/**
 * What became of an activation. `errors`: nothing was activated, and a field or the form says why. `probe-failed`: nothing was sent, because something
 * the gateway has to reach cannot be reached; the same form with `acceptProbe` goes on all the same.
 */
export type ActivationOutcome =
  | { readonly kind: 'activated'; readonly findings: readonly Finding[]; readonly probe: ProbeReport | null }
  | { readonly kind: 'errors'; readonly errors: FieldErrors }
  | { readonly kind: 'probe-failed'; readonly probe: ProbeReport };
