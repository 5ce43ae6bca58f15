import { builtinIdentityDriver } from './builtin.ts';
import { identityConformance } from './conformance.ts';

const accessKey = { accessKeyId: 'HFtest', accessKeySecret: 'a/secret+with=odd:characters' };

identityConformance('builtin', () => ({
  driver: builtinIdentityDriver,
  accessKey,
  context: {
    async verifyBuiltinSecret(accessKeyId, secret) {
      if (accessKeyId !== accessKey.accessKeyId || secret !== accessKey.accessKeySecret) return undefined;
      return { accessKeyId, kind: 'BUILTIN', subject: 'row-1', expiresAt: null };
    },
  },
}));
