import { HoldfastError, isDriverError } from '../../base/errors.ts';

/** What is wrong with one field, or with all of it: a code for those who speak other languages, and English for everybody else. */
export interface FieldProblem {
  /** Stable, upper snake case: one of {@link formProblems}, or an error's of the control plane or a driver. */
  readonly code: string;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** One sentence: what to do; may be empty where the message says it. */
  readonly remedy: string;
  /** What `{name}` stands for in the texts of a code in other languages. */
  readonly parameters?: Readonly<Record<string, string | number>>;
}

interface ProblemText {
  readonly message: string;
  readonly remedy: string;
}

/** What forms of the gateway find out by themselves, in English. `{name}` is a parameter. */
export const formProblems = {
  ACCESS_KEY_ID_MISSING: { message: 'Enter the AccessKey ID.', remedy: '' },
  ACCESS_KEY_ID_TOO_LONG: { message: 'An AccessKey ID has at most {most} characters.', remedy: '' },
  ACCESS_KEY_SECRET_MISSING: { message: 'Enter the AccessKey secret.', remedy: '' },
  PASSWORD_TOO_SHORT: { message: 'Choose a password of at least {least} characters.', remedy: '' },
  PASSWORD_TOO_LONG: { message: 'Choose a password of at most {most} characters.', remedy: '' },
  PASSWORDS_DIFFER: { message: 'The two passwords are not the same.', remedy: 'Enter the same one twice.' },
  CONTROL_NETWORK_MISSING: { message: 'Choose the network of the control channel.', remedy: '' },
  MESSAGE_NETWORK_MISSING: { message: 'Choose the network of the message channel.', remedy: '' },
  CERTIFICATE_MISSING: { message: 'Choose the certificate file, or paste its content.', remedy: '' },
  NETWORK_NOT_IN_CERTIFICATE: {
    message: 'The certificate names no control plane address in this network.',
    remedy: 'Choose the other one.',
  },
  MESSAGE_NETWORK_NOT_IN_CERTIFICATE: {
    message: 'The certificate names no message broker in this network.',
    remedy: 'Choose the other one.',
  },
} as const satisfies Readonly<Record<string, ProblemText>>;

export type FormProblemCode = keyof typeof formProblems;

export function formProblem(code: FormProblemCode, parameters: Readonly<Record<string, string | number>> = {}) {
  const { message, remedy } = formProblems[code];
  return { code, message: fillIn(message, parameters), remedy: fillIn(remedy, parameters), parameters };
}

/** Puts the parameters in the places of their names; a name without one stays. */
export function fillIn(text: string, parameters: Readonly<Record<string, string | number>> = {}): string {
  return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => String(parameters[name] ?? place));
}

/** An error meant for people, as a field's problem; anything else is a defect and passes. */
export function problemOf(error: unknown): FieldProblem {
  if (!(error instanceof HoldfastError || isDriverError(error))) throw error;
  const { code, message, remedy } = error;
  return { code, message, remedy };
}

/** For where there is one language and one line. */
export function problemSentence({ message, remedy }: FieldProblem): string {
  return [message, remedy].filter(Boolean).join(' ');
}
