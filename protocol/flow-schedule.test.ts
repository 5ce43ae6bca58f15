import { describe, expect, it } from 'vitest';
import type { FlowWindow } from './flow-control.ts';
import { activeWindows, flowOverlaps, nextFlowChange } from './flow-schedule.ts';

const at = (iso: string) => Date.parse(iso);
const window = (changes: Partial<FlowWindow>): FlowWindow => ({
  days: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'],
  start: '08:00',
  end: '18:00',
  timeZone: 'Europe/Berlin',
  bytesPerSecond: 5_000_000,
  appliesTo: 'BOTH',
  ...changes,
});
const limitAt = (windows: readonly FlowWindow[], iso: string) =>
  activeWindows(windows, at(iso)).BACKUP?.bytesPerSecond ?? null;
const changesFrom = (windows: readonly FlowWindow[], iso: string, count: number) => {
  const found: (string | null)[] = [];
  for (let from = at(iso); found.length < count; ) {
    const next = nextFlowChange(windows, from);
    found.push(next === null ? null : new Date(next).toISOString().slice(0, 16));
    if (next === null) break;
    from = next;
  }
  return found;
};

describe('a window of flow control', () => {
  it('holds by the clock on the wall of its time zone, in winter and in summer', () => {
    const office = [window({})];
    expect(limitAt(office, '2026-01-14T06:59:59Z')).toBeNull();
    expect(limitAt(office, '2026-01-14T07:00:00Z')).toBe(5_000_000);
    expect(limitAt(office, '2026-01-14T16:59:59Z')).toBe(5_000_000);
    expect(limitAt(office, '2026-01-14T17:00:00Z')).toBeNull();
    expect(limitAt(office, '2026-07-14T06:00:00Z')).toBe(5_000_000);
    expect(limitAt(office, '2026-07-14T16:00:00Z')).toBeNull();
    expect(changesFrom(office, '2026-03-28T12:00:00Z', 4)).toEqual([
      '2026-03-28T17:00',
      '2026-03-29T06:00',
      '2026-03-29T16:00',
      '2026-03-30T06:00',
    ]);
  });

  it('goes into the next day when its end is not after its start', () => {
    const night = [window({ days: ['FRIDAY'], start: '22:00', end: '06:00', timeZone: 'Asia/Shanghai' })];
    // 2026-01-16 is a Friday; Shanghai is eight hours ahead.
    expect(changesFrom(night, '2026-01-12T00:00:00Z', 3)).toEqual([
      '2026-01-16T14:00',
      '2026-01-16T22:00',
      '2026-01-23T14:00',
    ]);
    const sunday = [window({ days: ['SUNDAY'], start: '23:30', end: '00:30', timeZone: 'UTC' })];
    expect(changesFrom(sunday, '2026-01-17T00:00:00Z', 2)).toEqual(['2026-01-18T23:30', '2026-01-19T00:30']);
  });

  it('ends with the day at 24:00 and at 00:00', () => {
    for (const end of ['24:00', '00:00']) {
      const evening = [window({ days: ['WEDNESDAY'], start: '20:00', end, timeZone: 'UTC' })];
      expect(changesFrom(evening, '2026-01-14T00:00:00Z', 2)).toEqual(['2026-01-14T20:00', '2026-01-15T00:00']);
      expect(changesFrom([window({ start: '00:00', end })], '2026-01-14T00:00:00Z', 1)).toEqual([null]);
      expect(limitAt([window({ start: '00:00', end })], '2026-03-29T01:30:00Z')).toBe(5_000_000);
    }
  });

  it('does not occur in the hour that is skipped, and occurs twice in the one that comes twice', () => {
    // In Berlin 2026-03-29 has no 02:30 and 2026-10-25 has two.
    const early = [window({ days: ['SUNDAY'], start: '02:15', end: '02:45' })];
    expect(changesFrom(early, '2026-03-23T00:00:00Z', 2)).toEqual(['2026-04-05T00:15', '2026-04-05T00:45']);
    expect(changesFrom(early, '2026-10-20T00:00:00Z', 5)).toEqual([
      '2026-10-25T00:15',
      '2026-10-25T00:45',
      '2026-10-25T01:15',
      '2026-10-25T01:45',
      '2026-11-01T01:15',
    ]);
    const across = [window({ days: ['SUNDAY'], start: '01:00', end: '04:00' })];
    expect(changesFrom(across, '2026-03-28T12:00:00Z', 2)).toEqual(['2026-03-29T00:00', '2026-03-29T02:00']);
  });

  it('knows zones whose offset is no whole hour, and takes one it does not know for UTC', () => {
    expect(changesFrom([window({ timeZone: 'Asia/Kathmandu' })], '2026-01-14T00:00:00Z', 1)).toEqual([
      '2026-01-14T02:15',
    ]);
    expect(changesFrom([window({ timeZone: 'Mars/Olympus' })], '2026-01-14T00:00:00Z', 1)).toEqual([
      '2026-01-14T08:00',
    ]);
  });

  it('is for backups, restores or both', () => {
    const day = { start: '08:00', end: '12:00', timeZone: 'UTC' };
    const night = { start: '12:00', end: '08:00', timeZone: 'UTC' };
    const backup = window({ ...day, appliesTo: 'BACKUP' });
    const restore = window({ ...day, appliesTo: 'RESTORE', bytesPerSecond: 9_000_000 });
    const both = window({ ...night, bytesPerSecond: 2_000_000 });
    const windows = [backup, restore, both];
    expect(activeWindows(windows, at('2026-01-14T09:00:00Z'))).toEqual({ BACKUP: backup, RESTORE: restore });
    expect(activeWindows(windows, at('2026-01-14T13:00:00Z'))).toEqual({ BACKUP: both, RESTORE: both });
    expect(activeWindows([backup], at('2026-01-14T09:00:00Z')).RESTORE).toBeNull();
  });
});

describe('windows that overlap', () => {
  const from = at('2026-01-05T00:00:00Z');
  const firstOverlap = (...windows: FlowWindow[]) => {
    const [found] = flowOverlaps(windows, from);
    return found && [found.first, found.second, new Date(found.at).toISOString().slice(0, 16)];
  };
  const utc = (start: string, end: string, more: Partial<FlowWindow> = {}) =>
    window({ start, end, timeZone: 'UTC', ...more });

  it('are found within one zone, to the minute and across midnight', () => {
    expect(firstOverlap(utc('08:00', '12:00'), utc('12:00', '18:00'))).toBeUndefined();
    expect(firstOverlap(utc('08:00', '12:01'), utc('12:00', '18:00'))).toEqual([0, 1, '2026-01-05T12:00']);
    expect(
      firstOverlap(utc('22:00', '06:00', { days: ['SUNDAY'] }), utc('05:59', '06:30', { days: ['MONDAY'] })),
    ).toEqual([0, 1, '2026-01-05T05:59']);
    expect(
      firstOverlap(utc('22:00', '06:00', { days: ['SUNDAY'] }), utc('00:00', '06:30', { days: ['SUNDAY'] })),
    ).toBeUndefined();
    expect(firstOverlap(utc('20:00', '24:00'), utc('00:00', '08:00'))).toBeUndefined();
  });

  it('only count where both limit the same direction', () => {
    const backup = utc('08:00', '12:00', { appliesTo: 'BACKUP' });
    expect(firstOverlap(backup, utc('08:00', '12:00', { appliesTo: 'RESTORE' }))).toBeUndefined();
    expect(firstOverlap(backup, utc('11:00', '13:00', { appliesTo: 'BOTH' }))).toEqual([0, 1, '2026-01-05T11:00']);
    expect(firstOverlap(backup, backup)).toEqual([0, 1, '2026-01-05T08:00']);
  });

  it('are found in different zones with whatever offsets both have at the same time', () => {
    const shanghai = window({ start: '08:00', end: '14:00', timeZone: 'Asia/Shanghai' });
    // Noon to six in Shanghai is 05:00 to 11:00 in a Berlin winter and 06:00 to 12:00 in summer.
    expect(firstOverlap(shanghai, window({ start: '08:00', end: '12:00' }))).toBeUndefined();
    // In winter 14:00 there is 07:00 in Berlin: they touch. In summer it is 08:00.
    expect(firstOverlap(shanghai, window({ start: '07:00', end: '12:00' }))).toEqual([0, 1, '2026-03-29T05:00']);
    const kolkata = window({ start: '09:30', end: '10:00', timeZone: 'Asia/Kolkata' });
    expect(firstOverlap(kolkata, utc('04:29', '05:00'))).toEqual([0, 1, '2026-01-05T04:29']);
    expect(firstOverlap(kolkata, utc('04:30', '05:00'))).toBeUndefined();
  });

  it('are found in the weeks between two changes of the clocks', () => {
    // New York changes on 2026-03-08, Berlin on 2026-03-29: meanwhile they are five hours apart instead of six.
    const newYork = window({ start: '03:00', end: '04:00', timeZone: 'America/New_York' });
    expect(firstOverlap(newYork, window({ start: '08:00', end: '09:00' }))).toEqual([0, 1, '2026-03-08T07:00']);
    const sixHours = window({ start: '09:00', end: '10:00' });
    expect(firstOverlap(newYork, sixHours)).toEqual([0, 1, '2026-01-05T08:00']);
  });

  it('are found in the hours between two changes on one day', () => {
    // On 2026-03-08 New York changes three hours before Los Angeles: four hours apart from 07:00 to 10:00 UTC.
    const newYork = window({ days: ['SUNDAY'], start: '05:00', end: '05:30', timeZone: 'America/New_York' });
    const losAngeles = window({ days: ['SUNDAY'], start: '01:00', end: '01:30', timeZone: 'America/Los_Angeles' });
    expect(firstOverlap(newYork, losAngeles)).toEqual([0, 1, '2026-03-08T09:00']);
  });

  it('agree with what holds at each quarter of an hour of a year', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Africa/Casablanca'];
    const days = ['MONDAY', 'SUNDAY', 'THURSDAY'] as const;
    let overlapping = 0;
    for (let index = 0; index < 10; index += 1) {
      const one = (seed: number) =>
        window({
          days: [days[seed % 3] ?? 'MONDAY'],
          start: `${String((seed * 5) % 24).padStart(2, '0')}:${seed % 2 ? '15' : '00'}`,
          end: `${String((seed * 7 + 3) % 24).padStart(2, '0')}:30`,
          timeZone: zones[seed % zones.length] ?? 'UTC',
        });
      const windows = [one(index), one(index * 3 + 1)];
      let met: number | undefined;
      for (let time = from; time < from + 400 * 86_400_000 && met === undefined; time += 900_000) {
        const holding = windows.filter((each) => activeWindows([each], time).BACKUP !== null);
        if (holding.length === 2) met = time;
      }
      expect({ index, at: flowOverlaps(windows, from)[0]?.at }).toEqual({ index, at: met });
      if (met !== undefined) overlapping += 1;
    }
    expect(overlapping).toBeGreaterThan(0);
    expect(overlapping).toBeLessThan(10);
  });
});
