// A real OpenID provider for the tests: `node provider.mjs PORT`. It says on stdout when it answers and ends with stdin.
// Whoever signs in is who they say; "unverified:" before an address leaves the address unverified.
import Provider from 'oidc-provider'

const port = Number(process.argv[2])
const issuer = `http://127.0.0.1:${port}`

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'rostrum',
    client_secret: 'rostrum-secret',
    redirect_uris: ['http://testserver/sign-in/oidc/city/login/callback/'],
  }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  cookies: { keys: ['for the tests only'] },
  pkce: { required: () => true },
  async findAccount(ctx, id) {
    const verified = !id.startsWith('unverified:')
    const email = id.replace('unverified:', '')
    return { accountId: id, claims: async () => ({ sub: id, email, email_verified: verified, name: 'From the provider' }) }
  },
})

const server = provider.listen(port, '127.0.0.1', () => console.log(JSON.stringify({ issuer })))
process.stdin.resume().on('end', () => { server.close(); process.exit(0) })
