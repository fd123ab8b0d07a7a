using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.LocalCluster.Certificates;
using Microsoft.AspNetCore.Http;

namespace MesoNet.IAaS.LocalCluster.Faults;

/// <summary>
/// A real HTTPS server (HTTP/2) between a client and a real API server. It passes requests on, watches included, and does to them what
/// the faults in place say. It asks nobody who they are unless <see cref="DemandTokens"/> was called, and speaks to the API server as the
/// user of the connection it was given. Upgrades (exec, port-forward) are not passed on.
/// <code>
///  client --(its own TLS, perhaps a token)--> proxy --(the given connection)--> API server
///                                               |
///                                             faults
/// </code>
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private const int RequestsKept = 10_000;

    private readonly ConcurrentQueue<ProxiedRequest> requests = new();
    private readonly ConcurrentBag<ProxyKubeconfig> kubeconfigs = [];
    private readonly FaultList faults = new();
    private readonly ProxyCredentials credentials;
    private readonly Forwarder forwarder;
    private readonly ProxyServer server;
    private readonly TimeProvider time;

    private FaultProxy(KubernetesConnection upstream, CertificateAuthority authority, TimeProvider time)
    {
        this.time = time;
        credentials = new(authority, time);
        forwarder = new(upstream, faults, time);
        server = new(() => credentials.Certificate, HandleAsync);
        Server = upstream.Server;
    }

    /// <summary>The proxy's address.</summary>
    public Uri Server { get; private set; }

    /// <summary>How to reach the proxy now. A connection taken before <see cref="RotateAuthority"/> does not trust it afterwards.</summary>
    public KubernetesConnection Connection => new()
    {
        Server = Server,
        Authorities = [X509Certificate2.CreateFromPem(credentials.AuthorityPem)],
        Tokens = _ => Task.FromResult(new BearerToken(credentials.Token)),
    };

    /// <summary>The requests received so far, oldest first; of very many, the latest.</summary>
    public IReadOnlyList<ProxiedRequest> Requests => [.. requests];

    /// <summary>How many TCP connections clients have opened so far.</summary>
    public int AcceptedConnections => server.AcceptedConnections;

    /// <summary>The faults in place, also those that have met as many requests as they should.</summary>
    public IReadOnlyList<InstalledFault> Faults => faults.All;

    /// <summary>Starts a proxy on a free port of 127.0.0.1.</summary>
    /// <param name="upstream">The API server, and as whom to speak to it.</param>
    /// <param name="authority">Vouches for the proxy: the cluster's own authority, say.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<FaultProxy> StartAsync(
        KubernetesConnection upstream, CertificateAuthority authority, TimeProvider time, CancellationToken cancellationToken = default)
    {
        var proxy = new FaultProxy(upstream, authority, time);
        proxy.Server = await proxy.server.StartAsync(cancellationToken);
        return proxy;
    }

    /// <summary>Puts a fault in place until it is disposed. Of several that fit a request, the one that came first strikes.</summary>
    /// <param name="fault">What to do.</param>
    /// <param name="to">To which requests; all where null.</param>
    /// <param name="times">To how many of them; all where null.</param>
    public InstalledFault Install(Fault fault, Func<ProxiedRequest, bool>? to = null, int? times = null) => faults.Add(fault, to ?? (_ => true), times);

    /// <summary>Clears all faults.</summary>
    public void ClearFaults()
    {
        foreach (var fault in faults.All) fault.Dispose();
    }

    /// <summary>Cuts every TCP connection, with all requests and watches on it.</summary>
    public void CutConnections() => server.CutConnections();

    /// <summary>Shows a new certificate of the same authority to those who connect from now on.</summary>
    public void RotateCertificate() => credentials.RotateCertificate();

    /// <summary>Shows a certificate of a new authority, which only those trust who take <see cref="Connection"/> or read the kubeconfig anew.</summary>
    public void RotateAuthority()
    {
        credentials.RotateAuthority();
        RewriteKubeconfigs();
    }

    /// <summary>Lets only requests with one of these tokens pass, others get 401; the last one is handed to new clients.</summary>
    public void DemandTokens(params IReadOnlyList<string> tokens)
    {
        credentials.Demand(tokens);
        RewriteKubeconfigs();
    }

    /// <summary>Lets only requests with a new token pass, which clients get when they ask anew.</summary>
    public void RotateToken()
    {
        credentials.RotateToken();
        RewriteKubeconfigs();
    }

    /// <summary>Lets everybody pass again.</summary>
    public void AdmitAnybody() => credentials.Demand(null);

    /// <summary>
    /// Writes a kubeconfig for another process, with the authority (PATH.ca.crt) and the token (PATH.token) beside it; these follow what
    /// the proxy does later.
    /// </summary>
    public void WriteKubeconfig(string path)
    {
        var kubeconfig = new ProxyKubeconfig(Path.GetFullPath(path), Server);
        kubeconfig.Write(credentials);
        kubeconfigs.Add(kubeconfig);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        ClearFaults();
        await server.DisposeAsync();
        forwarder.Dispose();
    }

    private void RewriteKubeconfigs()
    {
        foreach (var kubeconfig in kubeconfigs) kubeconfig.Write(credentials);
    }

    private async Task HandleAsync(HttpContext context)
    {
        var request = ProxiedRequest.From(context.Request, time.GetUtcNow());
        requests.Enqueue(request);
        while (requests.Count > RequestsKept) requests.TryDequeue(out _);
        if (credentials.Admits(request.Token)) await forwarder.HandleAsync(context, request);
        else await Refusal.AnswerAsync(context.Response, new(401, "Unauthorized"), context.RequestAborted);
    }
}
