import {CASES, describeCases} from '../flow/token-endpoint-matrix.ts'

/** As test/flow/token-endpoint-faults.test.ts, every case by the detached helper. */
describe('token endpoint faults, answered to the detached helper', () => describeCases(CASES))
