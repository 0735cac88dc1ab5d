import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {existsSync, globSync, readFileSync, statSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {repositoryPackages} from '../support/repository-packages.ts'

const root = path.dirname(path.dirname(import.meta.dirname))

interface Manifest {
  readonly name: string
  readonly license?: string
  readonly private?: boolean
  readonly type?: string
  readonly engines?: Record<string, string>
  readonly scripts?: Record<string, string>
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly optionalDependencies?: Record<string, string>
}

interface Locked {
  readonly license?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly version?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly inBundle?: boolean
}

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
}

function readLock(folder: string): Record<string, Locked & Manifest> {
  const lock = JSON.parse(read(path.join(folder, 'package-lock.json'))) as {packages: Record<string, Locked & Manifest>}
  return lock.packages
}

function readManifest(folder: string): Manifest {
  return JSON.parse(read(path.join(folder, 'package.json'))) as Manifest
}

/** The packages that people install: the CLI and its workspaces. */
const packages = ['.', ...globSync('packages/*/', {cwd: root}).toSorted()]
/** What authors of plugins copy: no workspaces, so that each is as it is outside this repository. */
const examples = globSync('examples/*/', {cwd: root}).toSorted()
const tools = globSync('tools/*/', {cwd: root}).toSorted()
const lockFolders = ['.', ...tools]

const files = globSync('**/*', {
  cwd: root,
  withFileTypes: true,
  exclude: (entry) => ['node_modules', 'dist', '.git', 'coverage', 'tmp'].includes(entry.name),
})
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
const documents = files.filter((file) => file.endsWith('.md'))

describe('dependencies', () => {
  it('name no download address in a lock file, so that any registry can serve them', () => {
    for (const folder of lockFolders) {
      const addresses = Object.values(readLock(folder)).flatMap(({resolved}) =>
        resolved?.includes('://') ? resolved : [],
      )
      assert.deepEqual(addresses, [], folder)
    }
  })

  it('carry an integrity hash each, so that no registry can serve anything else', () => {
    for (const folder of lockFolders) {
      const open = Object.entries(readLock(folder)).filter(
        ([place, {integrity, link, inBundle}]) => place.includes('node_modules/') && !integrity && !link && !inBundle,
      )
      assert.deepEqual(open, [], folder)
    }
  })

  it('are pinned exactly', () => {
    for (const folder of [...packages, ...tools, ...examples]) {
      const {dependencies, devDependencies, optionalDependencies} = readManifest(folder)
      const loose = Object.entries({...dependencies, ...devDependencies, ...optionalDependencies}).filter(
        ([, version]) => !/^(npm:@?[^@]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
      )
      assert.deepEqual(loose, [], folder)
    }
  })

  it('are the same in the lock file as in each package.json', () => {
    const lock = readLock('.')
    for (const folder of packages) {
      const {dependencies = {}, devDependencies = {}} = readManifest(folder)
      const locked = lock[folder === '.' ? '' : folder.replaceAll(path.sep, '/').replace(/\/$/, '')]
      assert.deepEqual(locked?.dependencies ?? {}, dependencies, folder)
      assert.deepEqual(locked?.devDependencies ?? {}, devDependencies, folder)
    }
  })

  it('that people install have a licence that lets them', () => {
    const allowed = /^(MIT|MIT-0|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0|CC0-1\.0|Python-2\.0|Unlicense)$/
    // npm itself, which installs plugins, whole and unchanged; what it bundles; and a list of words as data.
    const known = [
      'npm Artistic-2.0',
      'npm/qrcode-terminal undefined',
      'spdx-exceptions CC-BY-3.0',
      'npm/spdx-exceptions CC-BY-3.0',
    ]
    const others = Object.entries(readLock('.')).flatMap(([place, {license, dev, link}]) => {
      if (dev || link || !place.startsWith('node_modules/')) return []
      const choices = (license ?? '').replaceAll(/[()]/g, '').split(/ OR /)
      const name = place.replace('node_modules/', '').replaceAll('/node_modules/', '/')
      return choices.some((choice) => allowed.test(choice)) ? [] : [`${name} ${license}`]
    })
    assert.deepEqual(
      others.filter((other) => !known.includes(other)),
      [],
    )
  })
})

describe('packages', () => {
  it('are ESM for Node 24, under Apache-2.0', () => {
    for (const folder of [...packages, ...examples]) {
      const {engines, license, type} = readManifest(folder)
      assert.deepEqual(
        {engines, license, type},
        {engines: {node: '>=24'}, license: 'Apache-2.0', type: 'module'},
        folder,
      )
    }

    assert.match(read('LICENSE'), /Apache License\s+Version 2\.0, January 2004/)
  })

  it('keep the sandbox and the foreign issuer to this repository', () => {
    const own = new Set(['packages/foreign-issuer', 'packages/sandbox'])
    for (const folder of own) assert.equal(readManifest(folder).private, true)
    for (const folder of packages.filter((name) => !own.has(name.replace(/\/$/, '')))) {
      const named = Object.keys(readManifest(folder).dependencies ?? {})
      assert.deepEqual(
        named.filter((name) => own.has(name.replace('@superset', 'packages'))),
        [],
        folder,
      )
    }
  })
})

describe('examples', () => {
  it('name only versions that this repository is built and tested with', () => {
    const known = repositoryPackages()
    assert.ok(examples.length >= 3, 'no examples were found')
    for (const folder of examples) {
      const {dependencies, devDependencies} = readManifest(folder)
      const named = Object.entries({...dependencies, ...devDependencies}).map(([name, version]) => `${name}@${version}`)
      assert.deepEqual(
        named.filter((one) => !known.has(one)),
        [],
        folder,
      )
    }
  })
})

describe('the command manifests', () => {
  const manifests = ['.', 'packages/plugin-auth'].map((folder) => path.join(folder, 'oclif.manifest.json'))

  it('are what the commands say today (else: npm run build)', () => {
    for (const script of ['bin/manifest.js', 'bin/schemas.js']) {
      const check = spawnSync(process.execPath, [script, '--check'], {cwd: root, encoding: 'utf8'})
      assert.equal(check.status, 0, check.stdout + check.stderr)
    }
  })

  it('know what identity each command needs', () => {
    for (const file of manifests) {
      const {commands} = JSON.parse(read(file)) as {commands: Record<string, {identity?: string}>}
      assert.ok(Object.keys(commands).length > 0, `${file} lists no command`)
      const silent = Object.entries(commands).filter(
        ([, {identity}]) => !['none', 'optional', 'required'].includes(identity ?? ''),
      )
      assert.deepEqual(silent, [], file)
    }
  })
})

describe('files', () => {
  it('are smaller than 1 MB', () => {
    assert.ok(files.length > 50, 'no files were found')
    assert.deepEqual(
      files.filter((file) => statSync(path.join(root, file)).size > 1_000_000),
      [],
    )
  })
})

describe('documents', () => {
  it('name npm scripts that exist', () => {
    const scripts = readManifest('.').scripts ?? {}
    for (const file of documents) {
      const named = read(file).matchAll(/\bnpm (?:run (?<script>[\w:-]+)|(?<verb>test|start)\b)/g)
      const gone = [...named]
        .map(({groups}) => groups?.['script'] ?? groups?.['verb'] ?? '')
        .filter((name) => !(name in scripts))
      assert.deepEqual(gone, [], file)
    }
  })

  it('link to files that exist', () => {
    for (const file of documents) {
      const links = [...read(file).matchAll(/\]\((?<target>[^)\s#]+)(?:#[^)]*)?\)/g)].map(
        ({groups}) => groups?.['target'] ?? '',
      )
      const broken = links.filter(
        (link) => !/^[a-z]+:/.test(link) && !existsSync(path.join(root, path.dirname(file), link)),
      )
      assert.deepEqual(broken, [], file)
    }
  })

  it('open with the two commands', () => {
    for (const file of ['README.md', 'CONTRIBUTING.md']) {
      const opening = read(file).split('\n').slice(0, 40).join('\n')
      assert.match(opening, /npm run demo/, file)
      assert.match(opening, /npm test/, file)
    }
  })
})

describe('decisions', () => {
  const pages = globSync('docs/decisions/[0-9]*.md', {cwd: root}).toSorted()

  it('are numbered in turn and listed', () => {
    const listed = [...read('docs/decisions/README.md').matchAll(/\]\((?<page>\d{4}-[\w-]+\.md)\)/g)].map(
      (m) => m.groups?.['page'],
    )
    assert.deepEqual(
      pages.map((page) => path.basename(page)),
      listed,
    )
    assert.deepEqual(
      pages.map((page) => Number(path.basename(page).slice(0, 4))),
      pages.map((_, index) => index + 1),
    )
  })

  it('fit on a page and say what would change them', () => {
    const headings = ['Context', 'Decision', 'Consequences', 'What would change our mind']
    for (const page of pages) {
      const text = read(page)
      assert.ok(text.trimEnd().split('\n').length <= 40, `${page} is longer than 40 lines`)
      assert.deepEqual(
        [...text.matchAll(/^## (.*)$/gm)].map((match) => match[1]),
        headings,
        page,
      )
    }
  })
})
