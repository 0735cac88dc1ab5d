import {createHash, generateKeyPairSync, sign} from 'node:crypto'
import {initializeCA, initializeCTLog, initializeTLog} from '@sigstore/mock'

/** Who signs, and what is said to have been built. */
export interface Build {
  readonly name: string
  readonly version: string
  /** sha512, hex. */
  readonly digest: string
  readonly repository?: string
  /** What the certificate says, where that is something else. */
  readonly certified?: string
  readonly builder?: string
  readonly issuer?: string
}

const TYPE = 'application/vnd.in-toto+json'
const SLSA = 'https://slsa.dev/provenance/v1'
export const ACME = 'https://github.com/acme/hello'
export const BUILDER = 'https://github.com/actions/runner/github-hosted'
const GITHUB = 'https://token.actions.githubusercontent.com'

type Authority = Awaited<ReturnType<typeof initializeCA>>
type CertificateLog = Awaited<ReturnType<typeof initializeCTLog>>
type Log = Awaited<ReturnType<typeof initializeTLog>>

/** As Rekor answers. */
interface Entry {
  readonly body: string
  readonly integratedTime: number
  readonly logID: string
  readonly logIndex: number
  readonly verification?: {readonly signedEntryTimestamp: string}
}

/** A certification authority and logs of a test's own, as those of Sigstore, that sign provenance. */
export class LocalSigstore {
  readonly #ca: Authority
  readonly #ctLog: CertificateLog
  readonly #tLog: Log

  private constructor(ca: Authority, ctLog: CertificateLog, tLog: Log) {
    this.#ca = ca
    this.#ctLog = ctLog
    this.#tLog = tLog
  }

  static async create(): Promise<LocalSigstore> {
    const keys = (namedCurve: string) => generateKeyPairSync('ec', {namedCurve})
    const ctLog = await initializeCTLog(keys('P-256'))
    const ca = await initializeCA(keys('P-384'), ctLog)
    return new LocalSigstore(ca, ctLog, await initializeTLog('https://rekor.example', keys('P-256')))
  }

  /** A `trusted_root.json` with nobody else in it. */
  trustedRoot(): string {
    const log = (publicKey: Buffer, baseUrl: string) => ({
      baseUrl,
      hashAlgorithm: 'SHA2_256',
      publicKey: {
        rawBytes: publicKey.toString('base64'),
        keyDetails: 'PKIX_ECDSA_P256_SHA_256',
        validFor: {start: '2020-01-01T00:00:00.000Z'},
      },
      logId: {keyId: createHash('sha256').update(publicKey).digest('base64')},
    })
    return JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [log(this.#tLog.publicKey, 'https://rekor.example')],
      ctlogs: [log(this.#ctLog.publicKey, 'https://ctlog.example')],
      certificateAuthorities: [
        {
          subject: {organization: 'sigstore.mock', commonName: 'sigstore'},
          uri: 'https://fulcio.example',
          certChain: {certificates: [{rawBytes: base64(this.#ca.rootCertificate)}]},
          validFor: {start: '2020-01-01T00:00:00.000Z'},
        },
      ],
      timestampAuthorities: [],
    })
  }

  /** What a registry answers under `/-/npm/v1/attestations/…`. */
  async attest(build: Build): Promise<string> {
    return JSON.stringify({attestations: [{predicateType: SLSA, bundle: await this.#bundle(build)}]})
  }

  async #bundle(build: Build): Promise<object> {
    const {certified = build.repository ?? ACME, issuer = GITHUB} = build
    const {privateKey, publicKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
    const certificate = await this.#ca.issueCertificate({
      publicKey: new Uint8Array(publicKey.export({format: 'der', type: 'spki'})),
      subjectAltName: `${certified}/.github/workflows/release.yml@refs/heads/main`,
      extensions: [
        {oid: '1.3.6.1.4.1.57264.1.8', value: issuer},
        {oid: '1.3.6.1.4.1.57264.1.12', value: certified},
      ],
    })
    const payload = Buffer.from(JSON.stringify(statement(build)))
    const signature = sign('sha256', preAuthentication(payload), privateKey).toString('base64')
    const pem = `-----BEGIN CERTIFICATE-----\n${base64(certificate)}\n-----END CERTIFICATE-----\n`
    const logged = await this.#tLog.log({
      apiVersion: '0.0.1',
      kind: 'dsse',
      spec: {
        payloadHash: {algorithm: 'sha256', value: createHash('sha256').update(payload).digest('hex')},
        signatures: [{signature, verifier: Buffer.from(pem).toString('base64')}],
      },
    })
    const [entry] = Object.values(logged as Record<string, Entry>)
    if (!entry?.verification) throw new Error('it was not logged')
    return {
      mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
      verificationMaterial: {
        x509CertificateChain: {certificates: [{rawBytes: base64(certificate)}]},
        tlogEntries: [
          {
            logIndex: String(entry.logIndex),
            logId: {keyId: Buffer.from(entry.logID, 'hex').toString('base64')},
            kindVersion: {kind: 'dsse', version: '0.0.1'},
            integratedTime: String(entry.integratedTime),
            inclusionPromise: {signedEntryTimestamp: entry.verification.signedEntryTimestamp},
            canonicalizedBody: entry.body,
          },
        ],
      },
      dsseEnvelope: {payload: payload.toString('base64'), payloadType: TYPE, signatures: [{sig: signature, keyid: ''}]},
    }
  }
}

function statement({builder = BUILDER, digest, name, repository = ACME, version}: Build): object {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{name: `pkg:npm/${name.replace('@', '%40')}@${version}`, digest: {sha512: digest}}],
    predicateType: SLSA,
    predicate: {
      buildDefinition: {externalParameters: {workflow: {repository, ref: 'refs/heads/main'}}},
      runDetails: {builder: {id: builder}},
    },
  }
}

/** DSSE: what is really signed. */
function preAuthentication(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${TYPE.length} ${TYPE} ${payload.length} `), payload])
}

function base64({buffer, byteLength, byteOffset}: ArrayBufferView): string {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64')
}
