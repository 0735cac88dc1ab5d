import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {chmod, chown, mkdir, stat, symlink} from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import {Home} from '../support/cli.ts'
import {few} from '../support/matrix.ts'
import {skip} from '../support/skip.ts'

const SOMEBODY = 12_345

/** What is wrong with the way to the cache; each returns the value of XDG_CACHE_HOME. */
const UNSAFE: Readonly<Record<string, (home: string) => Promise<string>>> = {
  async 'the cache folder, which everybody can write'(home) {
    await mkdir(path.join(home, 'cache'))
    await chmod(path.join(home, 'cache'), 0o777)
    return path.join(home, 'cache')
  },
  async 'the cache folder, which its group can write'(home) {
    await mkdir(path.join(home, 'cache'))
    await chmod(path.join(home, 'cache'), 0o770)
    return path.join(home, 'cache')
  },
  async 'a folder above it, which everybody can write'(home) {
    await mkdir(path.join(home, 'open/cache'), {recursive: true})
    await chmod(path.join(home, 'open'), 0o777)
    return path.join(home, 'open/cache')
  },
  async 'a shared folder with the sticky bit, where it is still to be made'(home) {
    await mkdir(path.join(home, 'tmp'))
    await chmod(path.join(home, 'tmp'), 0o1777)
    return path.join(home, 'tmp')
  },
  async 'the folder of superset in it, which everybody can write'(home) {
    await mkdir(path.join(home, 'cache/superset'), {recursive: true})
    await chmod(path.join(home, 'cache/superset'), 0o777)
    return path.join(home, 'cache')
  },
  async 'the folder of superset in it, which another user made'(home) {
    await mkdir(path.join(home, 'cache/superset'), {recursive: true})
    await chown(path.join(home, 'cache/superset'), SOMEBODY, SOMEBODY)
    return path.join(home, 'cache')
  },
  async 'a link into a folder that everybody can write'(home) {
    await mkdir(path.join(home, 'open/cache'), {recursive: true})
    await chmod(path.join(home, 'open'), 0o777)
    await symlink(path.join(home, 'open/cache'), path.join(home, 'cache'))
    return path.join(home, 'cache')
  },
  async 'a link that lies in a folder that everybody can write'(home) {
    await mkdir(path.join(home, 'cache'))
    await mkdir(path.join(home, 'open'))
    await symlink(path.join(home, 'cache'), path.join(home, 'open/link'))
    await chmod(path.join(home, 'open'), 0o777)
    return path.join(home, 'open/link')
  },
}

describe('the cache of compiled code', () => {
  // The runner gives all tests one cache, and Node takes no second one.
  before(() => Reflect.deleteProperty(process.env, 'NODE_COMPILE_CACHE'))

  const run = (home: Home, cache: string) => home.run(['version'], {env: {XDG_CACHE_HOME: cache}})

  for (const [name, make] of few(Object.entries(UNSAFE), ([one]) => one.startsWith('a folder above it'))) {
    it(`C13: is not used in ${name}`, async function () {
      if (process.getuid?.() !== 0) skip(this, 'only root can give files to another user')
      await using home = await Home.create()
      const cache = await make(home.path)
      assert.equal((await run(home, cache)).code, 0)
      assert.equal(existsSync(path.join(cache, 'superset/compile')), false)
    })
  }

  it('C13: is used where nobody else can change what lies in it, and is closed to others', async () => {
    await using home = await Home.create()
    const cache = path.join(home.path, 'cache')
    assert.equal((await run(home, cache)).code, 0)
    const folder = path.join(cache, 'superset/compile')
    assert.equal((await stat(folder)).mode & 0o777, 0o700)
    await chmod(folder, 0o755)
    assert.equal((await run(home, cache)).code, 0)
    assert.equal((await stat(folder)).mode & 0o777, 0o700)
  })
})
