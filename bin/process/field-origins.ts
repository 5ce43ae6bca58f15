import type { FieldErrors } from '../../agent/activation/form.ts';

/** Where a field of the gateway's forms comes from on the command line. */
const origins: Readonly<Record<keyof FieldErrors, string>> = {
  certificate: '--certificate',
  controlNetwork: '--control-network',
  messageNetwork: '--message-network',
  accessKeyId: '--access-key-id',
  accessKeySecret: 'HOLDFAST_ACCESS_KEY_SECRET',
  password: 'HOLDFAST_PAGE_PASSWORD',
  passwordAgain: 'HOLDFAST_PAGE_PASSWORD',
  form: 'gateway',
};

export interface OptionProblem {
  /** The option or variable. */
  readonly origin: string;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export function optionProblems(errors: FieldErrors): OptionProblem[] {
  return Object.entries(errors).map(([field, { code, message, remedy }]) => ({
    origin: Object.entries(origins).find(([name]) => name === field)?.[1] ?? field,
    code,
    message,
    remedy,
  }));
}

/** One line each, beside the option. */
export function tellProblems(errors: FieldErrors): void {
  for (const { origin, message, remedy } of optionProblems(errors))
    process.stderr.write(`${origin}: ${[message, remedy].filter(Boolean).join(' ')}\n`);
}
