import {generateKeyPairSync, type KeyObject, sign} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import path from 'node:path'
import {writePackage} from '../support/identity-plugin.ts'
import {PluginRuns} from '../support/plugin-runs.ts'
import {type PackageFiles, Registry} from '../support/registry.ts'
import {ACME, type Build, BUILDER, LocalSigstore} from '../support/sigstore.ts'

export const HELLO = '@acme/hello'

export interface Key {
  readonly keyid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** How a version is offered, where it is not as it should be. */
export interface Offer {
  readonly files?: PackageFiles
  readonly version?: string
  readonly time?: string
  /** `false`: not signed; a function: what is signed, in the place of `name@version:integrity`. */
  readonly signed?: false | ((text: string) => string)
  readonly key?: Key
  /** `false`: without provenance. */
  readonly provenance?: false | (Partial<Build> & {readonly by?: LocalSigstore})
}

/** A registry that signs, a Sigstore of its own, and a CLI whose policy wants both. */
export class PluginStage implements AsyncDisposable {
  readonly key = makeKey('SHA256:acme')
  readonly registry: Registry
  readonly sigstore: LocalSigstore
  readonly runs: PluginRuns

  private constructor(registry: Registry, sigstore: LocalSigstore, runs: PluginRuns) {
    this.registry = registry
    this.sigstore = sigstore
    this.runs = runs
  }

  static async create(): Promise<PluginStage> {
    const registry = await Registry.start()
    const stage = new PluginStage(registry, await LocalSigstore.create(), await PluginRuns.create(registry.url))
    await writeFile(stage.#trustRoot, stage.sigstore.trustedRoot())
    return stage
  }

  get #trustRoot(): string {
    return path.join(this.runs.folder, 'trusted_root.json')
  }

  /** Left behind by whatever code of a package runs. */
  get mark(): string {
    return path.join(this.runs.folder, 'mark')
  }

  strict(more: object = {}): object {
    return {
      allowed: [{name: '@acme/*'}],
      registries: [this.registry.url],
      minimumAgeDays: 7,
      signatures: {keys: [publicPart(this.key)]},
      provenance: {trustRoot: this.#trustRoot, repositories: [ACME], builders: [BUILDER]},
      ...more,
    }
  }

  /** A plugin whose every part leaves a mark. */
  files(name: string, version = '1.0.0', more: object = {}): PackageFiles {
    const leave = `require('node:fs').writeFileSync(${JSON.stringify(this.mark)}, '')`
    return {
      'package.json': JSON.stringify({
        ...{name, version, scripts: {postinstall: `node -e "${leave.replaceAll('"', "'")}"`}},
        oclif: {hooks: {init: './hook.js'}},
        ...more,
      }),
      'hook.js': `${leave}; exports.default = () => {}`,
    }
  }

  async offer({
    files,
    key = this.key,
    provenance = {},
    signed = (text) => text,
    time,
    version = '1.0.0',
  }: Offer = {}): Promise<void> {
    let published: {name: string; version: string; integrity: string} | undefined
    this.registry.publish(files ?? this.files(HELLO, version), {
      ...(time !== undefined && {time}),
      dist: (one) => {
        published = one
        const text = signed === false ? '' : signed(`${one.name}@${one.version}:${one.integrity}`)
        return {
          ...(signed !== false && {
            signatures: [{keyid: key.keyid, sig: sign('sha256', Buffer.from(text), key.privateKey).toString('base64')}],
          }),
          ...(provenance !== false && {
            attestations: {url: `https://elsewhere.example/${attestationsOf(one)}`, provenance: {predicateType: 'any'}},
          }),
        }
      },
    })
    if (provenance === false || !published) return
    const {by = this.sigstore, ...build} = provenance
    const digest = Buffer.from(published.integrity.slice('sha512-'.length), 'base64').toString('hex')
    this.registry.answers.set(
      attestationsOf(published),
      await by.attest({name: published.name, version: published.version, digest, ...build}),
    )
  }

  /** Packages and the list of plugins, as an installation leaves them. */
  async lay(packages: Readonly<Record<string, PackageFiles>>, list: string): Promise<void> {
    const {dataDir} = this.runs
    for (const [name, files] of Object.entries(packages))
      await writePackage(path.join(dataDir, 'node_modules', name), files)
    await writeFile(path.join(dataDir, 'package.json'), list)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runs[Symbol.asyncDispose]()
    await this.registry[Symbol.asyncDispose]()
  }
}

/** A plugin that does nothing. */
export function plain(name: string, more: object = {}, files: PackageFiles = {}): PackageFiles {
  return {'package.json': JSON.stringify({name, version: '1.0.0', oclif: {}, ...more}), ...files}
}

export function makeKey(keyid: string): Key {
  return {keyid, ...generateKeyPairSync('ec', {namedCurve: 'P-256'})}
}

export function publicPart({keyid, publicKey}: Key): {keyid: string; key: string} {
  return {keyid, key: publicKey.export({format: 'der', type: 'spki'}).toString('base64')}
}

function attestationsOf({name, version}: {readonly name: string; readonly version: string}): string {
  return `-/npm/v1/attestations/${name}@${version}`
}
