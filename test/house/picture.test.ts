import assert from 'node:assert/strict'
import {existsSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {draw, roomsOf, withPicture} from './architecture/picture.ts'
import {PACKAGES, ROOMS} from './architecture/rooms.ts'
import {readSources} from './architecture/source.ts'
import {beyond, type Budgets, measure} from './measures/measure.ts'

const root = path.dirname(path.dirname(import.meta.dirname))
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')

describe('the picture of the house', () => {
  const sources = readSources(root)
  const rooms = roomsOf(sources)

  it('has each room that there is, and what it is for', () => {
    assert.deepEqual(
      rooms.map(({name}) => name),
      Object.keys(ROOMS),
    )
  })

  it('stands in CONTRIBUTING.md as the code draws it', () => {
    const document = read('CONTRIBUTING.md')
    assert.equal(document, withPicture(document, draw(rooms)), 'draw it anew: npm run house -- --write')
  })

  it('shows an import that was added', () => {
    const file = 'src/locks/added.ts'
    const more = new Map([...sources, [file, `import {a} from '../output/ids.ts'`]])
    assert.match(draw(roomsOf(more)), /^ {2}locks\/ .* → output$/m)
  })
})

describe('CONTRIBUTING.md', () => {
  const document = read('CONTRIBUTING.md')
  const {scripts} = JSON.parse(read('package.json')) as {readonly scripts: Readonly<Record<string, string>>}

  it('names only commands that there are', () => {
    const named = [...document.matchAll(/npm (?:run )?([a-z]+(?::[a-z]+)*)/g)].map(([, name = '']) => name)
    assert.ok(named.length > 10, 'it names no commands')
    assert.deepEqual(
      named.filter((name) => !(name in scripts)),
      [],
    )
  })

  it('names only files that there are, on the way of the four things too', () => {
    const way = document.slice(document.indexOf('## Which file'), document.indexOf('## Add a command'))
    const folders = ['', 'packages/plugin-auth/src/', 'src/plugins/']
    const named = [...way.matchAll(/`([\w./-]+\.(?:js|json|ts))`/g)].map(([, file = '']) => file)
    assert.ok(named.length > 40, 'it names no files')
    assert.deepEqual(
      named.filter((file) => !folders.some((folder) => existsSync(path.join(root, folder, file)))),
      [],
    )
  })
})

describe('the measures of the house', () => {
  const budgets = JSON.parse(read('test/house/measures/budgets.json')) as Budgets
  const measures = measure(readSources(root))

  it('are within the budgets', () => {
    assert.deepEqual(beyond(measures, budgets), [])
    assert.deepEqual(Object.keys(budgets.lines).toSorted(), Object.keys(PACKAGES).toSorted())
  })

  it('are beyond them where something has grown', () => {
    const long = `function long() {\n${'\n'.repeat(70)}}\n`
    const sources = new Map([
      ['src/service/a.ts', `import './b.ts'\n${long}`],
      ['src/service/b.ts', `import './a.ts'\n${'\n'.repeat(320)}export const b = 1`],
      ['packages/other/src/c.ts', 'export const c = 1'],
    ])
    const found = beyond(measure(sources), {...budgets, lines: {src: 100}, unusedExports: 3}, 4).join('\n')
    for (const complaint of [
      /src: 39\d lines, at most 100/,
      /src\/service: b.ts: 322 lines, at most 300/,
      /src\/service: long\(\): 72 lines, at most 60/,
      /import cycle: .*a.ts -> .*b.ts/,
      /packages\/other: has no budget/,
      /4 exports that no other file uses, at most 3/,
    ]) {
      assert.match(found, complaint)
    }
  })
})
