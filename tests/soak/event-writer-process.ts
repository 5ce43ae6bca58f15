import { z } from 'zod';
import { writeEvents } from './event-writer.ts';

/** A writer in a process of its own: its options are the argument, its report the output. */
const options = z
  .object({ url: z.string(), writer: z.string(), events: z.number(), seed: z.number() })
  .parse(JSON.parse(process.argv[2] ?? ''));
process.stdout.write(JSON.stringify(await writeEvents(options)));
