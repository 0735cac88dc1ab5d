import {spawnSync} from 'node:child_process'
import path from 'node:path'

interface KnipReport {
  readonly issues: ReadonlyArray<{
    readonly file: string
    readonly exports?: ReadonlyArray<{readonly name: string}>
    readonly types?: ReadonlyArray<{readonly name: string}>
  }>
}

/**
 * What is exported and imported by no other file, as `file: name`, by knip.
 * @throws Error when knip gives no report
 */
export function unusedExports(root: string): string[] {
  const knip = path.join(root, 'node_modules/knip/bin/knip.js')
  const args = [knip, '--no-progress', '--no-config-hints', '--include', 'exports,types', '--reporter', 'json']
  const {stdout, stderr} = spawnSync(process.execPath, args, {cwd: root, encoding: 'utf8', maxBuffer: 1 << 26})
  if (!stdout.startsWith('{')) throw new Error(`knip gave no report: ${stderr}`)
  const {issues} = JSON.parse(stdout) as KnipReport
  return issues.flatMap(({file, exports = [], types = []}) =>
    [...exports, ...types].map(({name}) => `${file}: ${name}`),
  )
}
