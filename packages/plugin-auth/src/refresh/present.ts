import {isProblem} from '@superset/identity'
import type {Change} from '../ledger/ledger.ts'
import type {Stored} from '../model.ts'
import {classifyFailure, classifyPreparation, isTransportFailure} from './classify-failure.ts'
import {classify, type Failed, type Verdict} from './classify.ts'
import {type Manner, otherManner, refreshForm, usualManner} from './form.ts'
import {keep, keepRest} from './keep.ts'
import {sameGeneration, type Endpoints, type RefreshOutcome, type RefreshPorts} from './ports.ts'

const TRIES = 3
/** G1: a refusal that gives no reason is asked again, but not before this. */
const REFUSAL_WITHOUT_REASON_MS = 15 * 60_000

/** Presents the claimed generation: pre-flight, one request (more only where nothing can have been spent), outcome. */
export async function present(stored: Stored, ports: RefreshPorts): Promise<RefreshOutcome> {
  const tokens = stored.credential.kind === 'oauth' ? stored.credential.tokens : undefined
  if (!tokens?.refreshToken) return 'not-allowed'
  const rest = ports.ledger.issuerRest(stored.binding.issuer, ports.now())
  if (rest?.reason) return conclude({kind: 'untouched', again: false, reason: rest.reason}, stored, ports)
  const prepared = await prepare(stored, ports)
  if ('kind' in prepared) return conclude(prepared, stored, ports)
  // Held until the answer is stored: the store saves into the space that it reserved.
  await using _space = prepared.space
  const {endpoints} = prepared
  const request = {...stored, binding: {...stored.binding, ...endpoints}}
  for (let tryNumber = 1; ; tryNumber++) {
    const verdict = await askAsAllowed(request, tokens.refreshToken, endpoints, ports)
    if (verdict.kind === 'overtaken') return stepBack(verdict.by, stored, ports)
    if (verdict.kind === 'tokens') return await keep(verdict.body, stored, ports)
    if (verdict.kind === 'spent') return await keepRest(verdict, tokens, stored, ports)
    if (verdict.kind !== 'untouched' || !verdict.again || tryNumber === TRIES) return conclude(verdict, stored, ports)
    ports.ledger.record(stored.generation, {phase: 'untouched'}, ports.now())
    await ports.sleep(backOffMs(tryNumber, verdict.wholeIssuer === true, ports.random()))
  }
}

/** All that can fail before a byte is sent: storage first, because it costs the server nothing. */
async function prepare(
  stored: Stored,
  ports: RefreshPorts,
): Promise<Failed | {readonly endpoints: Endpoints; readonly space: AsyncDisposable}> {
  let space: AsyncDisposable | undefined
  try {
    space = await ports.store.preflight()
    return {endpoints: await ports.discover(), space}
  } catch (error) {
    await space?.[Symbol.asyncDispose]()
    return classifyPreparation(error, stored.binding)
  }
}

/** Quick for a network that stumbled; 1, 2, 4 s (row 20) for a server that asked for quiet. */
function backOffMs(tryNumber: number, rateLimited: boolean, random: number): number {
  const base = rateLimited ? 1000 : 250
  return base * 2 ** (tryNumber - 1) * (0.75 + random / 2)
}

/** Rows 8 and 9: what the issuer does not want to hear, or wants to hear, is left out, or said, once. */
async function askAsAllowed(stored: Stored, token: string, endpoints: Endpoints, ports: RefreshPorts) {
  const usual = usualManner(stored.binding)
  const verdict = await askOrFollow(stored, token, endpoints, usual, ports)
  if (verdict.kind !== 'untouched' || !verdict.refused) return verdict
  const other = otherManner(verdict.refused, usual, stored.binding)
  if (!other) return verdict
  ports.ledger.record(stored.generation, {phase: 'untouched'}, ports.now())
  return askOrFollow(stored, token, endpoints, other, ports)
}

/** Row 16: a token endpoint that is gone may have moved. The issuer's metadata, read anew once, says where to. */
async function askOrFollow(stored: Stored, token: string, endpoints: Endpoints, manner: Manner, ports: RefreshPorts) {
  const form = refreshForm(stored.binding, token, manner)
  const verdict = await ask(stored, form, endpoints, ports)
  if (verdict.kind !== 'untouched' || !verdict.endpointMissing) return verdict
  ports.ledger.record(stored.generation, {phase: 'untouched'}, ports.now())
  const found = await rediscover(ports)
  if (!found || found.tokenEndpoint === endpoints.tokenEndpoint) return verdict
  return ask({...stored, binding: {...stored.binding, ...found}}, form, found, ports)
}

async function rediscover(ports: RefreshPorts): Promise<Endpoints | undefined> {
  try {
    return await ports.discover(true)
  } catch (error) {
    // No metadata to be had: that the endpoint is missing is the news then.
    if (isProblem(error) || isTransportFailure(error)) return undefined
    throw error
  }
}

/** What is stored is not what was claimed any more. */
interface Overtaken {
  readonly kind: 'overtaken'
  readonly by: 'newer session' | 'sign-out'
}

async function ask(
  stored: Stored,
  form: Readonly<Record<string, string>>,
  endpoints: Endpoints,
  ports: RefreshPorts,
): Promise<Overtaken | Verdict> {
  const {binding, generation} = stored
  const state: {overtaken?: Overtaken; sent?: true} = {}
  try {
    return classify(
      await ports.post({
        url: endpoints.tokenEndpoint,
        form,
        // Finding and reaching the server takes its time, and a program that knows no lock of ours may have refreshed
        // this very token meanwhile: to present it now would be the replay. What remains is the way to the server.
        async onConnected() {
          const head = await ports.store.head()
          if (!head || !sameGeneration(head.generation, generation)) {
            state.overtaken = {kind: 'overtaken', by: head ? 'newer session' : 'sign-out'}
            throw new Error('not sent: the session was replaced')
          }

          ports.ledger.sent(generation, ports.now())
          state.sent = true
        },
      }),
      binding,
      [form['refresh_token'] ?? ''],
    )
  } catch (error) {
    if (state.overtaken) return state.overtaken
    // The store could not be read any more, or a setting of the network makes no sense.
    if (isProblem(error) && !state.sent) return classifyPreparation(error, binding)
    if (isTransportFailure(error)) return classifyFailure(error, binding, clockOffsetOf(stored))
    throw error
  }
}

/** Nothing was sent: whoever replaced or removed the session has the last word. */
function stepBack(by: Overtaken['by'], {generation}: Stored, ports: RefreshPorts): RefreshOutcome {
  ports.ledger.record(generation, {phase: 'untouched'}, ports.now())
  return by === 'sign-out' ? 'signed-out' : 'adopted'
}

function clockOffsetOf({credential}: Stored): number {
  return credential.kind === 'oauth' ? credential.tokens.clockOffsetMs : 0
}

/** Writes down what is known of the generation, for this run's waiting siblings and for every later run. */
function conclude(verdict: Failed, stored: Stored, ports: RefreshPorts): RefreshOutcome {
  const now = ports.now()
  ports.ledger.record(stored.generation, toChange(verdict, now), now)
  if (verdict.kind === 'untouched' && verdict.wholeIssuer && verdict.notBeforeMs !== undefined) {
    ports.ledger.restIssuer(stored.binding.issuer, now + verdict.notBeforeMs, verdict.reason)
  }

  return 'failed'
}

function toChange(verdict: Failed, now: number): Change {
  const {reason} = verdict
  switch (verdict.kind) {
    case 'spent':
      return {phase: 'answered', reason}
    case 'refused':
      return {phase: 'refused', reason, notBefore: verdict.final ? undefined : now + REFUSAL_WITHOUT_REASON_MS}
    case 'untouched':
      return {
        phase: 'untouched',
        reason,
        notBefore: verdict.notBeforeMs === undefined ? undefined : now + verdict.notBeforeMs,
      }
    case 'ambiguous':
    case 'uncertain':
      return {phase: verdict.kind, reason}
  }
}
