import { writeFile } from 'node:fs/promises';
import { configurationPage } from '../bin/configuration/documentation.ts';

/** Writes docs/configuration.md; a test compares the two. */
await writeFile(new URL('../docs/configuration.md', import.meta.url), configurationPage());
