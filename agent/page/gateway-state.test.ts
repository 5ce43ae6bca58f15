import { describe, expect, it } from 'vitest';
import { gatewayState } from './gateway-state.ts';

const now = 1_000_000;
const stateOf = (code: string | null, lastControlContactAt: number | null) =>
  gatewayState({ problem: code === null ? null : { code, message: '', remedy: '' }, lastControlContactAt }, now);

describe('the state of an activated gateway', () => {
  it.each([
    [null, now - 5_000, 'WORKING'],
    [null, null, 'CONNECTING'],
    [null, now - 90_001, 'OFFLINE'],
    ['CONTROL_UNREACHABLE', now - 5_000, 'TROUBLE'],
    ['CONTROL_UNREACHABLE', now - 90_001, 'OFFLINE'],
    ['CONTROL_UNREACHABLE', null, 'OFFLINE'],
    ['ACCESS_KEY_REVOKED', now, 'CREDENTIALS_EXPIRED'],
    ['ACCESS_KEY_ROTATED', now, 'CREDENTIALS_EXPIRED'],
    ['IDENTITY_UNPROVED', now, 'CREDENTIALS_EXPIRED'],
    ['IDENTITY_UNVERIFIED', now, 'TROUBLE'],
    ['CERTIFICATE_EXPIRED', now - 500_000, 'CERTIFICATE_EXPIRED'],
    ['GATEWAY_DELETED', now, 'DELETED'],
    ['INSTANCE_CONFLICT', now, 'TROUBLE'],
  ])('with the problem %s and contact at %s is %s', (code, contactAt, expected) => {
    expect(stateOf(code, contactAt)).toBe(expected);
  });
});
