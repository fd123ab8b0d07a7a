using System.CommandLine;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity;
using Command = System.CommandLine.Command;

namespace MesoNet.IAaS.Cli.Status;

/// <summary>
/// <c>mesonet link LOGIN</c>: prints a link that opens a portal as somebody, such as the owner of a research workspace. Whoever may read the portal's Secret can make one: the
/// administrator of the cluster, who opens a new site by it.
/// </summary>
internal sealed class LinkCommand(ClusterReader cluster, Uri? portal, TimeProvider time)
{
    // Logins as courses and workspaces may name them: a slash or a space would be another's.
    private const int LongestLogin = 200;

    public static Command Create(Option<string> name, TimeProvider time)
    {
        var login = new Argument<string>("login") { Description = "The login, as courses and workspaces name it." };
        login.Validators.Add(result =>
        {
            var value = result.GetValueOrDefault<string>() ?? "";
            if (value.Length is 0 or > LongestLogin || value.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter) || letter == '/')) result.AddError($"\"{value}\" is no login: it has no spaces and no slash, and at most {LongestLogin} letters.");
        });
        var role = new Option<SiteRole?>("--role") { Description = "A role on the whole site beside what courses and workspaces make of the login." };
        var portal = new Option<Uri?>("--portal")
        {
            Description = "The portal's address, such as https://portal.example.org; the local cluster's by default.",
            CustomParser = PublicUrl.Parse,
        };
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "The kubeconfig of another cluster than the local one, with --portal." };
        var context = new Option<string?>("--context") { Description = "A context of the kubeconfig; by default its current one." };
        var link = new Command("link", "Print a link that opens the portal as somebody; good for seven days.") { login, role, portal, kubeconfig, context, name };
        link.SetAction((parsed, token) =>
        {
            var cluster = new ClusterReader(new(parsed.GetValue(name)!), parsed.GetValue(kubeconfig), parsed.GetValue(context), time);
            return new LinkCommand(cluster, parsed.GetValue(portal), time).RunAsync(parsed.GetValue(login)!, parsed.GetValue(role), Console.Out, token);
        });
        return link;
    }

    public async Task<int> RunAsync(string login, SiteRole? role, TextWriter output, CancellationToken cancellationToken)
    {
        using var client = await cluster.RequireAsync(cancellationToken);
        var address = portal?.GetLeftPart(UriPartial.Authority) ?? cluster.LocalPortal
            ?? throw new UserMistakeException("Where the portal of that cluster is cannot be known from here: give its address, as --portal https://portal.example.org.");
        var links = await PortalLinks.ReadAsync(client, address, cancellationToken)
            ?? throw new UserMistakeException("The portal has not made its keys yet. './mesonet status' tells how it is; try again in a moment.");
        await output.WriteLineAsync(links.For(login, role, time));
        return 0;
    }
}
