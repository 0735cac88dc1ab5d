import type {LoginOptions} from '@superset/identity'
import type {Binding} from '../model.ts'
import type {Holder, LoginPorts, LoginRequest} from './ports.ts'
import {otherAccount} from './problems.ts'

/**
 * Row 83: a profile is one account. Another one takes its place with `--replace`, or when a person says so.
 * @throws Problem AUTH_OTHER_ACCOUNT (77)
 */
export async function allowChange(
  request: LoginRequest,
  options: Pick<LoginOptions, 'replace'>,
  binding: Binding,
  ports: Pick<LoginPorts, 'confirm' | 'holder'>,
): Promise<void> {
  const holder = await ports.holder()
  if (!holder || options.replace === true || !isOther(holder, binding)) return
  const [signedInAs, profileIs] = [nameOf(binding), nameOf(holder)]
  const question = `Signed in as ${signedInAs}, profile "${request.profile}" is ${profileIs}. Replace it?`
  if (request.interactive && (await ports.confirm(question))) return
  throw otherAccount(signedInAs, profileIs)
}

/** Subjects are unique within an issuer only (OpenID Connect Core 2); across issuers the account's name must do. */
function isOther(holder: Holder, binding: Binding): boolean {
  const {account, subject} = holder
  if (holder.issuer === binding.issuer && subject !== undefined && binding.subject !== undefined)
    return subject !== binding.subject
  return account !== undefined && account !== binding.account
}

function nameOf({account, subject}: {readonly account?: string; readonly subject?: string}): string {
  return account ?? subject ?? 'somebody else'
}
