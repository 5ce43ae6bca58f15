import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunningAgent } from '../../agent/start.ts';
import { issueAccessKey } from '../../control/access-keys/issue-access-key.ts';
import { startBackup } from '../../control/jobs/start-backup.ts';
import { addVCenter } from '../../control/vcenters/add-vcenter.ts';
import { refreshInventory } from '../../control/vcenters/refresh-inventory.ts';
import { type RunningSandbox, startSandbox } from '../../sandbox/start.ts';
import { encodeId } from '../../schema/global-id.ts';
import { databases } from '../support/databases.ts';
import { type GatewayPlant, startGatewayPlant } from '../support/gateway-plant.ts';
import { hurriedClock } from '../support/hurried-clock.ts';
import { mutation, mutationDocuments } from '../support/mutations.ts';
import { read } from '../support/public-api.ts';
import { chromiumPath, launchChromium, takePicture } from './chromium.ts';

const executable = chromiumPath();
const [embedded] = databases();
const mib = 2 ** 20;
const vmName = 'web-01 <b>&amp;';
const password = 'pa$$ "word" <ü>';
const documents = {
  deleteGateway: mutation('deleteGateway', 'gateway { status }'),
  setFlowControl: mutation('setFlowControl', 'gateway { version }'),
};

/** A real agent, its real control plane and a vCenter, and a person who reads Chinese. */
describe.runIf(executable)("a gateway's whole life on its page in Chromium", () => {
  const stack = new AsyncDisposableStack();
  let browser: Browser;
  let plant: GatewayPlant;
  let sandbox: RunningSandbox;
  let agent: RunningAgent;
  let page: Page;
  let gatewayId: string;
  let key: { rowId: string; id: string; secret: string };

  beforeAll(async () => {
    if (!embedded || !executable) throw new Error('no database or browser');
    plant = stack.use(await startGatewayPlant(embedded, { pollIntervalMs: 500, version: '1.2.3-test' }));
    const directory = join(plant.directory, 'sandbox');
    const vms = [{ name: vmName, disks: [{ capacityBytes: 64 * mib, dataBytes: 60 * mib }] }];
    sandbox = stack.use(await startSandbox({ directory, taskDelayMs: 5, vms }));
    browser = await launchChromium(executable);
    stack.defer(() => browser.close());
    agent = await startAgent();
    gatewayId = await plant.createGateway();
    key = await newKey();
    page = await visit(false);
  }, 60_000);
  afterAll(() => stack.disposeAsync());

  const startAgent = (port = 0) =>
    plant.startAgent('browser', {
      clock: hurriedClock,
      deviceDirectory: sandbox.deviceDirectory,
      vmUuid: sandbox.gatewayVm.biosUuid,
      page: { host: '127.0.0.1', port },
    });
  const newKey = async () => {
    const grant = { name: 'gateway', scopes: ['gateway:write'], resourceGroups: 'ALL', expiresAt: null } as const;
    const { accessKeyId: rowId, secret: whole } = await issueAccessKey(plant.control, grant);
    const [id = '', secret = ''] = whole.split('.');
    return { rowId, id, secret };
  };
  const visit = async (javaScriptEnabled: boolean) => {
    const context = await browser.newContext({ locale: 'zh-CN', javaScriptEnabled, ignoreHTTPSErrors: true });
    const opened = await context.newPage();
    opened.setDefaultTimeout(15_000);
    return opened;
  };
  const api = (document: string, input: object) => read(plant.api, plant.accessKey, document, { input });
  const fill = async (values: Readonly<Record<string, string>>) => {
    for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
  };
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const errorOf = (id: string) => page.locator(`#${id}-error`).textContent();
  const until = (is: () => boolean) => vi.waitUntil(is, { timeout: 20_000, interval: 20 });
  const file = (content: string) => ({ name: 'gateway.crt', mimeType: 'text/plain', buffer: Buffer.from(content) });
  /** The certificate of a gateway whose broker seems to be where nothing listens (RFC 863). */
  const certificateWithoutBroker = async () => {
    const { messageUrls } = plant.control.config;
    const { INTERNET } = messageUrls;
    Object.assign(messageUrls, { INTERNET: 'mqtt://127.0.0.1:9' });
    const certificate = await plant.certificate(gatewayId);
    Object.assign(messageUrls, { INTERNET });
    return certificate;
  };

  it('is activated in Chinese, without scripts, though the message channel is closed', {
    timeout: 60_000,
  }, async () => {
    await page.goto(agent.pageUrl.replace('https:', 'http:'));
    expect(new URL(page.url()).protocol).toBe('https:');
    expect(await page.title()).toBe('激活此网关 · Holdfast 容灾网关');
    await fill({
      'AccessKey ID': key.id,
      'AccessKey Secret': 'not-the-secret',
      新密码: '12345',
      再次输入新密码: '12345',
      或粘贴证书内容: 'no <certificate>',
    });
    await press('激活');
    await takePicture(page, 'gateway-page-errors');
    expect(await page.title()).toMatch(/^错误：/);
    expect(await errorOf('password')).toBe('密码至少需要 6 个字符。');
    expect(await errorOf('certificateFile')).toContain('这不是有效的网关证书');
    expect(await page.getByLabel('AccessKey ID').inputValue()).toBe(key.id);
    expect(await page.locator('#certificate').inputValue()).toBe('no <certificate>');
    expect(await page.locator('#accessKeySecret').inputValue()).toBe('');

    const wrong = { 'AccessKey Secret': 'not-the-secret', 新密码: password, 再次输入新密码: password };
    await page.locator('#certificateFile').setInputFiles(file(await certificateWithoutBroker()));
    await fill(wrong);
    await press('激活');
    expect(await page.title()).toBe('错误：部分地址无法访问 · Holdfast 容灾网关');
    expect(await page.locator('tr', { hasText: '127.0.0.1:9' }).textContent()).toContain('拒绝了端口 9 上的连接');
    expect(await page.locator('ul.fingerprint').textContent()).toBe('127.0.0.1:9 (TCP)');
    await takePicture(page, 'gateway-page-probe');
    await press('重试');
    expect(await page.locator('ul.fingerprint').textContent()).toBe('127.0.0.1:9 (TCP)');
    expect(agent.status().activated).toBe(false);
    await press('仍然激活');
    expect(await errorOf('accessKeySecret')).toContain('AccessKey ID 或 AccessKey Secret 不正确');
    await fill({ ...wrong, 'AccessKey Secret': key.secret });
    await press('激活');
    await press('仍然激活');
    expect(await page.getByRole('status').textContent()).toBe('网关已激活。');
    expect(await page.content()).not.toContain(key.secret);

    await page.context().clearCookies();
    await page.goto(agent.pageUrl);
    await fill({ 本页面的登录密码: 'wrong password' });
    await press('登录');
    expect(await errorOf('password')).toBe('密码不正确。');
  });

  it('shows what it does, checks its connections and gives its logs away', { timeout: 60_000 }, async () => {
    page = await visit(true);
    await page.clock.install();
    await page.goto(agent.pageUrl);
    await fill({ 本页面的登录密码: password });
    await press('登录');
    await until(() => agent.status().messageChannelConnected);
    const { vcenter } = await addVCenter(plant.control, plant.viewer, {
      gatewayId,
      address: sandbox.vcenterAddress,
      username: sandbox.username,
      password: sandbox.password,
      certificateFingerprint: sandbox.fingerprint,
    });
    await refreshInventory(plant.control, plant.viewer, { vcenterId: vcenter.id });
    const machines = plant.control.db.selectFrom('virtual_machine').select('id').where('name', '=', vmName);
    const row = () => machines.executeTakeFirst();
    await vi.waitUntil(row, { timeout: 20_000 });
    const { version } = await plant.control.db.selectFrom('gateway').select('version').executeTakeFirstOrThrow();
    const everyDay = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
    const window = { days: everyDay, start: '00:00', end: '24:00', timeZone: 'UTC', bytesPerSecond: 2_000_000 };
    const limited = await api(documents.setFlowControl, {
      gatewayId: encodeId('Gateway', gatewayId),
      expectedVersion: version,
      windows: [window],
    });
    expect(limited.setFlowControl.__typename).toBe('SetFlowControlPayload');
    const id = (await row())?.id ?? '';
    const jobId = await startBackup(plant.control, plant.viewer, { virtualMachineId: id });
    await until(() => (agent.status().jobs[0]?.progress?.bytesDone ?? 0) > 0);
    await page.clock.runFor(5_100);
    await page.getByRole('heading', { level: 3, name: `备份 ${vmName}` }).waitFor();
    const bar = page.getByRole('progressbar', { name: `${vmName} 的进度` });
    expect(Number(await bar.getAttribute('value'))).toBeGreaterThan(0);
    const text = (await page.locator('main').textContent()) ?? '';
    for (const shown of [
      '正在传输数据',
      '传输方式 hotadd',
      '当前限速',
      '管控服务版本1.2.3-test',
      '网关程序版本0.0.0-test',
    ])
      expect(text).toContain(shown);
    expect(text).not.toContain('auto');
    await takePicture(page, 'gateway-page-status');
    await api(mutationDocuments.cancelJob, { jobId: encodeId('BackupJob', jobId) });
    await until(() => agent.status().jobs.length === 0);
    await page.clock.runFor(5_100);
    await page.getByText('当前没有任务。').waitFor();

    await press('检查连接');
    await page.getByRole('heading', { level: 1, name: '连接检查' }).waitFor();
    for (const reached of [new URL(plant.api.url).host, new URL(plant.messageUrl).host, sandbox.vcenterAddress])
      expect(await page.locator('tr', { hasText: reached }).locator('.good').textContent()).toBe('可访问');
    await takePicture(page, 'gateway-page-connections');
    await page.getByRole('link', { name: '返回网关页面' }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: '下载日志' }).click();
    const log = await readFile(await (await downloading).path(), 'utf8');
    expect(JSON.parse(log.split('\n')[0] ?? '')).toMatchObject({ version: '0.0.0-test' });
    for (const secret of [key.secret, password, sandbox.password]) expect(log).not.toContain(secret);
  });

  it('says when its access key counts no more and takes another one in one step', { timeout: 60_000 }, async () => {
    const accessKeyId = encodeId('AccessKey', key.rowId);
    const revoked = await api(mutationDocuments.revokeAccessKey, { accessKeyId });
    expect(revoked.revokeAccessKey.accessKey.revokedAt).toBeTruthy();
    await until(() => agent.status().problem?.code === 'ACCESS_KEY_REVOKED');
    await page.clock.runFor(5_100);
    await page.getByText('AccessKey 已失效').waitFor();
    expect(await page.locator('.alert:visible').textContent()).toContain('网关使用的 AccessKey 已被吊销。');
    await takePicture(page, 'gateway-page-key-revoked');
    await page.locator('.alert a.button').click();
    const fresh = await newKey();
    await fill({ 'AccessKey ID': fresh.id, 'AccessKey Secret': 'wrong' });
    await press('更换');
    expect(await errorOf('accessKeySecret')).toContain('不正确');
    expect(await page.getByLabel('AccessKey ID').inputValue()).toBe(fresh.id);
    await fill({ 'AccessKey Secret': fresh.secret });
    await press('更换');
    expect(await page.getByRole('status').textContent()).toBe('网关已开始使用新的 AccessKey。');
    await until(() => agent.status().problem === null);
    await page.getByRole('link', { name: '刷新' }).click();
    await page.getByText('已激活，连接正常').waitFor();
    expect(await page.locator('main').textContent()).toContain(fresh.id);
  });

  it('says that it does not answer while it restarts, and asks who is there after', { timeout: 60_000 }, async () => {
    const port = Number(new URL(agent.pageUrl).port);
    await agent.close();
    await page.clock.runFor(5_100);
    await page.getByRole('alert').getByText('网关当前没有响应').waitFor();
    agent = await startAgent(port);
    await page.clock.runFor(5_100);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForFunction('document.title.startsWith("登录")');
    await fill({ 本页面的登录密码: password });
    await press('登录');
    await page.getByRole('heading', { name: '正在执行的任务' }).waitFor();
  });

  it('says that it was deleted, and becomes another gateway', { timeout: 60_000 }, async () => {
    const deleted = await api(documents.deleteGateway, { gatewayId: encodeId('Gateway', gatewayId) });
    expect(deleted.deleteGateway.__typename).toBe('DeleteGatewayPayload');
    await until(() => agent.status().problem?.code === 'GATEWAY_DELETED');
    await page.clock.runFor(5_100);
    await page.getByText('此网关已被删除', { exact: true }).waitFor();
    await takePicture(page, 'gateway-page-deleted');
    await page.locator('.alert a.button').click();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('激活此网关');
    expect(await page.locator('.lead').textContent()).toContain('将作为该网关运行');
    gatewayId = await plant.createGateway();
    const another = await newKey();
    await page.locator('#certificateFile').setInputFiles(file(await plant.certificate(gatewayId)));
    await page.getByLabel('AccessKey ID').focus();
    await page.keyboard.type(another.id);
    for (const typed of [another.secret, 'second password', 'second password']) {
      await page.keyboard.press('Tab');
      await page.keyboard.type(typed);
    }
    await page.keyboard.press('Enter');
    expect(await page.getByRole('status').textContent()).toBe('网关已激活。');
    await until(() => agent.status().messageChannelConnected);
    expect(agent.status()).toMatchObject({ problem: null, gateway: { gatewayId } });
    await page.getByRole('link', { name: '刷新' }).click();
    expect(await page.locator('main').textContent()).toContain(gatewayId);
  });
});
