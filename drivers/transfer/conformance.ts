import { describe, expect, it } from 'vitest';
import type { TransferDriver } from './contract.ts';

/** Declares the suite that every transfer driver passes. Call it at the top level of a vitest file. */
export function transferConformance(name: string, driver: TransferDriver): void {
  describe(`transfer driver ${name}`, () => {
    it('speaks a scheme that URLs know, on a port that exists', () => {
      expect(new URL(`${driver.scheme}://bucket.example:${driver.defaultPort}/`).host).toMatch(/^bucket\.example/);
      expect(driver.defaultPort).toBeGreaterThan(0);
      expect(driver.defaultPort).toBeLessThan(65_536);
    });

    it('has a name that can be written in configuration', () => {
      expect(driver.name).toMatch(/^[a-z][a-z0-9-]*$/);
    });
  });
}
