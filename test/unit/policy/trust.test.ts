import assert from 'node:assert/strict'
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {mayExist, policyFile, readPolicy} from '../../../src/policy/file.ts'
import {examinePath, overflowIsNobody, type View} from '../../../src/policy/trust.ts'

const FILE = '/etc/superset/policy.json'

/** A machine in memory: owner, mode, and where a link leads. */
interface Part {
  readonly uid?: number
  readonly mode?: number
  readonly link?: string
}

const SOUND: Readonly<Record<string, Part>> = {'/': {}, '/etc': {}, '/etc/superset': {}, [FILE]: {mode: 0o644}}

function view(parts: Readonly<Record<string, Part | undefined>>, more: Partial<View> = {}): View {
  return {
    roots: [0],
    canWrite: () => false,
    readlink: (name) => parts[name]?.link ?? '',
    lstat(name) {
      const part = parts[name]
      if (!part) throw Object.assign(new Error('no such file'), {code: 'ENOENT'})
      const isLink = part.link !== undefined
      return {
        uid: part.uid ?? 0,
        mode: part.mode ?? 0o755,
        isSymbolicLink: () => isLink,
        isDirectory: () => !isLink,
        isFile: () => !isLink,
      }
    },
    ...more,
  }
}

function fault(machine: View): string {
  const trust = examinePath(FILE, machine)
  return 'fault' in trust ? trust.fault : ''
}

describe('trusting a policy', () => {
  it('takes one that belongs to root, every part of its path', () => {
    assert.deepEqual(examinePath(FILE, view(SOUND)), {realPath: FILE})
  })

  for (const part of Object.keys(SOUND)) {
    it(`refuses it when somebody else owns, or may write, ${part}`, () => {
      assert.match(fault(view({...SOUND, [part]: {uid: 1000}})), /does not belong to root/)
      for (const mode of [0o775, 0o757, 0o1777])
        assert.match(fault(view({...SOUND, [part]: {mode}})), /others than root can write/)
    })

    it(`refuses it when an access list lets the caller write ${part}`, () => {
      assert.match(fault(view(SOUND, {canWrite: (name) => name === part})), /others than root can write/)
    })
  }

  it('follows links, and trusts where they lead only if that is trusted', () => {
    const linked = {...SOUND, '/etc/superset': {link: '/srv/conf'}, '/srv': {}}
    assert.deepEqual(examinePath(FILE, view({...linked, '/srv/conf': {}, '/srv/conf/policy.json': {}})), {
      realPath: '/srv/conf/policy.json',
    })
    const away = {...linked, '/srv/conf': {link: '../home/ada'}, '/home': {}, '/home/ada': {uid: 1000}}
    assert.match(fault(view(away)), /home\/ada does not belong to root/)
    assert.match(fault(view({...SOUND, '/etc/superset': {link: '/etc/superset'}})), /link without an end/)
    assert.match(fault(view({...SOUND, '/etc/superset': {link: '/srv/conf', uid: 1000}})), /does not belong to root/)
  })

  it('takes a link that leads nowhere for a fault, and no file for no policy', () => {
    assert.match(fault(view({...SOUND, [FILE]: {link: '/gone.json'}})), /is not there/)
    assert.deepEqual(examinePath(FILE, view({...SOUND, [FILE]: undefined})), {fault: 'is not there', missing: true})
  })

  it('takes the overflow uid for root where nobody of the namespace can be it', () => {
    const foreign = Object.fromEntries(Object.keys(SOUND).map((name) => [name, {uid: 65_534}]))
    assert.match(fault(view(foreign)), /does not belong to root/)
    assert.equal(fault(view(foreign, {roots: [0, 65_534]})), '')
    assert.equal(overflowIsNobody('         0       1000          1\n', 65_534), true)
    assert.equal(overflowIsNobody('0 0 4294967295', 65_534), false)
    assert.equal(overflowIsNobody('0 1000 1\n1 100000 65536', 65_534), false)
  })
})

describe('the policy file', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'policy-'))
  })
  afterEach(() => rmSync(folder, {recursive: true}))

  it('has one place on each system, and none on Windows', () => {
    assert.equal(policyFile('linux'), FILE)
    assert.equal(policyFile('darwin'), '/Library/Application Support/Superset/policy.json')
    assert.equal(policyFile('win32'), undefined)
  })

  it('is looked for once, where its folder is not there', () => {
    assert.equal(mayExist(path.join(folder, 'none', 'policy.json')), false)
    assert.equal(mayExist(path.join(folder, 'policy.json')), true)
    writeFileSync(path.join(folder, 'file'), '')
    assert.equal(mayExist(path.join(folder, 'file/under/policy.json')), true, 'what cannot be looked at may be there')
  })

  it('is not a folder, nor larger than any policy is', async () => {
    const file = path.join(folder, 'policy.json')
    mkdirSync(file)
    await assert.rejects(readPolicy(file, {}), {code: 'POLICY_UNREADABLE', exit: 78})
    rmSync(file, {recursive: true})
    writeFileSync(file, JSON.stringify({$schema: 'x'.repeat(300_000)}))
    await assert.rejects(readPolicy(file, {}), {code: 'POLICY_INVALID', exit: 78})
  })

  it('is refused when a user could have written it', async () => {
    const file = path.join(folder, 'policy.json')
    symlinkSync('/etc/hostname', file)
    const roots = [0]
    const real = await import('../../../src/policy/trust.ts')
    await assert.rejects(readPolicy(file, {view: {...real.realView(), roots}}), {code: 'POLICY_UNTRUSTED', exit: 78})
  })
})
