/** Verifies a password, one time after the other, on one thread of plain Node. Arguments: bcrypt cost, seconds. Prints how many it did a second. */
import bcrypt from 'bcryptjs'

const [cost, seconds] = process.argv.slice(2).map(Number)
const hash = bcrypt.hashSync('password123', cost)

function rate (ms) {
  const start = performance.now()
  let count = 0
  while (performance.now() - start < ms) {
    bcrypt.compareSync('password123', hash)
    count++
  }
  return 1000 * count / (performance.now() - start)
}

// The first ones also compile it.
rate(500)
console.log(rate(seconds * 1000))
