import {
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';

/** The least a schema takes for an input of this type: required fields only, each with some value of its type. */
export function minimalInput(declared: GraphQLInputType): unknown {
  const type = getNullableType(declared);
  if (isListType(type)) return [minimalInput(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) && field.defaultValue === undefined,
    );
    const fields = required.length === 0 && type.isOneOf ? Object.values(type.getFields()).slice(0, 1) : required;
    return Object.fromEntries(fields.map((field) => [field.name, minimalInput(field.type)]));
  }
  const values: Record<string, unknown> = {
    Boolean: false,
    Int: 1,
    Float: 1,
    ByteCount: 1,
    DateTime: '2030-01-01T00:00:00Z',
  };
  return values[type.name] ?? 'x';
}
