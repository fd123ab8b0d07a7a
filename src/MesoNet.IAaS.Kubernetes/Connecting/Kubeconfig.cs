using System.Text.Json.Serialization;
using MesoNet.IAaS.Kubernetes.Serialization;

namespace MesoNet.IAaS.Kubernetes.Connecting;

/// <summary>A kubeconfig file, cut to what a connection needs.</summary>
public sealed record Kubeconfig
{
    /// <summary>The context used where none is named.</summary>
    [JsonPropertyName("current-context")]
    public string? CurrentContext { get; init; }

    /// <summary>API servers.</summary>
    public IReadOnlyList<NamedCluster> Clusters { get; init; } = [];

    /// <summary>Credentials.</summary>
    public IReadOnlyList<NamedUser> Users { get; init; } = [];

    /// <summary>Which user goes to which cluster.</summary>
    public IReadOnlyList<NamedContext> Contexts { get; init; } = [];

    /// <summary>Reads a kubeconfig; relative file names in it are taken from its own folder, as kubectl does.</summary>
    /// <exception cref="KubeconfigException">The file is missing or is no kubeconfig.</exception>
    public static Kubeconfig Load(string path)
    {
        try
        {
            return KubernetesYaml.Read<Kubeconfig>(File.ReadAllText(path)) with { Folder = Path.GetDirectoryName(Path.GetFullPath(path))! };
        }
        catch (Exception exception) when (exception is IOException or YamlDotNet.Core.YamlException or System.Text.Json.JsonException
            or UnauthorizedAccessException)
        {
            throw new KubeconfigException($"{path} cannot be read as a kubeconfig: {exception.Message}", exception);
        }
    }

    /// <summary>Where relative file names start.</summary>
    [JsonIgnore]
    public string Folder { get; init; } = "";

    /// <summary>The path kubectl would use: the first file of $KUBECONFIG, else ~/.kube/config.</summary>
    public static string DefaultPath =>
        Environment.GetEnvironmentVariable("KUBECONFIG")?.Split(':', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
}

/// <summary>The kubeconfig can't be used; the message says what to change.</summary>
public sealed class KubeconfigException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A named API server.</summary>
public sealed record NamedCluster(string Name, ClusterEntry Cluster);

/// <summary>An API server's address and trust.</summary>
public sealed record ClusterEntry
{
    /// <summary>The address, https.</summary>
    public string Server { get; init; } = "";

    /// <summary>A file with the certificate authority.</summary>
    [JsonPropertyName("certificate-authority")]
    public string? CertificateAuthority { get; init; }

    /// <summary>The certificate authority, PEM.</summary>
    [JsonPropertyName("certificate-authority-data")]
    public byte[]? CertificateAuthorityData { get; init; }

    /// <summary>The host name to check in the server's certificate, where it isn't the address's.</summary>
    [JsonPropertyName("tls-server-name")]
    public string? TlsServerName { get; init; }

    /// <summary>Trust any certificate. Refused: see <see cref="KubernetesConnection.FromKubeconfig"/>.</summary>
    [JsonPropertyName("insecure-skip-tls-verify")]
    public bool? InsecureSkipTlsVerify { get; init; }
}

/// <summary>A named user.</summary>
public sealed record NamedUser(string Name, UserEntry User);

/// <summary>A user's credentials: a client certificate, a token, or a program that gives one of them.</summary>
public sealed record UserEntry
{
    /// <summary>A file with the client certificate.</summary>
    [JsonPropertyName("client-certificate")]
    public string? ClientCertificate { get; init; }

    /// <summary>The client certificate, PEM.</summary>
    [JsonPropertyName("client-certificate-data")]
    public byte[]? ClientCertificateData { get; init; }

    /// <summary>A file with the client certificate's key.</summary>
    [JsonPropertyName("client-key")]
    public string? ClientKey { get; init; }

    /// <summary>The client certificate's key, PEM.</summary>
    [JsonPropertyName("client-key-data")]
    public byte[]? ClientKeyData { get; init; }

    /// <summary>A bearer token.</summary>
    public string? Token { get; init; }

    /// <summary>A file with a bearer token, which may rotate.</summary>
    public string? TokenFile { get; init; }

    /// <summary>A credential plugin.</summary>
    public ExecEntry? Exec { get; init; }
}

/// <summary>A credential plugin (client.authentication.k8s.io).</summary>
public sealed record ExecEntry
{
    /// <summary>The plugin protocol's version, handed on to the plugin.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>The program.</summary>
    public string Command { get; init; } = "";

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>Environment variables added for it.</summary>
    public IReadOnlyList<ExecEnv>? Env { get; init; }
}

/// <summary>An environment variable of a credential plugin.</summary>
public sealed record ExecEnv(string Name, string Value);

/// <summary>A named context.</summary>
public sealed record NamedContext(string Name, ContextEntry Context);

/// <summary>Which user goes to which cluster, and in which namespace by default.</summary>
public sealed record ContextEntry(string Cluster, string User, string? Namespace = null);
