/**
 * Whether this process may read the terminal now. One in the background (`superset auth login &`, or Ctrl-Z and `bg`) is
 * stopped by the kernel when it reads (SIGTTIN) or sets a mode (SIGTTOU). Node tells nobody; the system does.
 * @returns true also where there is no controlling terminal, or no way to know
 */
export function isInForeground(): boolean {
  if (process.platform === 'win32') return true
  try {
    const [group, foreground] = process.platform === 'linux' ? groupsOnLinux() : groupsFromPs()
    return foreground === undefined || foreground <= 0 || foreground === group
  } catch {
    return true
  }
}

/** proc_pid_stat(5): after the name, which may hold anything: state ppid pgrp session tty_nr tpgid. */
function groupsOnLinux(): readonly (number | undefined)[] {
  const {readFileSync} = process.getBuiltinModule('node:fs')
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return [Number(fields[2]), Number(fields[5])]
}

function groupsFromPs(): readonly (number | undefined)[] {
  const {execFileSync} = process.getBuiltinModule('node:child_process')
  const shown = execFileSync('/bin/ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], {encoding: 'utf8'})
  return shown.trim().split(/\s+/).map(Number)
}
