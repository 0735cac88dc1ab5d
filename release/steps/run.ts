import {spawnSync} from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import {readEnvironment} from './env.ts'
import {Refusal} from '../plan/refusal.ts'

const MAX_OUTPUT = 64 * 1024 * 1024

/** @returns what it prints @throws Refusal with its own words where it fails */
export function run(command: string, args: readonly string[], cwd: string): string {
  const end = spawnSync(command, args, {cwd, encoding: 'utf8', env: readEnvironment().all, maxBuffer: MAX_OUTPUT})
  if (end.error) throw new Refusal(`${command}: ${end.error.message}`)
  if (end.status !== 0) {
    const words = `${end.stderr}${end.stdout}`.trim()
    throw new Refusal(`${[path.basename(command), ...args].join(' ')} failed (${end.status ?? end.signal}):\n${words}`)
  }

  return end.stdout
}

/** The npm that comes with the CLI, at the version of the lock file; its cache is ours, so that no home is needed. */
export function npm(root: string, args: readonly string[], cwd: string): string {
  const cli = path.join(root, 'node_modules/npm/bin/npm-cli.js')
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error', '--prefer-offline']
  return run(process.execPath, [cli, ...args, ...quiet, `--cache=${path.join(root, 'tmp/release/npm')}`], cwd)
}
