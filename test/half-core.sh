#!/usr/bin/env bash
# Runs a command, and all that it starts, with half of one processor (PERCENT=50): `npm run test:slow`. Needs root, and a Linux that
# lets it make a control group, of either version.
set -euo pipefail
period=100000 quota=$((1000 * ${PERCENT:-50}))
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  group=/sys/fs/cgroup/half-core.$$
  echo +cpu >/sys/fs/cgroup/cgroup.subtree_control
  mkdir "$group"
  echo "$quota $period" >"$group/cpu.max"
else
  group=/sys/fs/cgroup/cpu/half-core.$$
  mkdir "$group"
  echo "$period" >"$group/cpu.cfs_period_us"
  echo "$quota" >"$group/cpu.cfs_quota_us"
fi
trap 'rmdir "$group" 2>/dev/null || echo "$group is left: something still runs in it" >&2' EXIT

# The shell that becomes the command joins by itself: this one stays outside, to take the group away.
status=0
bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$@" || status=$?
exit "$status"
