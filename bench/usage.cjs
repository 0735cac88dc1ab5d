// Preloaded into each process that is measured: says at its end, on descriptor 3, what it has used.
const {existsSync, readFileSync, writeSync} = require('node:fs')

/** `maxRSS` counts what the parent had when it forked, so the kernel's own mark is read where there is one. */
function peakKiB(maxRSS) {
  const status = '/proc/self/status'
  return Number((existsSync(status) && /VmHWM:\s*(\d+)/.exec(readFileSync(status, 'latin1'))?.[1]) || maxRSS)
}

process.on('exit', () => {
  const {maxRSS, systemCPUTime, userCPUTime} = process.resourceUsage()
  try {
    writeSync(3, `${JSON.stringify({cpuMs: (systemCPUTime + userCPUTime) / 1000, peakKiB: peakKiB(maxRSS)})}\n`)
  } catch (error) {
    // Started by something that is measured, it has no such descriptor.
    if (error.code !== 'EBADF') throw error
  }
})
