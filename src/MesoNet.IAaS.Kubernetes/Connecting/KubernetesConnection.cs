using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MesoNet.IAaS.Kubernetes.Connecting;

/// <summary>Where an API server is and how to prove who we are. Makes the HTTP handler that every request goes through.</summary>
public sealed record KubernetesConnection
{
    private const string ServiceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>The API server's address.</summary>
    public required Uri Server { get; init; }

    /// <summary>The certificate authorities to trust; empty means the machine's own.</summary>
    public X509Certificate2Collection Authorities { get; init; } = [];

    /// <summary>The host name expected in the server's certificate, where it isn't that of <see cref="Server"/>.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>The client certificate with its key, or null.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Gives the bearer token that is good now, or null where the connection uses none. Asked each minute, and after a 401.</summary>
    public Func<CancellationToken, Task<BearerToken>>? Tokens { get; init; }

    /// <summary>The files to follow; <see cref="Authorities"/> and <see cref="ClientCertificate"/> are what they said at first.</summary>
    internal CredentialFiles? Files { get; init; }

    /// <summary>
    /// The connection a program should use by itself: the given or default kubeconfig where there is one, else that of the pod it runs in.
    /// </summary>
    /// <exception cref="KubeconfigException">Neither exists, or the kubeconfig can't be used.</exception>
    public static async Task<KubernetesConnection> DiscoverAsync(
        string? kubeconfig = null, string? context = null, CancellationToken cancellationToken = default)
    {
        var path = kubeconfig ?? Kubeconfig.DefaultPath;
        if (kubeconfig is not null || File.Exists(path)) return await FromKubeconfig(Kubeconfig.Load(path), context, cancellationToken);
        if (Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 }) return InCluster();
        throw new KubeconfigException($"No cluster is known: there is no {path}, and this is not a pod. Give --kubeconfig, or run 'mesonet up'.");
    }

    /// <summary>The connection that a context of a kubeconfig describes (its current one where none is named).</summary>
    /// <exception cref="KubeconfigException">
    /// A part is missing or cannot be read, or the file asks for TLS without verification, which is refused.
    /// </exception>
    public static async Task<KubernetesConnection> FromKubeconfig(
        Kubeconfig kubeconfig, string? context = null, CancellationToken cancellationToken = default)
    {
        var contextName = context ?? kubeconfig.CurrentContext;
        var chosen = Find(kubeconfig.Contexts, named => named.Name == contextName, $"context \"{contextName}\"").Context;
        var cluster = Find(kubeconfig.Clusters, named => named.Name == chosen.Cluster, $"cluster \"{chosen.Cluster}\"").Cluster;
        var user = Find(kubeconfig.Users, named => named.Name == chosen.User, $"user \"{chosen.User}\"").User;
        if (cluster.InsecureSkipTlsVerify == true)
            throw new KubeconfigException("insecure-skip-tls-verify is refused: give the cluster's certificate-authority instead.");

        // Data written into the kubeconfig itself precedes a file, as with kubectl.
        var files = new CredentialFiles(
            PathOf(kubeconfig, cluster.CertificateAuthorityData, cluster.CertificateAuthority),
            PathOf(kubeconfig, user.ClientCertificateData, user.ClientCertificate),
            PathOf(kubeconfig, user.ClientKeyData, user.ClientKey));
        var texts = Read(files);
        var certificate = TextOf(user.ClientCertificateData) ?? texts.ClientCertificate;
        var key = TextOf(user.ClientKeyData) ?? texts.ClientKey;
        Func<CancellationToken, Task<BearerToken>>? tokens = null;
        if (user.Token is { } fixedToken) tokens = _ => Task.FromResult(new BearerToken(fixedToken));
        else if (user.TokenFile is { } file) tokens = token => BearerToken.FromFileAsync(Path.Combine(kubeconfig.Folder, file), token);
        else if (user.Exec is { } exec)
        {
            var first = await ExecCredential.RunAsync(exec, cancellationToken);
            if (first.ClientCertificate is not null)
                (certificate, key, files) = (first.ClientCertificate, first.ClientKey, files with { ClientCertificate = null, ClientKey = null });
            if (first.Token is not null)
                tokens = async token => await ExecCredential.RunAsync(exec, token) is { Token: { } value } credential
                    ? new BearerToken(value, credential.ExpiresAt)
                    : throw new KubeconfigException($"The credential plugin {exec.Command} gave a token first and none later.");
        }

        return new()
        {
            Server = new Uri(cluster.Server),
            Authorities = ReadAuthorities(TextOf(cluster.CertificateAuthorityData) ?? texts.Authorities),
            TlsServerName = cluster.TlsServerName,
            ClientCertificate = certificate is null || key is null ? null : ReadClientCertificate(certificate, key),
            Tokens = tokens,
            Files = files.Any ? files : null,
        };
    }

    /// <summary>The connection of a pod to its own API server, by its service account.</summary>
    public static KubernetesConnection InCluster()
    {
        var host = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST");
        var port = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT") ?? "443";
        if (host is { Length: > 0 } && host.Contains(':', StringComparison.Ordinal)) host = $"[{host}]";
        var files = new CredentialFiles(Path.Combine(ServiceAccountFolder, "ca.crt"), ClientCertificate: null, ClientKey: null);
        return new()
        {
            Server = new Uri($"https://{host}:{port}"),
            Authorities = ReadAuthorities(files.Read().Authorities),
            Files = files,
            Tokens = token => BearerToken.FromFileAsync(Path.Combine(ServiceAccountFolder, "token"), token),
        };
    }

    /// <summary>
    /// A handler for this connection. The private authority is a custom trust root with chain building on, and the host name is
    /// still checked. Connections are HTTP/2, more than one where the server caps streams, and pinged so that a dead one is noticed.
    /// </summary>
    public HttpMessageHandler CreateHandler(TimeProvider time)
    {
        HttpMessageHandler handler = Files is null ? CreateSocketsHandler() : new FileFollowingHandler(this, Files, time);
        return Tokens is null ? handler : new BearerTokenHandler(Tokens, time, handler);
    }

    /// <summary>The same connection with the certificates of files that were read anew.</summary>
    /// <exception cref="KubeconfigException">They cannot be used, perhaps because they are only half written.</exception>
    internal KubernetesConnection With(CredentialTexts texts) => this with
    {
        Authorities = texts.Authorities is null ? Authorities : ReadAuthorities(texts.Authorities),
        ClientCertificate = texts is { ClientCertificate: { } certificate, ClientKey: { } key } ? ReadClientCertificate(certificate, key) : ClientCertificate,
    };

    /// <summary>The handler that sends with the certificates as they are in this record.</summary>
    internal SocketsHttpHandler CreateSocketsHandler()
    {
        var tls = new SslClientAuthenticationOptions();
        if (Authorities.Count > 0)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(Authorities);
            tls.CertificateChainPolicy = policy;
        }

        if (ClientCertificate is not null)
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(ClientCertificate, additionalCertificates: null, offline: true);

        return new SocketsHttpHandler
        {
            SslOptions = tls,
            UseProxy = !Server.IsLoopback,
            AutomaticDecompression = System.Net.DecompressionMethods.All,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(20),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(30),
        };
    }

    private static T Find<T>(IEnumerable<T> entries, Func<T, bool> isIt, string what) where T : class =>
        entries.FirstOrDefault(isIt) ?? throw new KubeconfigException($"The kubeconfig has no {what}.");

    private static string? PathOf(Kubeconfig kubeconfig, byte[]? data, string? file) =>
        data is not null || file is null ? null : Path.Combine(kubeconfig.Folder, file);

    private static string? TextOf(byte[]? data) => data is null ? null : Encoding.UTF8.GetString(data);

    private static CredentialTexts Read(CredentialFiles files)
    {
        try
        {
            return files.Read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KubeconfigException($"A file that the kubeconfig names cannot be read: {exception.Message}", exception);
        }
    }

    // A file without a certificate (emptied just now, to be written anew) must not end as "trust the machine's own authorities".
    private static X509Certificate2Collection ReadAuthorities(string? pem)
    {
        var authorities = new X509Certificate2Collection();
        if (pem is null) return authorities;
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException exception)
        {
            throw new KubeconfigException($"The certificate authority cannot be read: {exception.Message}", exception);
        }

        return authorities.Count > 0 ? authorities : throw new KubeconfigException("The certificate authority's PEM holds no certificate.");
    }

    private static X509Certificate2 ReadClientCertificate(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new KubeconfigException($"The client certificate and its key cannot be read, or are not of one pair: {exception.Message}", exception);
        }
    }
}
