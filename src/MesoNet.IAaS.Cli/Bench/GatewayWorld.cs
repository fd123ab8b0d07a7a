using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.LocalCluster;
using MesoNet.IAaS.LocalCluster.Gateway;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Resources.Courses;
using Microsoft.Extensions.Logging.Abstractions;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>
/// What stands around the portal in the gateway's benchmark: nginx as everybody gets it, nginx that asks nobody, and students who have come in.
/// Simulated nodes give all pods one address of this machine, where a small server answers in JupyterLab's place.
/// </summary>
/// <param name="Folder">Where everything is kept.</param>
internal sealed record GatewayWorld(string Folder)
{
    public const string PortalHost = "portal.localhost";
    public const string SeatsDomain = "localhost";
    public const string PortalUser = "mesonet-portal";

    /// <summary>The pods' address. Loopback, and not 127.0.0.1, where somebody's own JupyterLab may listen.</summary>
    public static readonly IPEndPoint Pod = new(IPAddress.Parse("127.77.0.1"), SeatPod.Port);

    public IPEndPoint Gateway { get; } = FreePorts.NextAddress();

    /// <summary>nginx without a decision.</summary>
    public IPEndPoint Ceiling { get; } = FreePorts.NextAddress();

    public IPEndPoint Portal { get; } = FreePorts.NextAddress();

    private static string Template => Path.Combine(LocalSite.RepositoryRoot, "images", "gateway", "nginx.conf");

    /// <summary>Starts nginx, with decisions or without.</summary>
    public async Task<SupervisedProcess> StartNginxAsync(bool decides, TimeProvider time, CancellationToken cancellationToken)
    {
        var name = decides ? "gateway" : "ceiling";
        var template = Template;
        if (!decides)
        {
            template = Path.Combine(Folder, "ceiling.template");
            await File.WriteAllTextAsync(template, WithoutDecision(await File.ReadAllTextAsync(Template, cancellationToken)), cancellationToken);
        }

        var program = new GatewayProgram(
            new()
            {
                Listen = decides ? Gateway : Ceiling, Portal = Portal, PortalHost = PortalHost, SeatsDomain = SeatsDomain,
                // nginx's workers are nobody's in particular, and must get there.
                RunFolder = Path.Combine("/run/mesonet", $"bench-{Environment.ProcessId}", name), AccessLog = Path.Combine(Folder, $"{name}-access.log"),
            },
            template);
        return await SupervisedProcess.StartAsync(
            program.Prepare(Path.Combine(Folder, $"{name}.conf"), Path.Combine(Folder, $"{name}.log")), program.IsReadyAsync, TimeSpan.FromSeconds(10), _ => { }, time,
            NullLogger.Instance, cancellationToken);
    }

    /// <summary>The seats' students, each with a pass as the portal writes it after a link was opened.</summary>
    public async Task<IReadOnlyList<BenchStudent>> StudentsAsync(KubernetesClient admin, TimeProvider time, CancellationToken cancellationToken)
    {
        var passes = new Passes((await SiteKeys.LoadAsync(admin, "mesonet-system", cancellationToken)).ForLinks, time);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return [.. (await admin.ListAsync<Seat>(ListQuery.All, cancellationToken)).Select(seat =>
        {
            var label = SeatHost.LabelOf(seat);
            var grant = new SeatGrant(seat.Key, seat.Metadata.Uid!, seat.Spec.Invitation ?? 0);
            var pass = passes.Write(new(label, new(seat.Spec.Login, IsIdentified: false, new HashSet<SiteRole>(), [grant]), now, now));
            return new BenchStudent($"{label}.{SeatsDomain}:{Gateway.Port}", SeatPod.BasePath(seat.Spec.Environment, seat.Metadata.Name!), $"mesonet-seat={pass}");
        })];
    }

    // The same nginx in all else: the answer that the portal would give stands in the configuration.
    private static string WithoutDecision(string template)
    {
        var known = Regex.Replace(template, @"auth_request_set (?<name>\$\w+) \$\w+;", "set ${name} \"\";", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        if (!known.Contains("auth_request /gateway/decision;", StringComparison.Ordinal) || !known.Contains("set $seat_address \"\";", StringComparison.Ordinal))
            throw new InvalidOperationException("images/gateway/nginx.conf asks for decisions in another way than this benchmark can take out.");
        return known.Replace("auth_request /gateway/decision;", "", StringComparison.Ordinal)
            .Replace("set $seat_address \"\";", $"set $seat_address {Pod};", StringComparison.Ordinal);
    }
}

/// <summary>A student in front of an open notebook.</summary>
/// <param name="Host">The seat's host and port.</param>
/// <param name="BasePath">The seat's path, which ends with a slash.</param>
/// <param name="Cookie">What the browser sends.</param>
internal sealed record BenchStudent(string Host, string BasePath, string Cookie)
{
    private const string Browser = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\nAccept: */*\r\nAccept-Language: fr,en;q=0.5\r\nAccept-Encoding: gzip, deflate\r\n";

    /// <summary>The seat's origin.</summary>
    public string Origin => $"http://{Host}";

    /// <summary>What JupyterLab's page asks every few seconds.</summary>
    public byte[] Request(int number) => Encoding.ASCII.GetBytes(
        $"GET {BasePath}api/status?{number} HTTP/1.1\r\nHost: {Host}\r\n{Browser}Cookie: {Cookie}; _xsrf=2|5e0c6e0b|87f1\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n\r\n");

    /// <summary>What nginx asks the portal about it.</summary>
    public byte[] Decision(int number) => Encoding.ASCII.GetBytes(
        $"GET /gateway/decision HTTP/1.1\r\nHost: {Host}\r\n{Browser}Cookie: {Cookie}; _xsrf=2|5e0c6e0b|87f1\r\nX-Client-Address: 127.0.0.1\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: {Host}\r\nX-Forwarded-Proto: http\r\n"
        + $"X-Original-Uri: {BasePath}api/status?{number}\r\nX-Original-Method: GET\r\nX-Original-Host: {Host}\r\nX-Original-Fetch-Site: same-origin\r\nX-Original-Fetch-Mode: cors\r\nX-Original-Fetch-Dest: empty\r\n\r\n");
}
