#!/usr/bin/python3
"""Exports and imports VMs of a running sandbox with pyVmomi, an independent client, and qemu-img.

Reads {vcenterAddress, username, password, directory} as JSON from standard input. Exits 0 and prints one line a step when leases
behave as vCenter's do.
"""
import hashlib
import json
import os
import ssl
import subprocess
import sys
import time
import urllib.request

from pyVim.connect import Disconnect, SmartConnect
from pyVim.task import WaitForTask
from pyVmomi import vim, vmodl

info = json.load(sys.stdin)
host, port = info['vcenterAddress'].split(':')
context = ssl._create_unverified_context()
si = SmartConnect(host=host, port=int(port), user=info['username'], pwd=info['password'], sslContext=context)
content = si.RetrieveContent()


def step(text):
    print('ok', text, flush=True)


def ready(lease):
    deadline = time.time() + 20
    while lease.state == vim.HttpNfcLease.State.initializing and time.time() < deadline:
        time.sleep(0.01)
    assert lease.state == vim.HttpNfcLease.State.ready, (lease.state, lease.error)
    return lease.info


def url(device):
    return device.url.replace('//*/', '//%s/' % info['vcenterAddress'])


def download(device, path):
    with urllib.request.urlopen(url(device), context=context) as answer, open(path, 'wb') as out:
        assert answer.headers['Content-Length'] is None
        out.write(answer.read())


def raw_sha1(path):
    subprocess.run(['qemu-img', 'convert', '-f', 'vmdk', '-O', 'raw', path, path + '.raw'], check=True)
    return hashlib.sha1(open(path + '.raw', 'rb').read()).hexdigest()


def upload(device, path):
    request = urllib.request.Request(url(device), open(path, 'rb').read(), {
        'Content-Type': 'application/x-vnd.vmware-streamVmdk', 'Overwrite': 't'}, method='POST')
    assert urllib.request.urlopen(request, context=context).status == 200


view = content.viewManager.CreateContainerView(content.rootFolder, [vim.VirtualMachine], True)
source = next(vm for vm in view.view if vm.name == 'source')
task = source.CreateSnapshot('export', '', False, False)
WaitForTask(task)
lease = task.info.result.ExportSnapshot()
leased = ready(lease)
assert leased.leaseTimeout == 300 and leased.entity == source
assert leased.totalDiskCapacityInKB == sum(d.capacityInKB for d in source.config.hardware.device
                                           if isinstance(d, vim.vm.device.VirtualDisk))
paths = []
for device in leased.deviceUrl:
    assert device.disk and device.key.startswith('/%s/' % source._moId)
    paths.append(os.path.join(info['directory'], device.targetId))
    download(device, paths[-1])
lease.HttpNfcLeaseProgress(100)
entries = {entry.key: entry for entry in lease.HttpNfcLeaseGetManifest()}
for device, path in zip(leased.deviceUrl, paths):
    assert entries[device.key].sha1 == hashlib.sha1(open(path, 'rb').read()).hexdigest()
lease.HttpNfcLeaseComplete()
assert lease.state == vim.HttpNfcLease.State.done
WaitForTask(task.info.result.Remove(False))
step('a snapshot is exported')

manager = content.ovfManager
params = vim.OvfManager.CreateDescriptorParams(ovfFiles=[
    vim.OvfManager.OvfFile(deviceId=device.key, path=device.targetId, size=os.path.getsize(path))
    for device, path in zip(leased.deviceUrl, paths)])
descriptor = manager.CreateDescriptor(source, params).ovfDescriptor
step('it is described')

pool = source.resourcePool
spec = manager.CreateImportSpec(descriptor, pool, source.datastore[0], vim.OvfManager.CreateImportSpecParams(
    entityName='copy', diskProvisioning='thin'))
assert not spec.error and [item.path for item in spec.fileItem] == [os.path.basename(path) for path in paths]
lease = pool.ImportVApp(spec.importSpec, source.parent)
leased = ready(lease)
copy = leased.entity
for device in leased.deviceUrl:
    item = next(item for item in spec.fileItem if item.deviceId == device.importKey)
    upload(device, os.path.join(info['directory'], item.path))
    lease.HttpNfcLeaseProgress(50)
lease.HttpNfcLeaseComplete()
step('the copy is imported')

lease = copy.ExportVm()
exported = ready(lease).deviceUrl
assert [device.targetId for device in exported if not device.disk] == ["disk-0.nvram"]
for index, device in enumerate(device for device in exported if device.disk):
    path = os.path.join(info['directory'], 'again-%d.vmdk' % index)
    download(device, path)
    assert raw_sha1(path) == raw_sha1(paths[index])
lease.HttpNfcLeaseAbort()
assert lease.state == vim.HttpNfcLease.State.error and isinstance(lease.error, vmodl.fault.RequestCanceled)
WaitForTask(copy.Destroy())
step('the copy has the same disks')
Disconnect(si)
