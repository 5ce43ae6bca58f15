import { pino } from 'pino';

/** Structured log lines. Field names that may hold a secret are redacted whatever their depth-one parent is. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: Record<string, unknown>): Logger;
}

const secretFields = [
  'password',
  'secret',
  'accessKeySecret',
  'token',
  'authorization',
  'cookie',
  'recoveryKey',
  'privateKey',
  'credentials',
  'sealed',
  'sealedPassword',
  'pagePassword',
  'passwordAgain',
  'accessKey',
  'securityToken',
  'bearer',
  'proof',
  'key',
];

/** Whether a field of this name is redacted. */
export function isSecretField(name: string): boolean {
  return secretFields.includes(name);
}

/**
 * A JSON logger on standard error, so that standard output stays for results. `level` as in pino; `silent` for tests. `also` gets every line too, redacted;
 * with `quiet` nobody else does.
 */
export function createLogger(options: {
  readonly level?: string;
  readonly name: string;
  readonly also?: (line: string) => void;
  readonly quiet?: boolean;
}): Logger {
  const { also, quiet } = options;
  const standardError = quiet ? undefined : pino.destination({ dest: 2, sync: true });
  return pino(
    {
      name: options.name,
      level: options.level ?? 'info',
      base: { name: options.name },
      redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '[redacted]' },
    },
    {
      write(line) {
        standardError?.write(line);
        also?.(line);
      },
    },
  );
}

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
