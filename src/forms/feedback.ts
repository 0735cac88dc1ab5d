import {freemem, platform, release, totalmem} from 'node:os'
import path from 'node:path'
import {usage} from '../cli/errors.ts'
import {readBytes} from '../cli/text-input.ts'
import type {Attachment} from '../service/feedback.ts'

/** What the service takes. */
const MOST_FILES = 5
const MOST_BYTES = 10 * 1024 * 1024
const GIGABYTE = 1024 ** 3

/** As the service is told of it. */
export function systemText(): string {
  return `${platform()} ${release()} ${process.arch}`
}

/**
 * Files and, behind them, the diagnostics; read whole before anything is sent.
 * @throws Problem USAGE_INVALID (2) where one cannot be read or is empty, or they are too many or too large
 */
export function attachmentsOf(files: readonly string[], diagnostics?: string): Attachment[] {
  const count = files.length + (diagnostics === undefined ? 0 : 1)
  if (count > MOST_FILES) throw usage(`--attach: ${count} files are more than the ${MOST_FILES} that can go along.`)
  let left = MOST_BYTES
  const read = files.map((file) => {
    const bytes = readBytes(file, '--attach', left)
    if (bytes.length === 0) throw usage(`--attach: ${file} is empty.`)
    left -= bytes.length
    return {filename: file === '-' ? 'standard-input.txt' : path.basename(file), contentBase64: base64(bytes)}
  })
  const text = diagnostics === undefined ? [] : [{filename: DIAGNOSTICS_FILE, contentBase64: base64(diagnostics)}]
  return [...read, ...text]
}

const DIAGNOSTICS_FILE = 'feedback-diagnostics.txt'

/** What the makers need to know of a machine. Nothing of its user: no names, paths, variables, settings or logs. */
export function diagnosticsText(version: string, plugins: readonly string[]): string {
  return [
    `superset ${version}`,
    `Node ${process.versions.node}`,
    `${systemText()}, ${(totalmem() / GIGABYTE).toFixed(1)} GB of memory, ${(freemem() / GIGABYTE).toFixed(1)} GB free`,
    `Terminal: ${process.stdout.isTTY ? `${process.stdout.columns} columns` : 'none'}`,
    `Plugins: ${plugins.length === 0 ? 'none' : plugins.join(', ')}`,
    '',
  ].join('\n')
}

function base64(bytes: Uint8Array | string): string {
  return Buffer.from(bytes).toString('base64')
}
