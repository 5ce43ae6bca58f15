import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
} from 'graphql';
import type { AuditInputValue, AuditSubject } from '../../control/database/audit-tables.ts';
import { parseId } from '../global-id.ts';

/** What the audit log keeps of an input. */
export interface DescribedInput {
  readonly input: readonly AuditInputValue[];
  readonly withheld: readonly string[];
  readonly subjects: readonly AuditSubject[];
}

/**
 * The only texts of an input the audit log tells, by the name of their field. Everything else a caller can write freely may be a
 * secret, so a field that is not listed here is named in `withheld` and its value goes nowhere. Ids, enum values, numbers,
 * booleans and times are always told.
 */
export const toldTexts: ReadonlySet<string> = new Set([
  'address',
  'certificateFingerprint',
  'confirmName',
  'datastore',
  'days',
  'description',
  'end',
  'events',
  'fingerprint',
  'folder',
  'idempotencyKey',
  'name',
  'region',
  'regionId',
  'start',
  'timeZone',
  'username',
  'vaultName',
  'vmName',
  'vpcRegion',
]);

const toldScalars: ReadonlySet<string> = new Set(['ID', 'Int', 'Float', 'Boolean', 'DateTime', 'ByteCount']);
const mostValues = 200;
const longestValue = 256;

/** Walks the arguments of a field along their types; what was left out by the caller is left out here. */
export function describeInput(
  args: readonly GraphQLArgument[],
  given: Readonly<Record<string, unknown>>,
): DescribedInput {
  const description = new InputDescription();
  for (const { name, type } of args) {
    // Mutations take one argument, `input`, which tells nobody anything.
    if (name in given) description.add(name === 'input' ? [] : [name], type, given[name]);
  }
  return description;
}

class InputDescription implements DescribedInput {
  readonly input: AuditInputValue[] = [];
  readonly withheld: string[] = [];
  readonly subjects: AuditSubject[] = [];

  add(path: readonly string[], declared: GraphQLInputType, value: unknown): void {
    if (value === undefined) return;
    const type = getNullableType(declared);
    if (value === null) this.#tell(path, 'null');
    else if (isListType(type)) this.#addList(path, type.ofType, value);
    else if (isInputObjectType(type)) this.#addFields(path, Object.values(type.getFields()), value);
    else if (isEnumType(type)) this.#tell(path, String(type.serialize(value)));
    else if (toldScalars.has(type.name)) this.#addScalar(path, type.name, value);
    else if (type.name === 'String' && isTold(fieldOf(path), String(value))) this.#tell(path, String(value));
    else if (this.withheld.length < mostValues) this.withheld.push(path.join('.'));
  }

  #addList(path: readonly string[], type: GraphQLInputType, value: unknown): void {
    if (!Array.isArray(value)) return;
    for (const [index, item] of value.entries()) this.add([...path, String(index)], type, item);
  }

  #addFields(path: readonly string[], fields: readonly GraphQLInputField[], value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    const entries = new Map<string, unknown>(Object.entries(value));
    for (const { name, type } of fields) this.add([...path, name], type, entries.get(name));
  }

  #addScalar(path: readonly string[], typeName: string, value: unknown): void {
    this.#tell(path, value instanceof Date ? value.toISOString() : String(value));
    if (typeName !== 'ID' || this.subjects.length >= mostValues) return;
    const subject = subjectOf(String(value));
    if (subject && !this.subjects.some(({ id }) => id === subject.id)) this.subjects.push(subject);
  }

  #tell(path: readonly string[], text: string): void {
    if (this.input.length >= mostValues) return;
    const value = text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
    this.input.push({ path: path.join('.'), value });
  }
}

/** An address is no URL, but people paste `https://user:password@host`; it is refused, and nothing of the log can be taken back. */
function isTold(field: string, text: string): boolean {
  return toldTexts.has(field) && !(field === 'address' && text.includes('@'));
}

/** The innermost name of a path: an entry of a list is named by its list. */
function fieldOf(path: readonly string[]): string {
  return path.findLast((step) => !/^\d+$/.test(step)) ?? '';
}

/** What is no id of this server names nothing: the mutation itself refuses it. */
function subjectOf(globalId: string): AuditSubject | undefined {
  try {
    const { typename, id } = parseId(globalId);
    return { type: typename, id };
  } catch {
    return undefined;
  }
}
