import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** One property or parameter as the WSDL declares it. */
export interface PropertyInfo {
  readonly name: string;
  /** WSDL name, or a primitive: `string`, `int`, `anyType`, `ManagedObjectReference`, … */
  readonly type: string;
  readonly optional: boolean;
  readonly array: boolean;
}

export interface MethodInfo {
  readonly on: string;
  readonly params: readonly PropertyInfo[];
  /** Undefined for a method without a result. */
  readonly result: PropertyInfo | undefined;
}

const classTable = z.record(z.string(), z.object({ base: z.string(), props: z.array(z.string()) }));
const fileSchema = z.object({
  managed: classTable,
  methods: z.record(z.string(), z.object({ on: z.string(), params: z.array(z.string()), result: z.string() })),
  types: classTable,
  enums: z.record(z.string(), z.array(z.string())),
});

const file = fileSchema.parse(JSON.parse(readFileSync(new URL('../gen/vim-types.json', import.meta.url), 'utf8')));

/** `name:type?[]`, as sandbox/tools/generate-vim-types.py writes it. */
function parseProperty(text: string): PropertyInfo {
  const [name = '', rest = ''] = text.split(':');
  return {
    name,
    type: rest.replace(/[?[\]]/g, ''),
    optional: rest.includes('?'),
    array: rest.endsWith('[]'),
  };
}

type ClassTable = z.infer<typeof classTable>;

function resolver(table: ClassTable): (name: string) => readonly PropertyInfo[] | undefined {
  const cache = new Map<string, readonly PropertyInfo[]>();
  const resolve = (name: string): readonly PropertyInfo[] | undefined => {
    const known = cache.get(name);
    if (known) return known;
    const entry = Object.hasOwn(table, name) ? table[name] : undefined;
    if (!entry) return undefined;
    const properties = [...(resolve(entry.base) ?? []), ...entry.props.map(parseProperty)];
    cache.set(name, properties);
    return properties;
  };
  return resolve;
}

/** A data type's properties in WSDL order, inherited ones first; undefined when the type is not known. */
export const dataProperties = resolver(file.types);

/** A managed type's properties, inherited ones included; undefined when the type is not known. */
export const managedProperties = resolver(file.managed);

const methods = new Map<string, MethodInfo>(
  Object.entries(file.methods).map(([name, method]) => [
    name,
    {
      on: method.on,
      params: method.params.map(parseProperty),
      result: method.result === 'void' ? undefined : parseProperty(`returnval:${method.result}`),
    },
  ]),
);

export function methodInfo(name: string): MethodInfo | undefined {
  return methods.get(name);
}

export function enumValues(name: string): readonly string[] | undefined {
  return Object.hasOwn(file.enums, name) ? file.enums[name] : undefined;
}

/** Whether `type` is `ancestor` or derives from it, among managed and data types both. */
export function isSubtype(type: string, ancestor: string): boolean {
  let current = type;
  while (current !== '') {
    if (current === ancestor) return true;
    const table = Object.hasOwn(file.managed, current) ? file.managed : file.types;
    current = (Object.hasOwn(table, current) ? table[current]?.base : undefined) ?? '';
  }
  return ancestor === 'ManagedObject';
}
