import { describe, expect, it } from 'vitest';
import { isDriverError } from '../../base/errors.ts';
import type { AccessKeyPair, IdentityContext, IdentityDriver } from './contract.ts';

export interface IdentityFixture {
  readonly driver: IdentityDriver;
  /** Knows `accessKey` and nothing else. */
  readonly context: IdentityContext;
  readonly accessKey: AccessKeyPair;
}

/** Declares the suite that every identity driver passes. Call it at the top level of a vitest file. */
export function identityConformance(name: string, makeFixture: () => IdentityFixture): void {
  describe(`identity driver ${name}`, () => {
    const signal = AbortSignal.timeout(60_000);
    const challenge = 'challenge-of-at-least-thirty-two-characters';

    it('verifies what it proved, also after a trip through JSON', async () => {
      const { driver, context, accessKey } = makeFixture();
      const proof = await driver.prove(accessKey, challenge, signal);
      const received: typeof proof = JSON.parse(JSON.stringify(proof));
      const identity = await driver.verify(received, challenge, context, signal);
      expect(identity.accessKeyId).toBe(accessKey.accessKeyId);
      expect(identity.subject).not.toBe('');
      expect(proof.driver).toBe(driver.name);
    });

    it('keeps every character of a secret', async () => {
      const { driver, context, accessKey } = makeFixture();
      const odd = { ...accessKey, accessKeySecret: `@:/#%"'\\ <&>\u00e4\u{1f511}` };
      const proof = await driver.prove(odd, challenge, signal);
      await expectCode(driver.verify(proof, challenge, context, signal), 'INVALID_ACCESS_KEY');
    });

    it('refuses a wrong secret and an unknown id alike', async () => {
      const { driver, context, accessKey } = makeFixture();
      const messages: string[] = [];
      for (const wrong of [
        { ...accessKey, accessKeySecret: `${accessKey.accessKeySecret}x` },
        { ...accessKey, accessKeyId: 'nobody' },
      ]) {
        const proof = await driver.prove(wrong, challenge, signal);
        messages.push(await expectCode(driver.verify(proof, challenge, context, signal), 'INVALID_ACCESS_KEY'));
      }
      expect(new Set(messages).size).toBe(1);
    });

    it('refuses a proof made for another challenge, or by another driver', async () => {
      const { driver, context, accessKey } = makeFixture();
      const proof = await driver.prove(accessKey, challenge, signal);
      await expectCode(driver.verify(proof, `${challenge}-2`, context, signal), 'INVALID_ACCESS_KEY');
      await expectCode(driver.verify({ ...proof, driver: 'other' }, challenge, context, signal), 'INVALID_ACCESS_KEY');
      await expectCode(driver.verify({ ...proof, values: {} }, challenge, context, signal), 'INVALID_ACCESS_KEY');
    });

    it('never repeats the secret in an error', async () => {
      const { driver, context, accessKey } = makeFixture();
      const accessKeySecret = 'very-secret-and-wrong';
      const proof = await driver.prove({ ...accessKey, accessKeySecret }, challenge, signal);
      const message = await expectCode(driver.verify(proof, challenge, context, signal), 'INVALID_ACCESS_KEY');
      expect(message).not.toContain(accessKeySecret);
    });

    it('stops when aborted', async () => {
      const { driver, context, accessKey } = makeFixture();
      const aborted = AbortSignal.abort(new Error('stopped by the test'));
      await expect(driver.prove(accessKey, challenge, aborted)).rejects.toThrow('stopped by the test');
      const proof = await driver.prove(accessKey, challenge, signal);
      await expect(driver.verify(proof, challenge, context, aborted)).rejects.toThrow('stopped by the test');
    });
  });
}

async function expectCode(promise: Promise<unknown>, code: string): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(isDriverError(error) ? error.code : error).toBe(code);
  return isDriverError(error) ? `${error.message} ${error.remedy}` : '';
}
