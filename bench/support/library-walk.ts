/**
 * What bench/decode.ts measures as the library alone: every advert of a capture is found and its checksum verified.
 */
import { walkAdvertisements } from '../../lib/capture/index.ts'

const sums = { right: 0, wrong: 0 }
walkAdvertisements(process.argv[2] ?? '', advertisement => {
  if (advertisement.checksumForm() === undefined) sums.wrong++
  else sums.right++
  return undefined
})
console.log(`${sums.right} right, ${sums.wrong} wrong`)
