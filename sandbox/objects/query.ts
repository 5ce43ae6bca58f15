/** A request's parameters as sent: a parameter without `=` has no value, one with `=` and nothing after it an empty one. */
export class Query {
  readonly entries: readonly (readonly [name: string, value: string | undefined])[];

  /** Throws URIError for a broken percent encoding. */
  constructor(text: string) {
    this.entries = text
      .split('&')
      .filter((part) => part !== '')
      .map((part) => {
        const equals = part.indexOf('=');
        return equals < 0 ? [decode(part), undefined] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
      });
  }

  has(name: string): boolean {
    return this.entries.some(([each]) => each === name);
  }

  /** Undefined when absent or without a value. */
  get(name: string): string | undefined {
    return this.entries.find(([each]) => each === name)?.[1];
  }
}

/** Percent decoding; a plus sign is a space, as in forms. */
export const decode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

/** RFC 3986: everything but letters, digits and `-._~` is encoded. */
export const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
