using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MesoNet.IAaS.LocalCluster.Certificates;

/// <summary>A certificate with its key, both PEM.</summary>
public sealed record CertificatePair(string Certificate, string Key)
{
    /// <summary>Writes NAME.crt and NAME.key; only the owner reads the key.</summary>
    public void Save(string folder, string name)
    {
        File.WriteAllText(Path.Combine(folder, $"{name}.crt"), Certificate);
        var keyPath = Path.Combine(folder, $"{name}.key");
        File.Delete(keyPath);
        using var stream = new FileStream(keyPath, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        stream.Write(System.Text.Encoding.ASCII.GetBytes(Key));
    }
}

/// <summary>The cluster's own certificate authority. Its key stays in the state folder; certificates are good for a year from their making.</summary>
public sealed class CertificateAuthority
{
    private readonly X509Certificate2 certificate;
    private readonly DateTimeOffset now;

    private CertificateAuthority(X509Certificate2 certificate, DateTimeOffset now) => (this.certificate, this.now) = (certificate, now);

    /// <summary>The authority's certificate, PEM.</summary>
    public string CertificatePem => certificate.ExportCertificatePem();

    /// <summary>Reads the authority from ca.crt and ca.key in a folder, or makes it.</summary>
    public static CertificateAuthority LoadOrCreate(string folder, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var (certificatePath, keyPath) = (Path.Combine(folder, "ca.crt"), Path.Combine(folder, "ca.key"));
        if (File.Exists(certificatePath) && File.Exists(keyPath))
        {
            var known = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
            if (known.NotAfter > now.UtcDateTime.AddDays(1).ToLocalTime()) return new(known, now);
        }

        var made = Create(time);
        Directory.CreateDirectory(folder);
        new CertificatePair(made.CertificatePem, made.certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()).Save(folder, "ca");
        return made;
    }

    /// <summary>A new authority that is kept nowhere.</summary>
    public static CertificateAuthority Create(TimeProvider time)
    {
        var now = time.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mesonet-local-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return new(request.CreateSelfSigned(now.AddHours(-1), now.AddYears(10)), now);
    }

    /// <summary>A certificate for a server at these names and addresses.</summary>
    public CertificatePair IssueServer(string commonName, IEnumerable<string> hosts, string? organization = null)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(host);
        }

        // Client use as well: the kubelet's and etcd's certificates serve both ways.
        return Issue(Subject(commonName, organization), names.Build(), "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    }

    /// <summary>A certificate for a user, in a group where one is named.</summary>
    public CertificatePair IssueClient(string userName, string? group = null) => Issue(Subject(userName, group), null, "1.3.6.1.5.5.7.3.2");

    private static X500DistinguishedName Subject(string commonName, string? organization)
    {
        var name = new X500DistinguishedNameBuilder();
        if (organization is not null) name.AddOrganizationName(organization);
        name.AddCommonName(commonName);
        return name.Build();
    }

    private CertificatePair Issue(X500DistinguishedName subject, X509Extension? alternativeNames, params string[] usages)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. usages.Select(usage => new Oid(usage))], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(certificate, true, false));
        if (alternativeNames is not null) request.CertificateExtensions.Add(alternativeNames);
        var until = new DateTimeOffset(certificate.NotAfter) is var last && now.AddYears(1) < last ? now.AddYears(1) : last;
        using var issued = request.Create(certificate, now.AddHours(-1), until, RandomNumberGenerator.GetBytes(16));
        return new(issued.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
