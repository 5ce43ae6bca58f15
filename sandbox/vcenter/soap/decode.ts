import { invalidRequest } from './faults.ts';
import { dataProperties, enumValues, isSubtype, type MethodInfo, type PropertyInfo } from './metadata.ts';
import type { MoRef, VimObject, VimValue } from './values.ts';
import type { XmlElement } from './xml.ts';

export interface DecodedCall {
  readonly self: MoRef;
  readonly params: VimObject;
}

/**
 * Reads a method call as strictly as vCenter does: children in the WSDL's order, nothing unknown, nothing missing.
 * Throws InvalidRequest.
 */
export function decodeCall(element: XmlElement, method: MethodInfo): DecodedCall {
  const [first, ...rest] = element.children;
  if (first?.name !== '_this') {
    throw invalidRequest(
      `Required parameter _this is missing\n\nwhile parsing call information for method ${element.name}`,
    );
  }
  const trail = [`while parsing call information for method ${element.name}`];
  const params = decodeProperties(element, rest, element.name, method.params, trail);
  return { self: decodeRef(first, trail), params };
}

function problem(text: string, element: XmlElement, trail: readonly string[]) {
  return invalidRequest(
    [text, ...trail.toReversed(), `at line ${element.line}, column ${element.column}`].join('\n\n'),
  );
}

function decodeProperties(
  element: XmlElement,
  children: readonly XmlElement[],
  type: string,
  properties: readonly PropertyInfo[],
  trail: readonly string[],
): VimObject {
  const result: Record<string, VimValue> = {};
  let position = 0;
  for (const each of children) {
    const index = properties.findIndex((property, at) => at >= position && property.name === each.name);
    const property = properties[index];
    if (!property) throw problem(`Unexpected element tag "${each.name}" seen`, each, trail);
    const inner = [...trail, `while parsing property "${property.name}" of static type ${property.type}`];
    if (isNil(each)) {
      if (!property.optional) throw problem(`Required property ${property.name} is nil`, each, inner);
    } else if (property.array) {
      const before = result[property.name];
      result[property.name] = [...(Array.isArray(before) ? before : []), decodeValue(each, property.type, inner)];
    } else {
      result[property.name] = decodeValue(each, property.type, inner);
    }
    position = property.array ? index : index + 1;
  }
  for (const property of properties) {
    if (!property.optional && !property.array && result[property.name] === undefined) {
      throw problem(`Required property ${property.name} is missing from data object of type ${type}`, element, trail);
    }
  }
  return { ...result, $type: type };
}

function isNil(element: XmlElement): boolean {
  return element.xsi.nil === 'true' || element.xsi.nil === '1';
}

function decodeValue(element: XmlElement, declared: string, trail: readonly string[]): VimValue {
  const given = element.xsi.type?.replace(/^.*:/, '');
  if (declared === 'anyType') {
    if (given === undefined) return decodePrimitive(element, 'string', trail);
    if (given.startsWith('ArrayOf')) {
      return element.children.map((item) => decodeValue(item, item.name === 'string' ? 'string' : item.name, trail));
    }
    return decodeTyped(element, given, trail);
  }
  if (given !== undefined && given !== declared && dataProperties(declared)) {
    if (!dataProperties(given)) throw problem(`Unknown type ${given}`, element, trail);
    if (!isSubtype(given, declared)) throw problem(`Type ${given} is not a ${declared}`, element, trail);
    return decodeTyped(element, given, trail);
  }
  return decodeTyped(element, declared, trail);
}

function decodeTyped(element: XmlElement, type: string, trail: readonly string[]): VimValue {
  if (type === 'ManagedObjectReference') return decodeRef(element, trail);
  const properties = dataProperties(type);
  if (properties) return decodeProperties(element, element.children, type, properties, trail);
  const values = enumValues(type);
  if (values) {
    const text = element.text.trim();
    if (!values.includes(text)) throw problem(`Invalid value "${text}" for enumeration ${type}`, element, trail);
    return text;
  }
  return decodePrimitive(element, type, trail);
}

function decodeRef(element: XmlElement, trail: readonly string[]): MoRef {
  const { type } = element.attributes;
  if (type === undefined) throw problem('Attribute "type" is missing from a ManagedObjectReference', element, trail);
  return { type, value: element.text.trim() };
}

function decodePrimitive(element: XmlElement, type: string, trail: readonly string[]): VimValue {
  if (element.children.length > 0) throw problem(`Unexpected child elements in a ${type}`, element, trail);
  const raw = element.text;
  const text = raw.trim();
  switch (type) {
    case 'boolean':
      if (!/^(?:true|false|0|1)$/.test(text)) throw problem(`Invalid boolean "${text}"`, element, trail);
      return text === 'true' || text === '1';
    case 'byte':
    case 'short':
    case 'int':
    case 'long': {
      if (!/^[+-]?\d+$/.test(text)) throw problem(`Invalid ${type} "${text}"`, element, trail);
      const number = Number(text);
      return Number.isSafeInteger(number) ? number : BigInt(text);
    }
    case 'float':
    case 'double':
      return Number(text);
    case 'dateTime': {
      const time = Date.parse(text);
      if (Number.isNaN(time)) throw problem(`Invalid dateTime "${text}"`, element, trail);
      return new Date(time);
    }
    default:
      return raw;
  }
}
