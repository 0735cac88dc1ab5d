import type {LoginOptions} from '@superset/identity'
import type {Binding} from '../model.ts'
import type {PortHolder, LoginPorts, LoginRequest} from './ports.ts'
import {otherAccount} from './problems.ts'

/** Whom a new credential belongs to. */
type CurrentAccount = Pick<Binding, 'account' | 'issuer' | 'subject' | 'subjectFrom'> & {
  /** As the API knows the person, whatever an ID token says. */
  readonly apiSubject?: string | undefined
}

/**
 * Row 83: a profile is one account. Another one takes its place with `--replace`, or when a person says so.
 * @throws Problem AUTH_OTHER_ACCOUNT (77)
 */
export async function allowChange(
  request: LoginRequest,
  options: Pick<LoginOptions, 'replace'>,
  signedIn: CurrentAccount,
  ports: Pick<LoginPorts, 'confirm' | 'holder'>,
): Promise<void> {
  const holder = await ports.holder()
  if (!holder || options.replace === true || !isOther(holder, signedIn)) return
  const [signedInAs, profileIs] = [nameOf(signedIn), nameOf(holder)]
  const question = `Signed in as ${signedInAs}, profile "${request.profile}" is ${profileIs}. Replace it?`
  if (request.interactive && (await ports.confirm(question))) return
  throw otherAccount(signedInAs, profileIs)
}

/**
 * Subjects are unique within an issuer only (OpenID Connect Core 2), and compared with their like: what an ID token calls
 * a person may be known to that client alone (pairwise, 8). Else the account's name must do.
 */
function isOther(holder: PortHolder, signedIn: CurrentAccount): boolean {
  const {account, subject, subjectFrom} = holder
  const likewise = subjectFrom === signedIn.subjectFrom ? signedIn.subject : subjectFrom && signedIn.apiSubject
  if (holder.issuer === signedIn.issuer && subject !== undefined && likewise !== undefined) return subject !== likewise
  return account !== undefined && account !== signedIn.account
}

function nameOf({account, subject}: {readonly account?: string; readonly subject?: string}): string {
  return account ?? subject ?? 'somebody else'
}
