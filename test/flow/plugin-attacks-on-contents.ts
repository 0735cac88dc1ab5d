import {LocalSigstore} from '../support/sigstore.ts'
import {answerTwice, type Attack, SIGNATURES as signatures, swapTarball} from './plugin-attack.ts'
import {makeKey, publicPart} from './plugin-stage.ts'

const YESTERDAY = (): string => new Date(Date.now() - 24 * 60 * 60 * 1000).toISOString()
const provenance = {code: 'POLICY_REFUSED', key: 'plugins.provenance'}

/** On what is offered under the right name. */
export function attacksOnContents(): readonly Attack[] {
  return [...contents(), ...signed(), ...built()]
}

/** The registry, or who stands between, gives something else than it says. */
function contents(): readonly Attack[] {
  return [
    {by: 'a tarball that was swapped', first: true, prepare: swapTarball, code: 'PLUGIN_TAMPERED'},
    {
      by: 'an answer to npm that differs from the one that is checked',
      first: true,
      prepare: answerTwice,
      code: 'PLUGIN_TAMPERED',
    },
    {
      by: 'an integrity that was changed along with the tarball',
      first: true,
      async prepare(stage) {
        await stage.offer()
        const tarball = swapTarball(stage)
        stage.registry.alter = ({versions}) => void Object.assign(versions['1.0.0']?.dist ?? {}, {integrity: tarball})
      },
      ...signatures,
    },
    {
      by: 'a package without an integrity',
      first: true,
      async prepare(stage) {
        await stage.offer()
        stage.registry.alter = ({versions}) => void delete versions['1.0.0']?.dist['integrity']
      },
      code: 'PLUGIN_NO_INTEGRITY',
    },
    {
      by: 'the entry of another package under its name',
      async prepare(stage) {
        await stage.offer()
        stage.registry.alter = ({versions}, isForNpm) =>
          !isForNpm && void Object.assign(versions['1.0.0'] ?? {}, {name: '@acme/other'})
      },
      code: 'PLUGIN_NO_VERSION',
    },
    {
      by: 'a dist-tag that was moved to a version nobody signed',
      async prepare(stage) {
        await stage.offer()
        await stage.offer({version: '1.1.0', signed: false})
      },
      ...signatures,
    },
    {
      by: 'a version of yesterday',
      first: true,
      prepare: (stage) => stage.offer({time: YESTERDAY()}),
      code: 'PLUGIN_NO_VERSION',
    },
    {
      by: 'a version of which the registry tells npm another day',
      async prepare(stage) {
        await stage.offer({time: YESTERDAY()})
        stage.registry.alter = ({time}, isForNpm) => void (isForNpm && (time['1.0.0'] = '2020-01-01T00:00:00.000Z'))
      },
      code: 'POLICY_REFUSED',
      key: 'plugins.minimumAgeDays',
    },
  ]
}

function signed(): readonly Attack[] {
  const other = makeKey('SHA256:other')
  return [
    {by: 'no signature', prepare: (stage) => stage.offer({signed: false}), ...signatures},
    {by: 'a signature with an unknown key', prepare: (stage) => stage.offer({key: other}), ...signatures},
    {
      by: 'a signature with another key under the name of the pinned one',
      first: true,
      prepare: (stage) => stage.offer({key: {...other, keyid: stage.key.keyid}}),
      ...signatures,
    },
    {
      by: 'the signature of another version',
      prepare: (stage) => stage.offer({signed: (text) => text.replace('@1.0.0:', '@0.9.0:')}),
      ...signatures,
    },
    {
      by: 'a signature with a key that had expired',
      policy: (stage) =>
        stage.strict({signatures: {keys: [{...publicPart(stage.key), expires: '2019-01-01T00:00:00.000Z'}]}}),
      prepare: (stage) => stage.offer(),
      ...signatures,
    },
  ]
}

function built(): readonly Attack[] {
  return [
    {by: 'no provenance', prepare: (stage) => stage.offer({provenance: false}), ...provenance},
    {
      by: 'provenance of another repository',
      prepare: (stage) => stage.offer({provenance: {repository: 'https://github.com/evil/hello'}}),
      ...provenance,
    },
    {
      by: 'provenance that claims the repository, signed by a workflow of another',
      first: true,
      prepare: (stage) => stage.offer({provenance: {certified: 'https://github.com/evil/hello'}}),
      ...provenance,
    },
    {
      by: 'provenance of another repository, signed by a workflow of the right one',
      prepare: (stage) =>
        stage.offer({
          provenance: {repository: 'https://github.com/evil/hello', certified: 'https://github.com/acme/hello'},
        }),
      ...provenance,
    },
    {
      by: 'provenance of other contents',
      first: true,
      prepare: (stage) => stage.offer({provenance: {digest: 'ab'.repeat(64)}}),
      ...provenance,
    },
    {
      by: 'provenance of another version',
      prepare: (stage) => stage.offer({provenance: {version: '0.9.0'}}),
      ...provenance,
    },
    {
      by: 'provenance of another builder',
      prepare: (stage) => stage.offer({provenance: {builder: 'https://evil.example/builder'}}),
      ...provenance,
    },
    {
      by: 'provenance with a token of another issuer',
      prepare: (stage) => stage.offer({provenance: {issuer: 'https://login.evil.example'}}),
      ...provenance,
    },
    {
      by: 'provenance under other certification authorities and logs',
      first: true,
      prepare: async (stage) => stage.offer({provenance: {by: await LocalSigstore.create()}}),
      ...provenance,
    },
  ]
}
