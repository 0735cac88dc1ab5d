import {startSandbox} from '@superset/sandbox'
import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {proxiesAt} from '../support/proxies.ts'
import {APPROVE, sandboxEnvironment, setExpiry, signIn} from '../support/signed-in.ts'
import {Certificates, deadPort, http, https, tcp} from '../../packages/plugin-auth/test/network/loopback-servers.ts'
import {type BrokenEnvironment, type Surroundings, type Variables, withKey} from './broken-environment.ts'

const ELSEWHERE = 'https://api.example.test'

/** A proxy that answers this to whoever asks it for a tunnel. */
async function tunnelAnswering({stack}: Surroundings, status: number): Promise<Variables> {
  const proxy = stack.use(
    await tcp((socket) => void socket.once('data', () => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`))),
  )
  return proxiesAt(`http://127.0.0.1:${proxy.port}`)
}

async function certified({stack}: Surroundings, days: number): Promise<Variables> {
  const certificates = stack.use(new Certificates())
  const made = certificates.make('api', {subject: 'api', names: 'IP:127.0.0.1', days})
  const server = stack.use(await https(made, (_request, response) => response.end('{}')))
  return {
    SUPERSET_API_URL: `https://127.0.0.1:${server.port}`,
    ...(days < 0 && {SUPERSET_CA_FILE: made.file}),
  }
}

const WAY: readonly BrokenEnvironment[] = [
  {
    name: 'a certificate file that is not there',
    cause: ['certificates', /^SUPERSET_CA_FILE names \/nonexistent\.pem/],
    make: (around) => withKey(around, {SUPERSET_CA_FILE: '/nonexistent.pem'}),
  },
  {
    name: 'a certificate file without certificates',
    cause: ['certificates', /holds no PEM certificate/],
    make: (around) => withKey(around, {SUPERSET_CA_FILE: APPROVE}),
  },
  {
    name: 'certificates that nobody checks',
    cause: ['certificates', /^NODE_TLS_REJECT_UNAUTHORIZED=0 is set/],
    make: (around) =>
      withKey(around, {
        SUPERSET_API_URL: ELSEWHERE,
        NODE_TLS_REJECT_UNAUTHORIZED: '0',
        ...proxiesAt('http://127.0.0.1:9'),
      }),
  },
  {
    name: 'a SOCKS proxy',
    cause: ['proxy', /^SOCKS proxies are not supported \(https_proxy\)/],
    make: (around) => withKey(around, {SUPERSET_API_URL: ELSEWHERE, ...proxiesAt('socks5://127.0.0.1:9')}),
  },
  {
    name: 'a proxy that is no address',
    cause: ['proxy', /^https_proxy is not the address/],
    make: (around) => withKey(around, {SUPERSET_API_URL: ELSEWHERE, ...proxiesAt('ftp://x')}),
  },
  {
    name: 'a proxy where nobody listens',
    cause: ['network', /^Proxy 127\.0\.0\.1:\d+ \(from https_proxy\) is not reachable/],
    make: async (around) =>
      withKey(around, {SUPERSET_API_URL: ELSEWHERE, ...proxiesAt(`http://127.0.0.1:${await deadPort()}`)}),
  },
  {
    name: 'a proxy that wants to know who asks',
    cause: ['network', /requires authentication/],
    make: async (around) => withKey(around, {SUPERSET_API_URL: ELSEWHERE, ...(await tunnelAnswering(around, 407))}),
  },
  {
    name: 'a proxy that refuses',
    cause: ['network', /refused: 403/],
    make: async (around) => withKey(around, {SUPERSET_API_URL: ELSEWHERE, ...(await tunnelAnswering(around, 403))}),
  },
  {
    name: 'a name that cannot be looked up',
    // Longer than any label may be: it is refused here, and nobody is asked.
    cause: ['dns', /^The name a+\.test cannot be looked up/],
    make: (around) => withKey(around, {SUPERSET_API_URL: `https://${'a'.repeat(64)}.test`}),
  },
  {
    name: 'an API where nobody listens',
    cause: ['network', /the connection was refused/],
    make: async (around) => withKey(around, {SUPERSET_API_URL: `http://127.0.0.1:${await deadPort()}`}),
  },
  {
    name: 'an address at which something else answers',
    cause: ['network', /is not the service's API/],
    async make(around) {
      const server = around.stack.use(await http((_request, response) => response.writeHead(404).end('<html>')))
      return withKey(around, {SUPERSET_API_URL: `http://127.0.0.1:${server.port}`})
    },
  },
  {
    name: 'a service that is down',
    cause: ['network', /temporarily unavailable \(HTTP 503/],
    make(around) {
      around.sandbox.faults.api.add({times: 9, answer: {status: 503, body: 'down'}})
      return withKey(around)
    },
  },
  {
    name: 'https where plain http is spoken',
    cause: ['network', /does not speak TLS/],
    make: (around) => withKey(around, {SUPERSET_API_URL: around.sandbox.url.replace('http:', 'https:')}),
  },
  {
    name: 'a certificate of an authority that is unknown here',
    cause: ['network', /unknown here/],
    make: async (around) => withKey(around, await certified(around, 2)),
  },
  {
    name: 'a certificate that has expired',
    cause: ['network', /it expired on/],
    make: async (around) => withKey(around, await certified(around, -1)),
  },
  {
    name: 'a clock that is three days behind',
    cause: ['clock', /clock is 3 days behind that of/],
    kind: true,
    make(around) {
      const date = new Date(Date.now() + 3 * 86_400_000).toUTCString()
      const body = {result: {data: {json: {}}}}
      around.sandbox.faults.api.add({times: 1, answer: {status: 200, headers: {date}, body}})
      return withKey(around)
    },
  },
]

const SESSION: readonly BrokenEnvironment[] = [
  {
    name: 'nobody is signed in',
    cause: ['session', /^Not signed in\.$/],
    make: ({sandbox}) => sandboxEnvironment(sandbox),
  },
  {
    name: 'an issuer where nobody listens',
    cause: ['issuer', /^Cannot reach 127\.0\.0\.1 \(connection refused\)/],
    make: async ({sandbox}) => ({
      ...sandboxEnvironment(sandbox),
      SUPERSET_ISSUER: `http://127.0.0.1:${await deadPort()}`,
    }),
  },
  {
    name: 'an issuer that is none',
    cause: ['issuer', /publishes no OpenID or OAuth metadata/],
    async make({sandbox, stack}) {
      const server = stack.use(await http((_request, response) => response.writeHead(404).end()))
      return {...sandboxEnvironment(sandbox), SUPERSET_ISSUER: `http://127.0.0.1:${server.port}`}
    },
  },
  {
    name: 'a session that has ended, and cannot be renewed',
    cause: ['session', /./],
    async make(around) {
      const env = await signIn(around.home, around.sandbox, 'file')
      await setExpiry(around.home, Date.now() - 3_600_000)
      const file = path.join(around.home.superset, 'config.json')
      const config = JSON.parse(await readFile(file, 'utf8')) as {auth: {refreshToken?: string}}
      delete config.auth.refreshToken
      await writeFile(file, JSON.stringify(config))
      return env
    },
  },
  {
    name: 'a session of another API',
    cause: ['session', /^You are signed in to \S+, but SUPERSET_API_URL names /],
    async make({home, sandbox, stack}) {
      const env = await signIn(home, sandbox, 'file')
      return {...env, ...sandboxEnvironment(stack.use(await startSandbox()))}
    },
  },
  {
    name: 'an API key that is not valid',
    cause: ['access', /^The API key \(from SUPERSET_API_KEY\) is not valid/],
    kind: true,
    make: (around) => withKey(around, {SUPERSET_API_KEY: 'sk_live_00000000000000000000000000000000'}),
  },
  {
    name: 'an organization that there is not',
    cause: ['access', /nope/],
    make: (around) => withKey(around, {SUPERSET_ORGANIZATION_ID: 'nope'}),
  },
]

/** What can be wrong between a machine and the service, and with who is signed in. */
export const BROKEN_WAYS = [...WAY, ...SESSION]
