import { expect, it } from 'vitest';
import { systemIds } from '../../base/ids.ts';
import { markSnapshot, readMarker } from './snapshot-marker.ts';

const marker = { job: systemIds.uuid(), attempt: systemIds.uuid(), gateway: systemIds.uuid() };

it('recognises its own mark', () => {
  expect(readMarker(markSnapshot(marker))).toEqual(marker);
});

it.each([
  ['a snapshot of a person', { name: 'before update', description: '' }],
  ['our name with another description', { ...markSnapshot(marker), description: 'changed by hand' }],
  ['our description under another name', { ...markSnapshot(marker), name: 'renamed' }],
  [
    'the mark of another job under this name',
    { ...markSnapshot({ ...marker, job: systemIds.uuid() }), name: `holdfast-${marker.job}` },
  ],
  ['another program that writes JSON', { name: 'backup', description: '{"job":1}' }],
])('takes %s for foreign', (_what, snapshot) => {
  expect(readMarker(snapshot)).toBeUndefined();
});
