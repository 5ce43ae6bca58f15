import { expect, it } from 'vitest';
import { createResourceGroup } from '../control/resource-groups/resource-groups.ts';
import { claim, finishBackup } from '../tests/support/control-scene.ts';
import { mutationsOf } from '../tests/support/mutations.ts';
import { onApi } from '../tests/support/on-api.ts';
import { newKey } from '../tests/support/public-api.ts';

onApi('metrics', (suite) => {
  const { run, vmId } = mutationsOf(suite);
  const scrape = async (key?: string) => {
    const response = await fetch(new URL('/metrics', suite.api.url), {
      headers: key ? { authorization: `Bearer ${key}` } : {},
    });
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  };
  const metric = (text: string, name: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.split(' ')[1] ?? Number.NaN,
    );

  it('tells jobs, bytes, gateways, queue age and event lag in the text format', async () => {
    const { control, scene, key } = suite;
    await run('startBackup', { virtualMachineId: vmId(0) });
    await run('startBackup', { virtualMachineId: vmId(1) });
    const [work] = (await claim(control, scene.gateway, [], 1)).work;
    if (!work) throw new Error('no work');
    await finishBackup(control, scene.gateway, work);
    await control.db
      .updateTable('job')
      .set({ created_at: new Date(control.clock.now() - 90_000) })
      .where('status', '=', 'QUEUED')
      .execute();

    const { status, type, text } = await scrape(key);
    expect({ status, type }).toEqual({ status: 200, type: expect.stringMatching(/^text\/plain; version=0\.0\.4/) });
    expect(metric(text, 'holdfast_jobs_ended_total{kind="BACKUP",status="COMPLETE"}')).toBe(1);
    expect(text).toMatch(/^holdfast_jobs\{kind="BACKUP",status="QUEUED",wait_reason="[A-Z_]*"\} 1$/m);
    expect(metric(text, 'holdfast_job_bytes_read_total{kind="BACKUP"}')).toBe(1_024);
    expect(metric(text, 'holdfast_job_bytes_stored_total{kind="BACKUP"}')).toBe(300);
    expect(metric(text, 'holdfast_gateways{status="ACTIVATED"}')).toBe(1);
    expect(metric(text, 'holdfast_vcenters{status="CONNECTED"}')).toBe(1);
    expect(metric(text, 'holdfast_recovery_points')).toBe(1);
    expect(metric(text, 'holdfast_queue_age_seconds')).toBeGreaterThanOrEqual(90);
    expect(metric(text, 'holdfast_event_position')).toBeGreaterThan(0);
    expect(metric(text, 'holdfast_event_lag')).toBeGreaterThanOrEqual(0);
    expect(text).toContain('holdfast_process_resident_memory_bytes');
    for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#')))
      expect(line).toMatch(/^[a-z0-9_]+(\{[^{}]*\})? (NaN|[-0-9.e+]+)$/);

    const now = new Date(control.clock.now());
    await control.db.updateTable('gateway').set({ status: 'DELETING', deleted_at: now }).execute();
    await control.db.updateTable('vcenter').set({ removed_at: now }).execute();
    expect((await scrape(key)).text).not.toMatch(/^holdfast_(gateways|vcenters)\{/m);
  });

  it('tells a key only of its own resource groups, and nothing without the scope', async () => {
    const { control, scene } = suite;
    expect((await scrape()).status).toBe(401);
    expect((await scrape('nobody.nothing')).status).toBe(401);
    const reader = await newKey(control, { scopes: ['job:read'] });
    expect(await scrape(reader)).toMatchObject({ status: 403, text: expect.stringContaining('metrics:read') });
    const { resourceGroup } = await createResourceGroup(control, scene.viewer, { name: `empty ${suite.kind}` });
    const other = await newKey(control, { scopes: ['metrics:read'], resourceGroups: [resourceGroup.id] });
    const { text } = await scrape(other);
    expect(metric(text, 'holdfast_recovery_points')).toBe(0);
    expect(text).not.toMatch(/^holdfast_gateways\{/m);
  });
});
