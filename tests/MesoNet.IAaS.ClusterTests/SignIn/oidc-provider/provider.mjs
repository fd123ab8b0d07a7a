// A real OpenID provider (oidc-provider, certified by the OpenID Foundation) with a few people, for tests on loopback.
// node provider.mjs PORT ISSUER REDIRECT_URI; it has new keys each time.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { Provider } from "oidc-provider";

const [port, issuer, redirectUri] = process.argv.slice(2);
const groups = { admin1: ["iaas-admins", "staff"], teacher1: ["staff", "teachers"], student01: [], "no body": ["staff"] };

function key(type, options, alg) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: "jwk" }), alg, use: "sig", kid: `${alg}-${randomBytes(4).toString("hex")}` };
}

const client = (id, alg) => ({
  client_id: id,
  client_secret: `the secret of ${id}`,
  redirect_uris: [redirectUri],
  response_types: ["code"],
  grant_types: ["authorization_code"],
  token_endpoint_auth_method: "client_secret_post",
  id_token_signed_response_alg: alg,
});

const provider = new Provider(issuer, {
  clients: [client("portal", "RS256"), client("portal-es256", "ES256")],
  jwks: { keys: [key("rsa", { modulusLength: 2048 }, "RS256"), key("ec", { namedCurve: "P-256" }, "ES256")] },
  cookies: { keys: [randomBytes(16).toString("hex")] },
  scopes: ["openid", "profile", "groups"],
  claims: { openid: ["sub"], profile: ["preferred_username", "name"], groups: ["groups"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
  async findAccount(_, login) {
    if (!Object.hasOwn(groups, login)) return undefined;
    return { accountId: login, claims: () => ({ sub: login, preferred_username: login, name: login, groups: groups[login] }) };
  },
});
provider.listen(Number(port), "127.0.0.1", () => console.log(`listens on ${port}`));
