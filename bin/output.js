// What happens when standard output or standard error cannot be written.

/** How long work that a reader's leaving made pointless may go on, such as saving a refreshed session. */
const LEFT_ALONE_MS = 30_000
const STORAGE = 74
const REASONS = {EDQUOT: 'the quota is used up', EFBIG: 'the file is too large', ENOSPC: 'no space is left'}

/**
 * Fault rows 102, 103. A pipe whose reader has left is no fault, and what is under way (a refresh, say) ends in peace.
 * Anything else is said once, where there still is a place to say it, and ends in 74, unless the command itself failed.
 * Taken from the event itself: every copy of oclif's core, a plugin's own too, adds a listener that throws.
 */
export function watchOutput({stdout, stderr}) {
  let isTold = false
  const fail = (stream, error) => {
    if (error.code !== 'EPIPE') process.exitCode ||= STORAGE
    setTimeout(() => process.exit(), LEFT_ALONE_MS).unref()
    if (error.code === 'EPIPE' || isTold || stream === stderr) return
    isTold = true
    const reason = REASONS[error.code] ?? error.message
    stderr.write(`Error: Cannot write the output: ${reason}.\n  What the command has changed stays changed.\n`)
  }

  for (const stream of [stdout, stderr]) {
    const emit = stream.emit.bind(stream)
    stream.emit = (event, ...rest) => (event === 'error' ? void fail(stream, rest[0]) : emit(event, ...rest))
  }
}
