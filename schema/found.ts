import { NotFoundError } from '../control/errors.ts';

/** What was loaded; NotFoundError, the same for unknown and for forbidden, when there is nothing. */
export async function found<Value>(what: string, loaded: Promise<Value | null>): Promise<Value> {
  const value = await loaded;
  if (value === null) throw new NotFoundError(what);
  return value;
}
