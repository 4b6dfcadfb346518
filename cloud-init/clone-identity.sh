#!/bin/sh
# Run at each boot, before the service. The first boot notes who this machine is; a boot under another MAC
# or instance id is that of a clone, which gets its own machine-id, SSH host keys and host name.
# CLONE_IDENTITY_ROOT puts a prefix before every path (for tests).
set -eu
root="${CLONE_IDENTITY_ROOT:-}"
state="$root/var/lib/clone-identity"

mac=""
for interface in "$root"/sys/class/net/*; do
  name="${interface##*/}"
  if [ "$name" != lo ] && [ -r "$interface/address" ]; then
    mac="$(cat "$interface/address")"
    break
  fi
done
instance=""
if [ -r "$root/var/lib/cloud/data/instance-id" ]; then
  instance="$(cat "$root/var/lib/cloud/data/instance-id")"
fi
present="$mac $instance"

mkdir -p "$state"
if [ ! -e "$state/present" ]; then
  hostname > "$state/seed-name"
  printf '%s\n' "$present" > "$state/present"
  echo "noted this machine's identity"
  exit 0
fi
if [ "$(cat "$state/present")" = "$present" ]; then
  exit 0
fi

# not by systemd-machine-id-setup: in a container that gives the seed's id again
rm -f "$root/etc/machine-id" "$root/var/lib/dbus/machine-id"
tr -d - < /proc/sys/kernel/random/uuid > "$root/etc/machine-id"
rm -f "$root"/etc/ssh/ssh_host_*
ssh-keygen -A ${root:+-f "$root"}
systemctl --no-block try-restart ssh.service
# cloud-init may have set the clone's own name already
if [ "$(hostname)" = "$(cat "$state/seed-name")" ]; then
  own="$(cat "$state/seed-name")-$(printf '%s' "$mac" | tr -d ':' | tail -c 6)"
  printf '%s\n' "$own" > "$root/etc/hostname"
  hostname "$own"
fi
printf '%s\n' "$present" > "$state/present"
echo "this is a clone: renewed machine-id, host keys and host name"
