import {describeReaders} from '../../packages/plugin-auth/test/keychain/readers.ts'

describeReaders(100)
