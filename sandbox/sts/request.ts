import { StsError } from './errors.ts';

/** A call of the API, by either kind of signature. */
export interface StsRequest {
  readonly method: string;
  readonly path: string;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  /** Of the address. */
  readonly query: ReadonlyMap<string, string>;
  /** Of a form in the body. */
  readonly form: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Address and form together: STS takes a parameter from either. */
export function parameter(request: StsRequest, name: string): string | undefined {
  return request.query.get(name) ?? request.form.get(name);
}

export function requireParameter(request: StsRequest, name: string): string {
  const value = parameter(request, name);
  if (!value) throw new StsError(400, `Missing${name}`, `${name} is mandatory for this action.`);
  return value;
}

/** RFC 3986: everything but letters, digits and `-._~` is encoded. */
export const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** `name=value` pairs, encoded and sorted by name, as both signatures want them. */
export const canonicalParameters = (parameters: ReadonlyMap<string, string>): string =>
  [...parameters]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
