import { resolve } from 'node:path';
import { z } from 'zod';
import { plannedFaults } from '../../base/faults.ts';

/** What docs/configuration.md and error messages say about an environment variable. */
export interface VariableDocs {
  readonly description: string;
  /** Completes "expected …". */
  readonly expected: string;
  /** The default in words, where the value itself does not tell. */
  readonly defaultText?: string;
  /** Its value never appears in a message. */
  readonly secret?: boolean;
}

const docsRegistry = z.registry<VariableDocs & { readonly defaultValue?: string }>();

/** An environment variable with a default, written as it would be in the environment. */
export function variable<S extends z.ZodType<unknown, string>>(schema: S, defaultValue: string, docs: VariableDocs) {
  const prefaulted = z.string().default(defaultValue).pipe(schema);
  docsRegistry.add(prefaulted, { ...docs, defaultValue });
  return prefaulted;
}

/** An environment variable that may be left out. */
export function optionalVariable<S extends z.ZodType<unknown, string>>(schema: S, docs: VariableDocs) {
  const optional = schema.optional();
  docsRegistry.add(optional, docs);
  return optional;
}

export function docsOf(schema: z.ZodType): (VariableDocs & { readonly defaultValue?: string }) | undefined {
  return docsRegistry.get(schema);
}

export const text = z.string().trim().min(1);

export const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.number().max(65_535));

/** Milliseconds, or any other count from 1. */
export const positiveInteger = z
  .string()
  .regex(/^\d{1,12}$/)
  .transform(Number)
  .pipe(z.number().min(1));

/** A SHA-256 in hex, as sha256sum prints it. */
export const sha256 = z
  .string()
  .trim()
  .regex(/^[0-9a-fA-F]{64}$/)
  .transform((value) => value.toLowerCase());

export const yesOrNo = z.enum(['true', 'false']).transform((value) => value === 'true');

/** An absolute path; relative ones are taken from the current directory. */
export const path = text.transform((value) => resolve(value));

export const httpUrl = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''));

/** Separated by commas, each as browsers send it: no path, no default port. */
export const origins = z
  .string()
  .transform((value) =>
    value
      .split(',')
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ''),
  )
  .pipe(
    z.array(
      z
        .url({ protocol: /^https?$/ })
        .refine((value) => URL.canParse(value) && new URL(value).origin === value, 'not an origin'),
    ),
  );

export const mqttUrl = z.url({ protocol: /^mqtts?$/ });

/** Not z.url: `postgresql://user@/db?host=/run/postgresql`, a server's socket, is what libpq takes and URL refuses. */
export const postgresUrl = z.string().regex(/^postgres(ql)?:\/\/\S+$/);

/** Planned faults as JSON; what does not parse keeps the process from starting. */
export const faults = z
  .string()
  .transform((value, context): unknown => {
    try {
      return JSON.parse(value);
    } catch {
      context.addIssue('not JSON');
      return z.NEVER;
    }
  })
  .pipe(plannedFaults);

export const logLevel = z.enum(['debug', 'info', 'warn', 'error', 'silent']);

export const expectations = {
  port: 'a port number from 0 (any free port) to 65535',
  milliseconds: 'a whole number of milliseconds from 1',
  yesOrNo: 'true or false',
  directory: 'the path of a directory',
  file: 'the path of a PEM file',
  httpUrl: 'an http: or https: URL',
  origins: 'origins separated by commas, such as https://console.example,https://ops.example:8443',
  mqttUrl: 'an mqtt: or mqtts: URL',
} as const;
