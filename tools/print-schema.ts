import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from '../schema/schema.ts';

/** Writes schema/schema.graphql: what the schema is now, for reviewers, code generators and the check for breaking changes. */
const file = fileURLToPath(new URL('../schema/schema.graphql', import.meta.url));
writeFileSync(file, `${printSchema(lexicographicSortSchema(schema))}\n`);
