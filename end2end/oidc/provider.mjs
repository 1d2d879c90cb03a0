// An identity provider that knows nothing of Atrium: npm's oidc-provider on loopback. Everything comes from the
// environment, so that a test can stop it and start it again with another key.
//   OIDC_PORT      where it listens
//   OIDC_KEY       its signing key, a private JWK
//   OIDC_PORTAL    the portal's public address
//   OIDC_CLIENT    the client's id
//   OIDC_SECRET    the client's secret
//   OIDC_CALLBACK  the client's callback
import Provider from 'oidc-provider';

const { OIDC_PORT, OIDC_KEY, OIDC_PORTAL, OIDC_CLIENT, OIDC_SECRET, OIDC_CALLBACK } = process.env;
const issuer = `http://127.0.0.1:${OIDC_PORT}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: OIDC_CLIENT,
      client_secret: OIDC_SECRET,
      redirect_uris: [OIDC_CALLBACK],
      post_logout_redirect_uris: [`${OIDC_PORTAL}/sign-in`],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    },
  ],
  jwks: { keys: [JSON.parse(OIDC_KEY)] },
  cookies: { keys: ['kept for a test only'] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
  scopes: ['openid', 'email', 'profile', 'groups'],
  // The id token holds the subject and no more: the mail address has to be asked of userinfo.
  conformIdTokenClaims: true,
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  // Whoever types a name is that person.
  findAccount: async (_ctx, login) => ({
    accountId: login,
    claims: async () => ({
      sub: login,
      email: `${login}@independent.example`,
      email_verified: true,
      name: login[0].toUpperCase() + login.slice(1),
      groups: login === 'olga' ? ['portal-operators'] : [],
    }),
  }),
  // The organisation's own portal: nobody is asked for consent.
  loadExistingGrant: async (ctx) => {
    const { client, session, provider: op } = ctx.oidc;
    const grant = new op.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid email profile groups');
    await grant.save();
    return grant;
  },
});

const server = provider.listen(Number(OIDC_PORT), '127.0.0.1', () => console.log(`ready ${issuer}`));
process.on('SIGTERM', () => {
  server.closeAllConnections();
  server.close(() => process.exit(0));
});
