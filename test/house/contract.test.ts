import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {bareMembers, publicSymbols} from './architecture/public-symbols.ts'
import {readSources} from './architecture/source.ts'

const root = path.dirname(path.dirname(import.meta.dirname))
const SRC = 'packages/identity/src'
/** The entries of the package, as its `exports` name them. */
const manifest = JSON.parse(read('packages/identity/package.json')) as {
  readonly exports: Readonly<Record<string, {readonly types: string}>>
}
const ENTRIES = Object.values(manifest.exports).map(({types}) =>
  types.replace('./dist/', `${SRC}/`).replace(/\.d\.ts$/, '.ts'),
)

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
}

describe('the contract package', () => {
  const sources = readSources(root)

  for (const entry of ENTRIES) {
    it(`explains every symbol that ${entry} exports`, () => {
      const symbols = publicSymbols(entry, sources)
      assert.ok(symbols.length > 0, 'it exports nothing')
      const bare = symbols.filter(({isDocumented}) => !isDocumented).map(({file, name}) => `${file}: ${name}`)
      assert.deepEqual(bare, [])
    })
  }

  it('explains every method of IdentityProvider, which comes first', () => {
    assert.deepEqual(bareMembers(`${SRC}/provider.ts`, 'IdentityProvider', sources), [])
    assert.equal(publicSymbols(`${SRC}/index.ts`, sources)[0]?.name, 'IdentityProvider')
  })

  it('finds what nothing explains', () => {
    const planted = new Map([
      ['a.ts', `export {one, type Two} from './b.ts'\nexport * from './c.ts'`],
      ['b.ts', `export const one = 1\n/** Explained. */\nexport interface Two {x: 1}\nexport const hidden = 1`],
      ['c.ts', 'export function three() {}'],
    ])
    const bare = publicSymbols('a.ts', planted).filter(({isDocumented}) => !isDocumented)
    assert.deepEqual(
      bare.map(({name}) => name),
      ['one', 'three'],
    )
    assert.deepEqual(bareMembers('b.ts', 'Two', planted), ['x'])
  })

  it('quotes in its README the example that is compiled', () => {
    const quoted = /```ts\n([\s\S]*?)```/.exec(read('packages/identity/README.md'))?.[1]
    assert.equal(quoted, read('packages/identity/test/example/provider.ts'))
  })
})
