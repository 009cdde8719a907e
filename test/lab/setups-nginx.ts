/**
 * A real nginx on a host of the lab.
 */
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Daemon } from './daemon.ts'
import type { Host } from './host.ts'

let serial = 0

/** Debian's nginx under a name of its own, in the foreground. */
export class Nginx {
  /**
   * The name of its processes. The network namespaces of a lab share one table of processes, and `killall -0 nginx`
   * would be content with the nginx of the other node; so each node has its copy and asks for that.
   */
  readonly name = `ng${process.pid}x${++serial}`
  readonly #host: Host
  #daemon: Daemon

  /** @param listen - directives of the server block */
  constructor(host: Host, listen = 'listen 80;') {
    this.#host = host
    copyFileSync('/usr/sbin/nginx', join(host.directory, this.name))
    const files = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      kind => `${kind}_temp_path ${join(host.directory, kind)};`,
    )
    writeFileSync(
      join(host.directory, 'nginx.conf'),
      `user root;
daemon off;
worker_processes 1;
pid ${join(host.directory, 'nginx.pid')};
error_log stderr notice;
events { worker_connections 16; }
http {
    access_log off;
    ${files.join('\n    ')}
    server { ${listen} return 200 "${host.name}\\n"; }
}
`,
    )
    this.#daemon = this.#spawn()
  }

  /** Starts it again. */
  async start(): Promise<void> {
    this.#daemon = this.#spawn()
    await this.ready()
  }

  /** Resolves when its worker runs. */
  async ready(): Promise<void> {
    await this.#daemon.untilLog(/start worker process /)
  }

  /** Stops it, workers and all. */
  async stop(): Promise<void> {
    this.#daemon.signal('SIGTERM')
    await this.#daemon.untilEnd()
  }

  #spawn(): Daemon {
    const { directory } = this.#host
    return this.#host.start('nginx', join(directory, this.name), '-p', directory, '-c', join(directory, 'nginx.conf'))
  }
}
