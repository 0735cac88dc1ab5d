import assert from 'node:assert/strict'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {
  Certificates,
  connectProxy,
  deadPort,
  https,
  type Listening,
} from '../../packages/plugin-auth/test/network/loopback-servers.ts'
import {Stage, type StageOptions} from './stage.ts'

/** No name server is asked for it: a label of more than 63 letters cannot even be put into a question. */
const NOT_A_NAME = `${'a'.repeat(64)}.invalid`
/** Documentation addresses (RFC 5737): connected to by nobody here, for something refuses beforehand. */
const ELSEWHERE = '192.0.2.1'

interface Expected {
  readonly exit: number
  readonly code: string
  readonly message: RegExp
  readonly suggestion?: RegExp
}

/** Network faults before a byte of the request has left: whatever they are, the refresh token is not spent. */
describe('network faults of the token endpoint', () => {
  let folder: string
  let certificates: Certificates
  let unknown: Listening
  let expired: Listening
  let misnamed: Listening
  let requests = 0

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'network-faults-'))
    certificates = new Certificates()
    const serve = async (name: string, names: string, days = 2) => {
      const certificate = certificates.make(name, {subject: `${name} authority`, names, days})
      return {server: await https(certificate, (_request, response) => void (requests++, response.end())), certificate}
    }

    const [first, second, third] = [
      await serve('Corporate', 'IP:127.0.0.1'),
      await serve('Expired', 'IP:127.0.0.1', -1),
      await serve('Misnamed', 'DNS:other.test'),
    ]
    ;[unknown, expired, misnamed] = [first.server, second.server, third.server]
    // Those two are trusted, so that only their dates and names are at fault.
    const file = path.join(folder, 'authorities.pem')
    await writeFile(
      file,
      Buffer.concat([await readFile(second.certificate.file), await readFile(third.certificate.file)]),
    )
    process.env['SUPERSET_CA_FILE'] = file
  })

  after(async () => {
    delete process.env['SUPERSET_CA_FILE']
    for (const server of [unknown, expired, misnamed]) await server[Symbol.asyncDispose]()
    certificates[Symbol.dispose]()
    await rm(folder, {recursive: true})
  })

  afterEach(() => {
    delete process.env['HTTPS_PROXY']
  })

  function both(title: string, at: () => Promise<StageOptions> | StageOptions, expected: () => Expected): void {
    it(`${title}, valid token: exit 0`, async () => {
      await using stage = await Stage.open('valid', await at())
      const before = await stage.records()
      const {exit, token, status} = await stage.run()
      assert.deepEqual([exit, token, status], [0, 'access-1', 200])
      assert.deepEqual(await stage.records(), before)
      assert.deepEqual([stage.presented, requests], [[], 0])
    })

    it(`${title}, expired token: exit ${expected().exit}, twice, and the session is kept`, async () => {
      await using stage = await Stage.open('expired', await at())
      const before = await stage.records()
      const {code, exit, message, suggestion = /./} = expected()
      for (let run = 0; run < 2; run++) {
        const ran = await stage.run()
        assert.deepEqual([ran.exit, ran.problem?.code], [exit, code], ran.problem?.message)
        assert.match(ran.problem?.message ?? '', message)
        assert.match(ran.problem?.suggestions.join(' ') ?? '', suggestion)
      }

      assert.deepEqual(await stage.records(), before)
      assert.deepEqual([stage.presented, requests], [[], 0], 'nothing was sent')
      stage.endPauses()
      assert.equal(
        stage.withLedger((ledger) => ledger.prepare('SELECT presented FROM generation').get()?.['presented']),
        0,
      )
    })
  }

  const tokensAt = (tokenEndpoint: string): StageOptions => ({binding: () => ({tokenEndpoint})})

  both(
    'row 44: a token endpoint over http elsewhere',
    () => tokensAt(`http://${ELSEWHERE}/token`),
    () => ({exit: 78, code: 'TLS_INSECURE', message: /^http:\/\/192\.0\.2\.1 is not encrypted; nothing was sent\.$/}),
  )

  it('row 44: metadata of another issuer, valid and expired', async () => {
    for (const life of ['valid', 'expired'] as const) {
      await using stage = await Stage.open(life, {binding: () => ({tokenEndpoint: undefined})})
      stage.namedIssuer = 'https://evil.test'
      const {exit, problem} = await stage.run()
      assert.deepEqual([exit, stage.presented], [life === 'valid' ? 0 : 78, []])
      if (problem) assert.equal(problem.message, `Issuer mismatch: expected ${stage.url}, got https://evil.test.`)
    }
  })

  both(
    'row 45: the name cannot be resolved',
    () => tokensAt(`https://${NOT_A_NAME}/token`),
    () => ({
      exit: 75,
      code: 'NETWORK_UNREACHABLE',
      message: /^Cannot reach http:.* \(DNS\)\. You appear to be offline; session kept\./,
    }),
  )

  both(
    'row 46: connection refused',
    async () => tokensAt(`http://127.0.0.1:${await deadPort()}/token`),
    () => ({
      exit: 75,
      code: 'NETWORK_UNREACHABLE',
      message: /^Cannot reach http:.* \(connection refused\); session kept/,
    }),
  )

  both(
    'row 48: a certificate of an unknown authority',
    () => tokensAt(`https://127.0.0.1:${unknown.port}/token`),
    () => ({
      exit: 78,
      code: 'TLS_UNTRUSTED',
      message: /^Certificate of 127\.0\.0\.1 is signed by Corporate authority, unknown here\. Corporate proxy\?$/,
      suggestion: /NODE_EXTRA_CA_CERTS or SUPERSET_CA_FILE, or add it to the system store/,
    }),
  )

  both(
    'row 49: an expired certificate',
    () => ({...tokensAt(`https://127.0.0.1:${expired.port}/token`), tokens: {clockOffsetMs: 60_000}}),
    () => ({
      exit: 78,
      code: 'TLS_INVALID',
      message:
        /^Certificate of 127\.0\.0\.1 is not valid: it expired on .*\. Your clock was 1 min off at the last refresh\.$/,
      suggestion: /Check the clock/,
    }),
  )

  both(
    'row 49: a certificate for another name',
    () => tokensAt(`https://127.0.0.1:${misnamed.port}/token`),
    () => ({exit: 78, code: 'TLS_INVALID', message: /it is for other\.test, not for 127\.0\.0\.1\.$/}),
  )

  both(
    'row 51: a proxy that cannot be reached',
    async () => {
      process.env['HTTPS_PROXY'] = `http://ann:secret@127.0.0.1:${await deadPort()}`
      return tokensAt(`https://${ELSEWHERE}/token`)
    },
    () => ({
      exit: 75,
      code: 'NETWORK_PROXY',
      message: /^Proxy 127\.0\.0\.1:\d+ \(from HTTPS_PROXY\) is not reachable; session kept\./,
    }),
  )

  it('row 17: a proxy that wants a password, valid and expired', async () => {
    await using proxy = await connectProxy(unknown.port, {status: 407})
    process.env['HTTPS_PROXY'] = `http://127.0.0.1:${proxy.port}`
    for (const life of ['valid', 'expired'] as const) {
      await using stage = await Stage.open(life, tokensAt(`https://${ELSEWHERE}/token`))
      const {exit, problem} = await stage.run()
      assert.deepEqual([exit, stage.presented], [life === 'valid' ? 0 : 78, []])
      const named = `Your proxy 127.0.0.1:${proxy.port} (from HTTPS_PROXY) requires authentication.`
      if (problem) assert.equal(problem.message, named)
    }

    assert.deepEqual(new Set(proxy.asked), new Set([`${ELSEWHERE}:443`]))
  })

  it('row 51b: a proxy is named, and loopback does not go through it', async () => {
    await using proxy = await connectProxy(unknown.port)
    process.env['HTTPS_PROXY'] = `http://127.0.0.1:${proxy.port}`
    await using stage = await Stage.open('expired')
    assert.equal((await stage.run()).token, 'access-2')
    assert.equal(proxy.connections(), 0)
  })
})
