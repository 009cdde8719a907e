#!/bin/sh
# The init of a user-mode Linux (test/lab/uml.ts): makes a system of the host's read-only files, runs the test files
# that are listed in $UML_FOLDER/files, and halts. Every file leaves its TAP, its stderr and its exit status there.
#
# From the kernel's command line: UML_FOLDER UML_NODE UML_JOBS (files at once) UML_LIMIT (seconds for a file).
if [ "$1" = one ]; then
  name=${2##*/}
  name=$UML_FOLDER/${name%.js}
  cd "$UML_ROOT" || exit
  timeout --signal=KILL "$UML_LIMIT" "$UML_NODE" "$2" >"$name.tap" 2>"$name.stderr"
  echo $? >"$name.status"
  # xargs would give up at a status above 124, and the other files have done nothing wrong.
  exit 0
fi

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/tmp
mount -t hostfs none "$UML_FOLDER" -o "$UML_FOLDER"
# The repository may be under /tmp, so temporary files go elsewhere.
export TMPDIR=/run/tmp HOME=/run/tmp
# A test says more about its timeout than a killed process does.
export TAP_TIMEOUT=$((UML_LIMIT - 5))
mkdir -p /run/tmp /run/netns /run/lib/modules

# modprobe looks below a root of its own, because the host's /lib/modules has none for this kernel; the kernel asks it
# too, for what is used without having been loaded: schedulers, tunnels.
release=$(uname -r)
ln -s "/usr/lib/uml/modules/$release" "/run/lib/modules/$release"
printf '#!/bin/sh\nexec /sbin/modprobe -d /run "$@"\n' >/run/modprobe
chmod 755 /run/modprobe
echo /run/modprobe >/proc/sys/kernel/modprobe
/run/modprobe -a ip_vs veth bridge
ip link set lo up
# The first one mounts /run/netns, which two test files must not do at once.
ip netns add first && ip netns delete first

xargs -d '\n' -n 1 -P "$UML_JOBS" "$0" one <"$UML_FOLDER/files"
echo done >"$UML_FOLDER/done"
halt -f
