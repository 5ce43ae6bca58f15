import type { InputFieldBuilder } from '@pothos/core';
import type { BuilderTypes } from './builder.ts';

/** The idempotency key of every mutation that makes or starts something. */
export function idempotencyKeyField(t: InputFieldBuilder<BuilderTypes, 'InputObject'>) {
  return t.string({
    required: false,
    description:
      'Any text of 1 to 128 characters that you choose once per intention, a UUID for example. Sending the same input with the same key again within 24 hours answers with what the first one made, and makes nothing new.',
  });
}

/** The version of a mutation that may also be asked for without one. */
export function optionalVersionField(t: InputFieldBuilder<BuilderTypes, 'InputObject'>) {
  return t.int({ description: 'The version you have seen; another one now is a VersionConflictError.' });
}

/** The version of every mutation that changes something. */
export function expectedVersionField(t: InputFieldBuilder<BuilderTypes, 'InputObject'>) {
  return t.int({
    required: true,
    description:
      'The `version` of the object when you read it. Has somebody changed it since, nothing happens and the answer is a VersionConflictError.',
  });
}
