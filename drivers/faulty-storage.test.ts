import { expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { FaultPlan } from '../base/fault-plan.ts';
import { systemIds } from '../base/ids.ts';
import { silentLogger } from '../base/logger.ts';
import { faultyStorage } from './faulty-storage.ts';
import { retryingStorage } from './retrying-storage.ts';
import { fileStorageDriver } from './storage/file.ts';
import { ossStorageDriver } from './storage/oss/driver.ts';

const faulty = (driver: typeof ossStorageDriver) =>
  faultyStorage(driver, { faults: new FaultPlan(), clock: systemClock });
const retrying = (driver: typeof ossStorageDriver) =>
  retryingStorage(driver, { clock: systemClock, ids: systemIds, logger: silentLogger });

it.each([
  ['faulty', faulty],
  ['retrying', retrying],
])('a %s driver has every member of the driver it wraps, and no other', (_name, wrap) => {
  for (const driver of [ossStorageDriver, fileStorageDriver])
    expect(Object.keys(wrap(driver)).toSorted()).toEqual(Object.keys(driver).toSorted());
});

it('a wrapped driver places vaults where the driver itself does', () => {
  const settings = { bucket: 'one', region: 'cn-hangzhou', accessKeyId: 'id', accessKeySecret: 'secret' };
  const place = { region: 'cn-hangzhou', prefix: 'vaults/one/' };
  const target = ossStorageDriver.parseTarget(settings);
  const wrapped = retrying(faulty(ossStorageDriver));
  expect(wrapped.locate?.(target, place)).toEqual(ossStorageDriver.locate?.(target, place));
});
