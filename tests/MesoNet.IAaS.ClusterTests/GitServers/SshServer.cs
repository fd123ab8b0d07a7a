using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MesoNet.IAaS.LocalCluster;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.ClusterTests.GitServers;

/// <summary>
/// A real sshd on loopback that lets one key in. The user that it drops its rights to is known in its own mount namespace only.
/// </summary>
internal sealed class SshServer : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> words = new();

    private SshServer(Process process, int port, string folder) => (this.process, Port, Folder) = (process, port, folder);

    public int Port { get; }

    /// <summary>Where its keys are: <c>host</c>, <c>key</c> and <c>other</c>, each with its <c>.pub</c>.</summary>
    public string Folder { get; }

    /// <summary>The line of known_hosts that says which host key is the server's.</summary>
    public string KnownHost(string key = "host") => $"[127.0.0.1]:{Port} {string.Join(' ', File.ReadAllText(Path.Combine(Folder, $"{key}.pub")).Split(' ')[..2])}";

    public static async Task<SshServer> StartAsync(string folder, CancellationToken cancellationToken)
    {
        var program = await DebianProgram.GetAsync("openssh-server", "usr/sbin/sshd", cancellationToken);
        foreach (var key in new[] { "host", "key", "other" })
            await Command.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", key, "-f", Path.Combine(folder, key)], cancellationToken);
        File.Copy(Path.Combine(folder, "key.pub"), Path.Combine(folder, "authorized"));
        var port = FreePorts.Next();
        await File.WriteAllTextAsync(Path.Combine(folder, "config"), $"""
            ListenAddress 127.0.0.1
            Port {port}
            HostKey {folder}/host
            AuthorizedKeysFile {folder}/authorized
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            PidFile none

            """, cancellationToken);
        var script = $"(cat /etc/passwd; echo sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin) > '{folder}/passwd' && mount --bind '{folder}/passwd' /etc/passwd && mkdir -p /run/sshd && exec '{program}' -D -e -f '{folder}/config'";
        var process = Process.Start(new ProcessStartInfo("unshare", ["--mount", "sh", "-c", script]) { UseShellExecute = false, RedirectStandardError = true })!;
        var server = new SshServer(process, port, folder);
        process.ErrorDataReceived += (_, line) => server.words.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        await server.UntilOpenAsync(cancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private Task UntilOpenAsync(CancellationToken cancellationToken) => ClusterFixture.EventuallyAsync(
        async () =>
        {
            if (process.HasExited)
            {
                // Its last words are read by then.
                await process.WaitForExitAsync(cancellationToken);
                Assert.Fail($"sshd did not start: {string.Join(' ', words)}");
            }

            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        },
        () => Task.FromResult($"sshd lets nobody in: {string.Join(' ', words)}"));
}
