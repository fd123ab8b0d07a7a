using System.CommandLine;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Portal.Identity;
using Command = System.CommandLine.Command;

namespace MesoNet.IAaS.Cli.Status;

/// <summary><c>mesonet link LOGIN</c>: prints a link that opens the local cluster's portal as somebody, such as the owner of a research workspace.</summary>
internal sealed class LinkCommand(LocalSite site, TimeProvider time)
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
        var link = new Command("link", "Print a link that opens the local cluster's portal as somebody; good for seven days.") { login, role, name };
        link.SetAction((parsed, token) => new LinkCommand(new(parsed.GetValue(name)!), time).RunAsync(parsed.GetValue(login)!, parsed.GetValue(role), Console.Out, token));
        return link;
    }

    public async Task<int> RunAsync(string login, SiteRole? role, TextWriter output, CancellationToken cancellationToken)
    {
        if (site.ReadSupervisor() is not { Phase: "ready", Kubeconfig: { } kubeconfig } state) throw new UserMistakeException("No cluster is running. './mesonet up' starts one.");
        using var client = await LocalSite.ConnectAsync(kubeconfig, cancellationToken);
        var links = await PortalLinks.ReadAsync(client, state.Portal, cancellationToken)
            ?? throw new UserMistakeException("The portal has not made its keys yet. './mesonet status' tells how it is; try again in a moment.");
        await output.WriteLineAsync(links.For(login, role, time));
        return 0;
    }
}
