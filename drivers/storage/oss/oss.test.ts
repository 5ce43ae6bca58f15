import { storageConformance } from '../conformance.ts';
import { createOssStorageDriver } from './driver.ts';
import { sandboxFixture } from './testing/sandbox-target.ts';

const limits = {};

storageConformance('oss over HTTP', () => sandboxFixture(createOssStorageDriver({ limits }), 'http'));
storageConformance('oss over HTTPS', () => sandboxFixture(createOssStorageDriver({ limits }), 'https'));
