/**
 * The annotated sample of the seed, run: SSL_GET with two digests, NAT, a client that stays with its server for 50 s. The
 * real server of the sample is the virtual address itself, and its digests are of pages that nobody has; both are
 * replaced by a web server that speaks HTTPS and the digests of its pages.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { untilAddress, untilTable } from './director.ts'
import { withLab } from './lab.ts'
import type { StartRouter } from './router.ts'
import { Nginx } from './setups-nginx.ts'

const VIP = '172.16.28.65'
const WEB = '10.2.0.8'
const [PAGE, STATISTICS, OTHER] = ['web', 'statistics', 'other statistics'] as const

/**
 * The sample with its server and digests replaced, and quicker; without vrrp_strict, which drops all that is sent to the
 * address.
 */
function configuration(): string {
  const text = readFileSync(new URL('../../../fixtures/keepalived/annotated-sample.conf', import.meta.url), 'utf8')
  const replacements: readonly (readonly [string, string])[] = [
    ['ff20ad2481f97b1754ef3e12ecd3a9cc', digest(PAGE)],
    ['9b3a0c85a887a256d6939da88aabd8cd', digest(STATISTICS)],
    [`real_server ${VIP} 80`, `real_server ${WEB} 443`],
    [`virtual_server ${VIP} 80`, `virtual_server ${VIP} 443`],
    ['vrrp_strict ', '#'],
    ['delay_loop 6', 'delay_loop 2'],
    ['delay_before_retry 3', 'delay_before_retry 1'],
    ['\n...', '\n'],
  ]
  return replacements.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`the sample has no ${from}`)
    return changed.replace(from, to)
  }, text)
}

function digest(page: string): string {
  return createHash('md5').update(`${page}\n`).digest('hex')
}

/** Two pages in turn, `delay_loop 2`, then three more tries a second apart; and some slack. */
const NOTICED = 2 * 2000 + 3 * 1000 + 6000

/** Tells the story; `t` gets one assertion a fact. */
export async function lvsAnnotatedStory(t: Test, start: StartRouter): Promise<void> {
  await withLab(async lab => {
    const client = lab.addHost('client', '172.16.28.2/24')
    const director = lab.addRoutedHost('director', {
      eth1: { bridge: 'br0', addresses: ['172.16.28.10/24'] },
      eth2: { bridge: 'br1', addresses: ['10.2.0.1/24'] },
    })
    const web = lab.addRoutedHost('web', { eth0: { bridge: 'br1', addresses: [`${WEB}/24`] } })
    await director.run('sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward')
    const [key, certificate] = [join(web.directory, 'key.pem'), join(web.directory, 'certificate.pem')]
    const request = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
    ]
    await web.run(
      'sh',
      '-ec',
      `ip route add default via 10.2.0.1
      openssl ${request.join(' ')} -subj /CN=web -keyout ${key} -out ${certificate} 2>/dev/null`,
    )
    const serve = (statistics: string) =>
      new Nginx(
        web,
        `listen 443 ssl; ssl_certificate ${certificate}; ssl_certificate_key ${key};
         if ($uri = /mrtg/) { return 200 "${statistics}\\n"; }`,
      )
    const good = serve(STATISTICS)
    await good.ready()
    const service = `-A -t ${VIP}:443 -s rr -p 50\n`
    const whole = `${service}-a -t ${VIP}:443 -r ${WEB}:443 -m -w 1\n`
    const running = await start(director, configuration())
    await untilAddress(director, 'eth1', VIP)
    await untilTable([running], whole)
    const page = await client.run('curl', '-sk', '--max-time', '5', `https://${VIP}/`)
    t.equal(page, `${PAGE}\n`, 'the client gets the page over HTTPS, through NAT')
    t.equal(await director.run('ipvsadm', '-Sn'), whole, 'both digests are right: the server stays')

    await good.stop()
    const bad = serve(OTHER)
    await bad.ready()
    const gone = await untilTable([running], service, NOTICED)
    t.pass(`a page with another digest: the server leaves (${gone.toFixed(0)} ms)`)
    await bad.stop()
    await serve(STATISTICS).ready()
    await untilTable([running], whole, NOTICED + 6000)
    t.pass('all pages as they were: it is back')
    await running.stop()
  })
}
