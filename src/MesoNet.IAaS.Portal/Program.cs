using System.CommandLine;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity.OpenId;
using MesoNet.IAaS.Resources.Platforms;

var kubeconfig = new Option<string?>("--kubeconfig") { Description = "The kubeconfig; by default kubectl's, or the pod's own service account." };
var context = new Option<string?>("--context") { Description = "The context of the kubeconfig; by default its current one." };
var publicUrl = new Option<Uri>("--public-url")
{
    Description = "The portal as browsers see it, such as https://portal.example.org.", Required = true,
    CustomParser = PublicUrl.Parse,
};
var seatsDomain = new Option<string>("--seats-domain") { Description = "Below it each seat has a host of its own, such as notebooks.example.org; with the port where that is not the scheme's.", Required = true };
var listen = new Option<string>("--listen") { Description = "Where it listens, behind nginx, and nobody else should reach it.", DefaultValueFactory = _ => "127.0.0.1:8080" };
var network = new Option<string[]>("--network") { Description = "A named network from which courses may be reached, such as teaching=192.0.2.0/24,2001:db8::/32.", DefaultValueFactory = _ => [] };
var platforms = new Option<string?>("--platforms") { Description = "A file with the site's own catalogue of platforms, the same as the operator's; the built-in one by default." };
var localImages = new Option<bool>("--local-images") { Description = "Platforms mean the images that 'mesonet up' builds." };
var authority = new Option<Uri?>("--oidc-authority") { Description = "The OpenID provider where people sign in, such as https://sso.example.org/realms/site; its discovery document is read there. Without it, people come by links." };
var clientId = new Option<string?>("--oidc-client-id") { Description = $"The portal's name at the provider, where PUBLIC-URL{OpenIdOptions.CallbackPath} is its redirect address." };
var clientSecretFile = new Option<string?>("--oidc-client-secret-file") { Description = "A file with the client's secret, which is sent as client_secret_post." };
var scope = new Option<string>("--oidc-scope") { Description = "The scopes that are asked for.", DefaultValueFactory = _ => "openid profile" };
var loginClaim = new Option<string>("--oidc-login-claim") { Description = "The claim that is the login, as rosters name people; nobody may be able to choose it freely.", DefaultValueFactory = _ => "preferred_username" };
var groupsClaim = new Option<string>("--oidc-groups-claim") { Description = "The claim that lists groups.", DefaultValueFactory = _ => "groups" };
var role = new Option<string[]>("--role") { Description = "A role of the members of a group of the provider: administrator=GROUP, teacher=GROUP, researcher=GROUP or reviewer=GROUP.", DefaultValueFactory = _ => [] };
var root = new RootCommand("The MesoNet IAaS portal: pages for students and teachers, and the gateway's decisions.") { kubeconfig, context, publicUrl, seatsDomain, listen, network, authority, clientId, clientSecretFile, scope, loginClaim, groupsClaim, role, platforms, localImages };
root.SetAction(async (parsed, cancellationToken) =>
{
    try
    {
        var openId = OpenIdOptions.Read(parsed.GetValue(authority), parsed.GetValue(clientId), parsed.GetValue(clientSecretFile));
        var options = new PortalOptions
        {
            PublicUrl = parsed.GetValue(publicUrl)!,
            SeatsDomain = parsed.GetValue(seatsDomain)!,
            Listen = parsed.GetValue(listen)!,
            Networks = new(parsed.GetValue(network)!.Select(AccessNetworks.Parse).ToDictionary(pair => pair.Name, pair => pair.Networks, StringComparer.Ordinal)),
            Platforms = PlatformCatalogue.Load(parsed.GetValue(platforms), parsed.GetValue(localImages)),
            OpenId = openId is null ? null : openId with
            {
                Scope = parsed.GetValue(scope)!, LoginClaim = parsed.GetValue(loginClaim)!, GroupsClaim = parsed.GetValue(groupsClaim)!,
                Roles = [.. parsed.GetValue(role)!.Select(OpenIdOptions.ParseRole)],
            },
        };
        var connection = await KubernetesConnection.DiscoverAsync(parsed.GetValue(kubeconfig), parsed.GetValue(context), cancellationToken);
        await PortalServer.RunAsync(options, connection, WatcherTimes.Default, TimeProvider.System, cancellationToken);
        return 0;
    }
    catch (Exception exception) when (exception is KubeconfigException or FormatException)
    {
        await Console.Error.WriteLineAsync($"mesonet-portal: {exception.Message}");
        return 2;
    }
});
return await root.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
