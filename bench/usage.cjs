// Preloaded into each process that is measured: says at its end, on descriptor 3, what it has used.
process.on('exit', () => {
  const {maxRSS, systemCPUTime, userCPUTime} = process.resourceUsage()
  try {
    require('node:fs').writeSync(
      3,
      `${JSON.stringify({cpuMs: (systemCPUTime + userCPUTime) / 1000, peakKiB: maxRSS})}\n`,
    )
  } catch (error) {
    // Started by something that is measured, it has no such descriptor.
    if (error.code !== 'EBADF') throw error
  }
})
