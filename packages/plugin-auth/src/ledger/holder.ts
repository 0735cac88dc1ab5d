import {readFileSync} from 'node:fs'
import os from 'node:os'

/** `pid <n> on <host>@<boot>`: who claimed, and under which running kernel. */
const HOLDER = /^(?<name>pid \d+ on (?<host>.*))@(?<boot>[\da-f]*)$/

/** Who this process is, for the ledger. */
export function processName(): string {
  return `pid ${process.pid} on ${os.hostname()}@${bootHere()}`
}

/** As a person reads it. */
export function nameOfHolder(holder: string): string {
  return HOLDER.exec(holder)?.groups?.['name'] ?? (holder || 'another process')
}

/**
 * True when the claim was written under another kernel, so that a free lock says nothing of its holder (row 67: a home
 * that machines share over a network). The same kernel under another host name is a container beside ours, whose locks
 * we see; the same host under another kernel has restarted, and its processes are gone. Where kernels have no name
 * (macOS, Windows) the lock decides.
 */
export function isElsewhere(holder: string): boolean {
  const {host, boot} = HOLDER.exec(holder)?.groups ?? {}
  const here = bootHere()
  return Boolean(boot) && here !== '' && boot !== here && host !== os.hostname()
}

let known: string | undefined

function bootHere(): string {
  known ??= readBoot()
  return known
}

function readBoot(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')
      .replaceAll(/[^\da-f]/g, '')
      .slice(0, 12)
  } catch {
    // No such file: not Linux, or a sandbox that hides it.
    return ''
  }
}
