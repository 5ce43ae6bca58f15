#!/bin/sh
# Creates, or brings up to date, the vCenter role that Holdfast's gateways need and nothing more, and gives it to a user.
#
#   GOVC_URL=https://vcenter.example GOVC_USERNAME=administrator@vsphere.local GOVC_PASSWORD=... \
#     sh vcenter-role.sh 'VSPHERE.LOCAL\backup' [/]
#
# The first argument is the user (it has to exist), the second the inventory path the permission is set on, with everything
# below: / is the whole vCenter, /Datacenter one data center. ROLE names the role; "Holdfast" unless set.
# Needs govc (https://github.com/vmware/govmomi). docs/vcenter-role.md says what each privilege is for.
set -eu

principal=${1:?usage: vcenter-role.sh USER [PATH]}
path=${2:-/}
role=${ROLE:-Holdfast}

set -- \
  Datastore.AllocateSpace \
  Network.Assign \
  Resource.AssignVMToPool \
  VApp.Export \
  VApp.Import \
  VirtualMachine.Config.AddExistingDisk \
  VirtualMachine.Config.AddNewDisk \
  VirtualMachine.Config.AddRemoveDevice \
  VirtualMachine.Config.AdvancedConfig \
  VirtualMachine.Config.ChangeTracking \
  VirtualMachine.Config.RemoveDisk \
  VirtualMachine.Inventory.Create \
  VirtualMachine.Inventory.Delete \
  VirtualMachine.Provisioning.DiskRandomRead \
  VirtualMachine.State.CreateSnapshot \
  VirtualMachine.State.RemoveSnapshot

if govc role.ls "$role" >/dev/null 2>&1; then
  govc role.update "$role" "$@"
else
  govc role.create "$role" "$@"
fi
govc permissions.set -principal "$principal" -role "$role" -propagate=true "$path"
