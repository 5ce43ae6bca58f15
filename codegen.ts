import type { CodegenConfig } from '@graphql-codegen/cli';

/** `npm run codegen`: client/gen, the typed documents made from client/documents and the printed schema. */
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  documents: 'client/documents/*.graphql',
  emitLegacyCommonJSImports: false,
  config: {
    scalars: { ID: 'string', DateTime: 'string', ByteCount: 'number' },
    strictScalars: true,
    enumsAsTypes: true,
    useTypeImports: true,
    avoidOptionals: { field: true },
    immutableTypes: true,
    skipTypename: true,
    documentNodeImport: 'graphql#TypedQueryDocumentNode',
  },
  generates: {
    'client/gen/documents.ts': {
      plugins: ['typescript-operations', 'typed-document-node'],
    },
  },
};

export default config;
