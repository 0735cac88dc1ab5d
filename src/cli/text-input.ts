import {spawnSync} from 'node:child_process'
import {
  closeSync,
  constants,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {editor} from '../env.ts'
import {usage} from './errors.ts'
import {throughShell} from './shell.ts'

/** More than any text of the service may have. */
const LONGEST_BYTES = 1024 * 1024

/**
 * A text that stands in a file; `-` is standard input. Without its byte-order mark; the rest is as it is.
 * @param flag that named it, for the message
 * @throws Problem USAGE_INVALID (2) where it cannot be read, is too long, or is not UTF-8
 */
export function readText(file: string, flag: string, longest = LONGEST_BYTES): string {
  const bytes = readBytes(file, flag, longest)
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw usage(`${flag}: ${nameOf(file)} is not text in UTF-8.`)
  }
}

/** A file as it is; `-` is standard input. @throws Problem USAGE_INVALID (2) */
export function readBytes(file: string, flag: string, longest: number): Uint8Array {
  if (file === '-' && process.stdin.isTTY)
    throw usage(`${flag} - reads standard input, and that is the terminal.`, [`Pipe the text in, or name a file.`])
  let descriptor: number | undefined
  try {
    // Whoever put a FIFO there must not keep the command waiting.
    descriptor = file === '-' ? process.stdin.fd : openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    if (file !== '-' && !fstatSync(descriptor).isFile()) throw usage(`${flag}: ${nameOf(file)} is not a file.`)
    return readUpTo(descriptor, longest, () => usage(`${flag}: ${nameOf(file)} has more than ${longest} bytes.`))
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) throw error
    throw usage(`${flag}: cannot read ${nameOf(file)}: ${REASONS[code] ?? code}.`)
  } finally {
    if (descriptor !== undefined && file !== '-') closeSync(descriptor)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'you may not read it',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file
}

function readUpTo(descriptor: number, longest: number, tooLong: () => Error): Uint8Array {
  const parts: Buffer[] = []
  let total = 0
  for (;;) {
    const part = Buffer.alloc(64 * 1024)
    const read = readPart(descriptor, part)
    if (read === 0) return Buffer.concat(parts)
    total += read
    if (total > longest) throw tooLong()
    parts.push(part.subarray(0, read))
  }
}

/** A pipe that somebody made non-blocking has nothing yet, and says so. */
function readPart(descriptor: number, part: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, part)
    } catch (error) {
      const {code} = error as NodeJS.ErrnoException
      if (code === 'EOF') return 0
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}

/**
 * A long text, written in the person's editor (`VISUAL`, else `EDITOR`), beginning with `text`.
 * @param name of the file that the editor shows, with the extension that colours it
 * @throws Problem USAGE_INVALID (2) where there is no editor or no terminal, or the editor failed
 */
export function editText(text: string, name: string, isAttended: boolean): string {
  const command = editor()
  if (!isAttended)
    throw usage('--edit opens an editor, and there is no terminal.', ['Name a file, or - for standard input.'])
  if (command === undefined)
    throw usage('--edit needs an editor, and none is named.', ['Set EDITOR, for example to nano or vim.'])
  const folder = mkdtempSync(path.join(tmpdir(), 'superset-'))
  const file = path.join(folder, name)
  try {
    writeFileSync(file, text, {mode: 0o600})
    const {error, status} = spawnSync(...throughShell(command, file), {stdio: 'inherit'})
    if (error || status !== 0) throw usage(`${command} ended with a fault, so its text was not taken.`)
    return readFileSync(file, 'utf8')
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}
