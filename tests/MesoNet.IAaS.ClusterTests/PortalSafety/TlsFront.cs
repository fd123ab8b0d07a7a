using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MesoNet.IAaS.LocalCluster;
using MesoNet.IAaS.LocalCluster.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace MesoNet.IAaS.ClusterTests.PortalSafety;

/// <summary>What stands before a site's gateway and takes the TLS off: an nginx of its own, with a certificate of its own, which the gateway trusts by its address.</summary>
internal sealed class TlsFront : IAsyncDisposable
{
    /// <summary>Where its requests to the gateway come from.</summary>
    public static readonly IPAddress Outgoing = IPAddress.Parse("127.0.0.9");

    /// <summary>Whose its certificate is.</summary>
    public const string Subject = "CN=mesonet-tests";

    private readonly SupervisedProcess nginx;

    private TlsFront(SupervisedProcess nginx) => this.nginx = nginx;

    public static async Task<TlsFront> StartAsync(string folder, IPEndPoint listen, IPEndPoint gateway)
    {
        Directory.CreateDirectory(folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest(Subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(Path.Combine(folder, "tls.crt"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(folder, "tls.key"), key.ExportPkcs8PrivateKeyPem());
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, $$"""
            pid {{folder}}/nginx.pid;
            error_log stderr error;
            events {}
            http {
              access_log off;
              client_body_temp_path {{folder}}/body;
              proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi;
              scgi_temp_path {{folder}}/scgi;
              server {
                listen {{listen}} ssl;
                ssl_certificate {{folder}}/tls.crt;
                ssl_certificate_key {{folder}}/tls.key;
                location / {
                  proxy_pass http://{{gateway}};
                  proxy_bind {{Outgoing}};
                  proxy_http_version 1.1;
                  proxy_set_header Host $http_host;
                  proxy_set_header X-Forwarded-For $remote_addr;
                  proxy_set_header X-Forwarded-Proto https;
                }
              }
            }
            """);
        return new(await SupervisedProcess.StartAsync(
            new("tls", "nginx", ["-c", configuration, "-g", "daemon off; master_process off;"], Path.Combine(folder, "tls.log")),
            cancellationToken => ControlPlane.ListensAsync(listen.Port, cancellationToken, listen.Address.ToString()),
            TimeSpan.FromSeconds(60), _ => { }, TimeProvider.System, NullLogger.Instance, CancellationToken.None));
    }

    public ValueTask DisposeAsync() => nginx.DisposeAsync();
}
