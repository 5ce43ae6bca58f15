import { createHash } from 'node:crypto';
import { requireKey } from '../addressing.ts';
import { OssError } from '../errors.ts';
import { encode } from '../query.ts';
import { childText, readXml, type XmlNode } from '../read-xml.ts';
import { checkMd5, promisedMd5, requireLength } from './digests.ts';
import { type Answer, type Call, readWhole, xmlAnswer } from './operation.ts';

/** 204 whether the object was there or not. */
export async function deleteObject(call: Call): Promise<Answer> {
  const key = requireKey(call.request.key);
  call.authorize('DeleteObject', { key });
  await remove(call, key);
  return { status: 204 };
}

/** Up to 1,000 keys at once; `Quiet` leaves out what was deleted. One key that may not be deleted refuses the request. */
export async function deleteMultipleObjects(call: Call): Promise<Answer> {
  const { bucket, request } = call;
  requireLength(request.headers);
  const promised = promisedMd5(request.headers);
  if (promised === undefined) throw new OssError('MissingArgument', { ArgumentName: 'Content-MD5' });
  const body = await readWhole(call.body);
  checkMd5(promised, createHash('md5').update(body).digest('hex').toUpperCase());
  const { keys, quiet } = readDelete(readXml(body.toString('utf8')));
  for (const key of keys) call.authorize('DeleteObject', { key });
  for (const key of keys) await remove({ bucket }, key);
  if (quiet) return { status: 200 };
  const url = request.query.get('encoding-type') === 'url';
  return xmlAnswer('DeleteResult', {
    ...(url && { EncodingType: 'url' }),
    Deleted: keys.map((key) => ({ Key: url ? encode(key) : key })),
  });
}

function readDelete(root: XmlNode): { readonly keys: readonly string[]; readonly quiet: boolean } {
  const objects = root.children.filter((child) => child.name === 'Object');
  if (root.name !== 'Delete' || objects.length === 0 || objects.length > 1000) throw new OssError('MalformedXML');
  const keys = objects.map((object) => requireKey(childText(object, 'Key') ?? ''));
  return { keys, quiet: childText(root, 'Quiet')?.trim().toLowerCase() === 'true' };
}

async function remove({ bucket }: Pick<Call, 'bucket'>, key: string): Promise<void> {
  const gone = bucket.withdraw(key);
  if (gone) await bucket.files.remove(gone.pieces);
}
