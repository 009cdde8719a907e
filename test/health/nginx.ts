/**
 * A real nginx on loopback, over HTTP and HTTPS, with a certificate made for it.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closedPort } from './servers.ts'

/** What nginx serves at `/`. */
export const PAGE = 'a page of nginx\n'

/** An nginx that runs. */
export interface RunningNginx {
  readonly http: number
  readonly https: number
  /** PEM files: its certificate, and a client's. */
  readonly certificate: string
  readonly key: string
}

/** Starts nginx; it ends with this process. At `/client` it wants a client certificate, at `/name` it answers with the server name of TLS. */
export async function startNginx(): Promise<RunningNginx> {
  const directory = mkdtempSync(join(tmpdir(), 'vrrp-ts-nginx-'))
  const certificate = join(directory, 'certificate.pem')
  const key = join(directory, 'key.pem')
  execFileSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=web.example -keyout ${key} -out ${certificate}`.split(
      ' ',
    ),
    { stdio: 'ignore' },
  )
  const [http, https] = [await closedPort(), await closedPort()]
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(kind => `${kind}_temp_path ${directory};`)
  writeFileSync(
    join(directory, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${directory}/pid; error_log stderr emerg;
events { worker_connections 64; }
http {
  access_log off; ${temporary.join(' ')}
  server {
    listen 127.0.0.1:${http}; listen 127.0.0.1:${https} ssl;
    ssl_certificate ${certificate}; ssl_certificate_key ${key};
    ssl_client_certificate ${certificate}; ssl_verify_client optional;
    location / { return 200 "${PAGE.trim()}\\n"; }
    location /name { return 200 "$ssl_server_name"; }
    location /client { if ($ssl_client_verify != SUCCESS) { return 403; } return 200 "come in"; }
    location /busy { return 503; }
  }
}
`,
  )
  const child = spawn('nginx', ['-p', directory, '-c', join(directory, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  process.once('exit', () => {
    child.kill('SIGTERM')
    rmSync(directory, { recursive: true, force: true })
  })
  // The test need not wait for it.
  child.unref()
  await untilListening(https)
  return { http, https, certificate, key }
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const listens = await new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.on('error', () => resolve(false))
    })
    if (listens) return
    await new Promise(resolve => setTimeout(resolve, 25))
  }
  throw new Error('nginx does not listen')
}
