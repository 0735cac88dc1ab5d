import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '../..')

describe('the manifest', () => {
  it('is what the commands say', () => {
    const {status, stderr} = spawnSync(process.execPath, ['bin/manifest.js', '--check'], {cwd: ROOT, encoding: 'utf8'})
    assert.equal(status, 0, stderr)
  })

  it("knows every command's need of an identity", () => {
    const {commands} = JSON.parse(readFileSync(path.join(ROOT, 'oclif.manifest.json'), 'utf8'))
    const needs = Object.entries(commands as Record<string, {identity: string}>).map(([id, {identity}]) => [
      id,
      identity,
    ])
    const none = needs.filter(([, need]) => need === 'none').map(([id]) => id)
    assert.deepEqual(none, [
      ...['alias:delete', 'alias:list', 'alias:set'],
      ...['auth:forget', 'auth:list', 'auth:status', 'auth:switch'],
      ...['autocomplete', 'autocomplete:complete', 'autocomplete:refresh', 'autocomplete:script'],
      ...['config:get', 'config:list', 'config:set', 'config:unset', 'doctor'],
      ...[
        'identity:list',
        'identity:reset',
        'identity:use',
        'plugins',
        'plugins:create',
        'plugins:inspect',
        'plugins:install',
        'plugins:link',
        'plugins:reset',
        'plugins:search',
        'plugins:uninstall',
        'plugins:update',
        'policy:check',
        'schema',
        'update',
        'version',
      ],
    ])
    assert.deepEqual(
      needs.filter(([, need]) => need !== 'none' && need !== 'required'),
      [],
    )
  })
})
