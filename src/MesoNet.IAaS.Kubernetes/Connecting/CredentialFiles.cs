namespace MesoNet.IAaS.Kubernetes.Connecting;

/// <summary>
/// The files that a connection's trust and client certificate come from; null for what is not kept in a file. They are replaced while
/// programs run: certificates are renewed long before they end, and a pod's ca.crt follows the cluster's.
/// </summary>
/// <param name="Authorities">The certificate authorities, PEM.</param>
/// <param name="ClientCertificate">The client certificate, PEM.</param>
/// <param name="ClientKey">Its key, PEM.</param>
internal sealed record CredentialFiles(string? Authorities, string? ClientCertificate, string? ClientKey)
{
    /// <summary>Whether there is any file to follow.</summary>
    public bool Any => Authorities is not null || ClientCertificate is not null || ClientKey is not null;

    // The text is what is compared, not the files' times: in a pod they are links to a folder that is replaced, and a link's time stays.
    public CredentialTexts Read() => new(TextOf(Authorities), TextOf(ClientCertificate), TextOf(ClientKey));

    private static string? TextOf(string? path) => path is null ? null : File.ReadAllText(path);
}

/// <summary>What <see cref="CredentialFiles"/> said when they were read.</summary>
internal sealed record CredentialTexts(string? Authorities, string? ClientCertificate, string? ClientKey);
