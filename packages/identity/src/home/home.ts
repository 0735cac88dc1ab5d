export {type FileLock, openPrivately, tryFileLock} from './file-lock.ts'
export {giveBack, leftByRoot, ownerOf, refuseForeignHome, userName} from './ownership.ts'
export {isSameFolder} from './same-folder.ts'
export {replaceFile, type ReplaceOptions} from './replace-file.ts'
