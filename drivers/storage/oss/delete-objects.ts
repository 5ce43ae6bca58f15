import { createHash } from 'node:crypto';
import { DriverError } from '../../../base/errors.ts';
import type { OssClient } from './client.ts';
import { bytesBody } from './request-body.ts';
import { childrenOf, childText, decodeName, escapeXml, parseXml } from './xml.ts';

/** What one DeleteMultipleObjects takes. */
const BATCH = 1000;
const ANSWER_AT_MOST = 4 << 20;

/** Deletes by whole names. OSS counts an object that is not there as deleted. */
export async function deleteObjects(client: OssClient, objects: readonly string[], signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  for (let at = 0; at < objects.length; at += BATCH) await deleteBatch(client, objects.slice(at, at + BATCH), signal);
}

async function deleteBatch(client: OssClient, objects: readonly string[], signal: AbortSignal): Promise<void> {
  const what = `Deleting ${objects.length} objects`;
  const list = objects.map((object) => `<Object><Key>${escapeXml(object)}</Key></Object>`).join('');
  const document = Buffer.from(`<Delete><Quiet>false</Quiet>${list}</Delete>`);
  const { body } = await client.call({
    what,
    method: 'POST',
    query: { delete: null, 'encoding-type': 'url' },
    headers: { 'content-type': 'application/xml', 'content-md5': createHash('md5').update(document).digest('base64') },
    body: bytesBody(document),
    accept: () => ANSWER_AT_MOST,
    signal,
  });
  // Not the quiet form: with it a truncated answer would look like success.
  const answer = parseXml(body);
  const deleted = new Set(
    (answer ? childrenOf(answer, 'Deleted') : []).map((entry) => decodeName(childText(entry, 'Key'))),
  );
  const left = objects.filter((object) => !deleted.has(object)).length;
  if (left === 0) return;
  throw new DriverError({
    kind: 'transient',
    code: 'UNREACHABLE',
    message: `${what} left ${left} of them in place.`,
    remedy: 'Try again; if it stays so, check the bucket for a retention policy.',
  });
}
