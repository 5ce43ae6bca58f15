/** HOLDFAST_SEED, or 1: a soak is the same load and the same cuts again for the same seed. */
export function soakSeed(): number {
  const seed = Number(process.env.HOLDFAST_SEED ?? 1);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error('HOLDFAST_SEED is a whole number from 0');
  return seed;
}
