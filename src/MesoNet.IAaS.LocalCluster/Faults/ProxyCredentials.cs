using System.Security.Cryptography.X509Certificates;
using MesoNet.IAaS.LocalCluster.Certificates;

namespace MesoNet.IAaS.LocalCluster.Faults;

/// <summary>What the proxy proves itself with, and what it demands of its clients. All of it may change at any time. Thread-safe.</summary>
internal sealed class ProxyCredentials
{
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private CertificateAuthority authority;
    private X509Certificate2 certificate;
    private string token = NewToken();
    private IReadOnlyList<string>? accepted;

    public ProxyCredentials(CertificateAuthority authority, TimeProvider time)
    {
        (this.authority, this.time) = (authority, time);
        certificate = Issue(authority);
    }

    /// <summary>Shown to the next client that connects.</summary>
    public X509Certificate2 Certificate
    {
        get
        {
            lock (gate) return certificate;
        }
    }

    /// <summary>Whom clients are to trust, PEM.</summary>
    public string AuthorityPem
    {
        get
        {
            lock (gate) return authority.CertificatePem;
        }
    }

    /// <summary>The token that gets a client in, where one is demanded.</summary>
    public string Token
    {
        get
        {
            lock (gate) return token;
        }
    }

    /// <summary>Whether a request with this token may pass.</summary>
    public bool Admits(string? bearer)
    {
        lock (gate) return accepted is null || (bearer is not null && accepted.Contains(bearer));
    }

    public void RotateCertificate()
    {
        lock (gate) certificate = Issue(authority);
    }

    public void RotateAuthority()
    {
        lock (gate)
        {
            authority = CertificateAuthority.Create(time);
            certificate = Issue(authority);
        }
    }

    /// <summary>Lets only these tokens pass, and hands out the last of them; null lets everybody pass.</summary>
    public void Demand(IReadOnlyList<string>? tokens)
    {
        lock (gate)
        {
            accepted = tokens;
            if (tokens is { Count: > 0 }) token = tokens[^1];
        }
    }

    public void RotateToken() => Demand([NewToken()]);

    private static string NewToken() => Guid.NewGuid().ToString("N");

    private static X509Certificate2 Issue(CertificateAuthority by)
    {
        var pair = by.IssueServer("fault-proxy", ["127.0.0.1", "localhost"]);
        return X509Certificate2.CreateFromPem(pair.Certificate, pair.Key);
    }
}
