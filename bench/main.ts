/**
 * Runs benchmarks by name, each in a process of its own: `npm run bench -- failover --kills 12`. Without a name it
 * lists them.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const directory = fileURLToPath(new URL('.', import.meta.url))
const benchmarks = readdirSync(directory)
  .filter(file => /^[a-z0-9-]+\.js$/.test(file) && file !== 'main.js')
  .map(file => file.slice(0, -3))
const [name, ...options] = process.argv.slice(2)

if (name === undefined) {
  console.log(`npm run bench -- NAME [OPTION...]\n\n${benchmarks.map(benchmark => `  ${benchmark}`).join('\n')}`)
} else if (benchmarks.includes(name)) {
  const { status } = spawnSync(process.execPath, [`${directory}${name}.js`, ...options], { stdio: 'inherit' })
  process.exitCode = status ?? 1
} else {
  console.error(`no benchmark '${name}'; there are: ${benchmarks.join(', ')}`)
  process.exitCode = 2
}
