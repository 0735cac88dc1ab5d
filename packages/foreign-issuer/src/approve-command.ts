import {approve, type Printer, runApprove} from '@superset/sandbox/loopback'
import {approveOidc} from './approve-oidc.ts'

/** Where the pages of the provider begin; any other address is the service's. */
const OWN_PAGES = ['/auth', '/device']

/**
 * The scripted browser as a program, for the pages of both: those of the OpenID provider and those of the service.
 * @returns the exit code, as `runApprove` of the sandbox does
 */
export function runApproveAnywhere(argv: readonly string[], print: Printer): Promise<number> {
  return runApprove(argv, print, async (address, settings) =>
    OWN_PAGES.includes(new URL(address).pathname)
      ? approveOidc(address, {...settings, email: settings.user.email})
      : approve(address, settings),
  )
}
