import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

/** How far objects are followed below the field in question. */
const deepest = 1;

/**
 * Documents that ask for every field of the entries of every list of the schema, `$first` entries long: all values in one, each relation in one
 * of its own with what lies right below it. Lists inside entries are left out.
 */
export function everyFieldOfLists(
  schema: GraphQLSchema,
): readonly { readonly name: string; readonly document: string }[] {
  const lists = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(isConnection);
  return lists.flatMap((list) => {
    const connection = getNamedType(list.type);
    if (!isObjectType(connection)) return [];
    return membersOf(schema, getNamedType(connection.getFields().nodes?.type ?? connection)).flatMap((type) => {
      const fields = Object.values(type.getFields()).filter(isPlain);
      const values = fields.filter((field) => isLeafType(getNamedType(field.type))).map(({ name }) => name);
      const relations = fields.filter((field) => !isLeafType(getNamedType(field.type)));
      const parts = [
        { name: 'values', selection: values.join(' ') },
        ...relations.map((field) => ({
          name: field.name,
          selection: `${field.name} ${below(schema, field.type, deepest)}`,
        })),
      ];
      return parts.map(({ name, selection }) => ({
        name: `${list.name}: ${type.name}.${name}`,
        document: `query ($first: Int!) { ${list.name}(first: $first) { nodes { ... on ${type.name} { ${selection} } } } }`,
      }));
    });
  });
}

function membersOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] {
  return isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
}

function below(schema: GraphQLSchema, declared: GraphQLOutputType, depth: number): string {
  const type = getNamedType(declared);
  if (isLeafType(type)) return '';
  const types = membersOf(schema, type);
  // Following lists, or all that an id may name, would cost more than an operation may.
  const follows = depth > 0 && types.length === 1 && !isListType(getNullableType(declared));
  const fieldsOf = (member: GraphQLObjectType) =>
    Object.values(member.getFields())
      .filter(isPlain)
      .filter((field) => follows || isLeafType(getNamedType(field.type)));
  const fields = types.flatMap(fieldsOf);
  /** Members of a union may have fields of one name and several types, which no document can ask for at once. */
  const isOfOneType = ({ name, type }: { readonly name: string; readonly type: GraphQLOutputType }) =>
    fields.every((other) => other.name !== name || String(other.type) === String(type));
  const parts = types.map((member) => {
    const own = fieldsOf(member).filter(isOfOneType);
    return `... on ${member.name} { __typename ${own.map((field) => `${field.name} ${below(schema, field.type, depth - 1)}`).join(' ')} }`;
  });
  return `{ __typename ${parts.join(' ')} }`;
}

function isConnection(field: GraphQLField<unknown, unknown>): boolean {
  return getNamedType(field.type).name.endsWith('Connection');
}

function isPlain(field: GraphQLField<unknown, unknown>): boolean {
  return !isConnection(field) && !field.args.some(isRequiredArgument);
}
